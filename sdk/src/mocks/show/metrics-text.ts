import type { Job, JobStatus } from '@waybill/spec'

type Counted = Pick<Job, 'channel' | 'status' | 'done' | 'counts'>

const liveItemStatuses = ['pending', 'waiting', 'running'] as const
const liveJobStatuses = ['open', 'scheduled', 'blocked', 'pending', 'running', 'paused', 'cancelling'] as const

/** Of the metrics of the reference server those that follow from the jobs there are, in the format that `accept` asks for. */
export function metricsText(
  jobs: readonly Counted[],
  accept: string | null,
): { readonly mediaType: string; readonly text: string } {
  const live = jobs.filter((job) => !job.done)
  const lines = [
    '# HELP waybill_items Items that have not ended.',
    '# TYPE waybill_items gauge',
    ...[...new Set(live.map(({ channel }) => channel))].flatMap((channel) =>
      liveItemStatuses.map((status) => {
        const items = live.reduce((sum, job) => sum + (job.channel === channel ? job.counts[status] : 0), 0)
        return `waybill_items{channel="${channel}",status="${status}"} ${items}`
      }),
    ),
    '# HELP waybill_jobs Jobs that have not ended.',
    '# TYPE waybill_jobs gauge',
    ...liveJobStatuses.map((status: JobStatus) => {
      return `waybill_jobs{status="${status}"} ${live.filter((job) => job.status === status).length}`
    }),
    '',
  ]
  if (accept?.startsWith('application/openmetrics-text') === true)
    return {
      mediaType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
      text: `${lines.join('\n')}# EOF\n`,
    }
  return { mediaType: 'text/plain; version=0.0.4; charset=utf-8', text: lines.join('\n') }
}
