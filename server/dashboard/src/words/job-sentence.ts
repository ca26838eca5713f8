import type { Job } from '@waybill/sdk'
import { formatCount, formatItems, formatRate } from './numbers.ts'
import { explainReason } from './reasons.ts'
import { formatDuration, formatLeft } from './times.ts'

/** From here on it is said that no item ends. */
const SLOW_MS = 5000

/** How a job stands and when it is over, as one sentence. */
export function jobSentence(job: Job, nowMs: number): string {
  const { counts, status } = job
  if (job.done) return endedSentence(job)
  const open = counts.total - counts.succeeded - counts.failed - counts.cancelled
  switch (status) {
    case 'open':
      return `It takes items: ${formatItems(counts.total)} so far. It starts when it is sealed.`
    case 'scheduled':
      return job.runAt === null ? 'It starts later.' : `It starts in ${formatLeft(job.runAt, nowMs)}.`
    case 'blocked':
      return job.error?.code === 'dependency_unmet'
        ? 'A job that it depends on did not end as required. It waits until somebody releases or cancels it.'
        : `It waits for ${formatItems(job.dependsOn.length, 'other job')}.`
    case 'paused':
      return `It is paused with ${formatItems(open)} left.`
    case 'cancelling':
      return `It ends when ${formatItems(counts.running, 'running call')} have ended.`
    default:
      return runningSentence(job, open) + slowSentence(job, nowMs)
  }
}

/** Running calls of which none has ended for a while: ` 2 items are being delivered, and none has ended for 5 min.` */
function slowSentence({ counts, lastProgressAt, startedAt }: Job, nowMs: number): string {
  const since = lastProgressAt ?? startedAt
  if (counts.running === 0 || since === null || nowMs - Date.parse(since) < SLOW_MS) return ''
  const quietMs = Math.floor((nowMs - Date.parse(since)) / 1000) * 1000
  const are = counts.running === 1 ? 'is' : 'are'
  return ` ${formatItems(counts.running)} ${are} being delivered, and none has ended for ${formatDuration(quietMs)}.`
}

function runningSentence({ channel, progress }: Job, open: number): string {
  const left = `${formatItems(open)} left`
  if (progress === null || progress.etaSeconds === null) return `${left}. When it is over cannot be said yet.`
  const pace = progress.itemsPerSecond > 0 ? ` at ${formatRate(progress.itemsPerSecond)}` : ''
  const by = progress.decidedBy == null ? null : decision(progress.decidedBy, channel)
  return `About ${formatDuration(progress.etaSeconds * 1000)}: ${by ?? `${left}${pace}`}.`
}

/** The constraint that decides how long it takes: `15,936 items at shop-eu's 50/s decide`. */
function decision(decidedBy: NonNullable<NonNullable<Job['progress']>['decidedBy']>, channel: string): string | null {
  const { constraint, items, itemsPerSecond, reason } = decidedBy
  const rate = itemsPerSecond === null ? '' : formatRate(itemsPerSecond)
  switch (constraint) {
    case 'rate_limit':
      return `${formatItems(items)} at ${channel}'s ${rate} decide`
    case 'measured':
      return `${formatItems(items)} at the measured ${rate} decide`
    case 'standstill':
      return reason === null ? `${formatItems(items)} stand still` : `${explainReason(reason, items)}`
    case 'retry':
      return `the next attempt of ${formatItems(items)} decides`
    case 'deadline':
      return 'its deadline decides'
  }
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
