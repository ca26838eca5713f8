// A job in words: for the line under a progress bar, a line in a log, and the summary at the end.

import type { Channel, Job } from '@waybill/spec'
import { describeError } from './describe-channel.ts'
import { countOf, formatCount, formatSeconds } from './printable.ts'
import { formatFields } from './table.ts'

/** Anything with items: a job or an execution. */
type Counted = Pick<Job, 'counts'>

/** Items that have ended, however. */
export function countEnded({ counts }: Counted): number {
  return counts.succeeded + counts.failed + counts.cancelled
}

/** How fast, how long still, and what for: `48.5 items/s, 5 min left, waits for its rate limit`. */
export function describeProgress(job: Job): string {
  if (job.done) return describeOutcome(job)
  const rate = job.progress?.itemsPerSecond ?? 0
  const eta = job.progress?.etaSeconds
  return [
    job.status === 'running' ? null : job.status,
    rate > 0 ? `${formatRate(rate)} items/s` : null,
    eta == null ? null : `${formatSeconds(eta)} left`,
    describeWaiting(job),
  ]
    .filter((part) => part !== null)
    .join(', ')
}

/** `succeeded`, or how many did not: `partial: 19,988 succeeded, 12 failed`. */
export function describeOutcome({ outcome, status, counts }: Job): string {
  if (outcome === 'succeeded') return `succeeded: ${countOf(counts.total, 'item')}`
  const phrases = [
    `${formatCount(counts.succeeded)} succeeded`,
    counts.failed > 0 ? `${formatCount(counts.failed)} failed` : null,
    counts.cancelled > 0 ? `${formatCount(counts.cancelled)} cancelled` : null,
  ]
  return `${outcome ?? status}: ${phrases.filter((part) => part !== null).join(', ')}`
}

const waitingTexts: Record<string, string> = {
  schedule: 'its time',
  dependency: 'another job',
  retry: 'the next attempt',
  parked: 'a decision on parked items',
  paused: 'being resumed',
  disk_full: 'space on the disk of the server',
  store_unavailable: 'the store of the server',
  handover: 'calls of another server, which may still run',
  connector_unavailable: 'its connector, which cannot be loaded',
  circuit_open: 'the channel, which is failing',
  retry_after: 'the target system (Retry-After)',
  rate_limit: 'the rate limit',
  concurrency: 'running calls',
  partition: 'earlier items of the same key',
  backlog: 'its turn',
}

function describeWaiting({ status, waiting: [waiting] }: Job): string | null {
  if (waiting === undefined) return null
  // To resume the job would be no help.
  if (waiting.reason === 'paused' && status !== 'paused') return 'waits for its channel to be resumed'
  return `waits for ${waitingTexts[waiting.reason] ?? waiting.reason}${describeUntil(waiting.until)}`
}

/** Only where it is worth a look: a rate limit that ends within the second says nothing. */
function describeUntil(until: string | null): string {
  const seconds = until === null ? 0 : (Date.parse(until) - Date.now()) / 1000
  return seconds < 2 ? '' : ` (${formatSeconds(seconds)})`
}

/** The constraint that decides the remaining time: `15,936 items at 50 items/s, the rate limit of shop-eu`. */
function describeDecision({ channel, progress }: Job): string | null {
  const decision = progress?.decidedBy
  if (decision == null) return null
  const { constraint, itemsPerSecond, until, reason } = decision
  const items = countOf(decision.items, 'item')
  const inTime = until === null ? '' : ` in ${formatSeconds(Math.max(0, (Date.parse(until) - Date.now()) / 1000))}`
  switch (constraint) {
    case 'measured':
    case 'rate_limit': {
      const limit = constraint === 'measured' ? '' : `, the rate limit of ${channel}`
      const still = reason === null ? '' : `, after ${waitingTexts[reason] ?? reason}${inTime}`
      return `${items} at ${formatRate(itemsPerSecond ?? 0)} items/s${limit}${still}`
    }
    case 'standstill':
      return `${waitingTexts[reason ?? ''] ?? 'a standstill'}, over${inTime}`
    case 'retry':
      return `the next attempt of ${items}${inTime}`
    case 'deadline':
      return `its deadline${inTime}, which cancels ${items}`
  }
}

function formatRate(itemsPerSecond: number): string {
  return itemsPerSecond < 10 ? itemsPerSecond.toFixed(1) : formatCount(Math.round(itemsPerSecond))
}

/** All of it, a field a line, with the last error of its channel. @param channel null: not known */
export function formatJob(job: Job, channel: Channel | null = null): string[] {
  const lastError = channel?.state.lastError ?? null
  const waiting = job.waiting.map(
    ({ items, reason, jobs = [], until }) =>
      `${countOf(items, 'item')}: ${[reason, ...jobs].join(' ')}${describeUntil(until)}`,
  )
  return formatFields([
    ['job', job.id],
    ['status', job.outcome === null ? job.status : `${job.status}, ${job.outcome}`],
    ['progress', job.done ? null : `${formatPercent(job)} ${describeProgress(job)}`],
    ['decided by', describeDecision(job)],
    ['items', countItems(job)],
    ['waiting', waiting.join('; ')],
    ['error', job.error?.detail],
    ['last error', lastError === null ? null : describeError(lastError)],
    ['channel', job.channel],
    ['what', `${job.action} ${job.objectType}`],
    ['source', job.source],
    ['execution', job.executionId],
    [
      'metadata',
      Object.entries(job.metadata)
        .map(([name, value]) => `${name}=${value}`)
        .join(', '),
    ],
    ['webhook', job.webhook === null ? null : `${job.webhook.url} (${job.webhook.events.join(', ')})`],
    ['retry of', job.retryOf],
    ['traceparent', job.traceparent],
    ['next index', job.nextIndex === null ? null : formatCount(job.nextIndex)],
    ['run at', job.runAt],
    ['deadline', job.deadlineAt],
    ['created', job.createdAt],
    ['started', job.startedAt],
    ['ended', job.endedAt],
    ['retained until', job.retainedUntil],
  ])
}

/** ` 35 %` of the items that are known. */
export function formatPercent(counted: Counted): string {
  const { total } = counted.counts
  return `${String(total === 0 ? 100 : Math.floor((100 * countEnded(counted)) / total)).padStart(3)} %`
}

/** `300 total, 40 running, 260 succeeded`: what is none is left out. */
export function countItems({ counts }: Counted): string {
  return Object.entries(counts)
    .filter(([name, count]) => name === 'total' || count > 0)
    .map(([name, count]) => `${formatCount(count)} ${name}`)
    .join(', ')
}
