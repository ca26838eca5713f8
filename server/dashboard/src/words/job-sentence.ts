import type { Job } from '@waybill/sdk'
import { formatCount, formatItems, formatRate } from './numbers.ts'
import { formatDuration, formatLeft } from './times.ts'

/** How a job stands and when it is over, as one sentence. */
export function jobSentence(job: Job, nowMs: number): string {
  const { counts, progress, status } = job
  if (job.done) return endedSentence(job)
  const open = counts.total - counts.succeeded - counts.failed - counts.cancelled
  switch (status) {
    case 'open':
      return `It takes items: ${formatItems(counts.total)} so far. It starts when it is sealed.`
    case 'scheduled':
      return job.runAt === null ? 'It starts later.' : `It starts in ${formatLeft(job.runAt, nowMs)}.`
    case 'blocked':
      return `It waits for ${formatItems(job.dependsOn.length, 'other job')}.`
    case 'paused':
      return `It is paused with ${formatItems(open)} left.`
    case 'cancelling':
      return `It ends when ${formatItems(counts.running, 'running call')} have ended.`
    default:
      return runningSentence(open, progress)
  }
}

function runningSentence(open: number, progress: Job['progress']): string {
  const left = `${formatItems(open)} left`
  if (progress === null || progress.etaSeconds === null) return `${left}. When it is over cannot be said yet.`
  const pace = progress.itemsPerSecond > 0 ? ` at ${formatRate(progress.itemsPerSecond)}` : ''
  return `About ${formatDuration(progress.etaSeconds * 1000)}: ${left}${pace}.`
}

function endedSentence({ counts, startedAt, createdAt, endedAt, outcome }: Job): string {
  const ms = endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt ?? createdAt)
  const took = ms === null ? '' : ` in ${formatDuration(Math.max(0, ms))}`
  const { total, succeeded, failed, cancelled } = counts
  if (outcome === 'succeeded') return `${total === 1 ? 'The item' : `All ${formatItems(total)}`} succeeded${took}.`
  const ends = [`${formatCount(succeeded)} succeeded`]
  if (failed > 0) ends.push(`${formatCount(failed)} failed`)
  if (cancelled > 0)
    ends.push(`${formatCount(cancelled)} ${outcome === 'expired' ? 'were not called in time' : 'were cancelled'}`)
  return `Of ${formatItems(total)}, ${listOf(ends)}${took}.`
}

/** `a, b and c` */
function listOf(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`
}

/** The moments of a job, in their order. */
export function timelineOf(job: Job): { readonly word: string; readonly at: string }[] {
  const moments: [string, string | null][] = [
    ['Made', job.createdAt],
    ['Sealed', job.sealedAt === job.createdAt ? null : job.sealedAt],
    ['Due', job.startedAt === null ? job.runAt : null],
    ['First call', job.startedAt],
    ['Last progress', job.done ? null : job.lastProgressAt],
    ['Ended', job.endedAt],
    ['Deadline', job.done ? null : job.deadlineAt],
    ['Kept until', job.retainedUntil],
  ]
  return moments
    .flatMap(([word, at]) => (at === null ? [] : [{ word, at }]))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}
