import type { Item, WaitingCount, WaitingReason } from '@waybill/sdk'
import { formatItems } from './numbers.ts'
import { formatLeft } from './times.ts'

/** Why something waits, as it follows a number of items: `1,204 items wait for the rate limit`. */
const phrases: Record<WaitingReason, string> = {
  schedule: 'wait for the time of their job',
  dependency: 'wait for another job',
  retry: 'wait for their next attempt',
  parked: 'wait for a decision',
  paused: 'are paused',
  disk_full: 'wait for space on the disk of the server',
  store_unavailable: 'wait for the store of the server',
  handover: 'wait for calls of another server to end',
  connector_unavailable: 'wait for their connector, which does not load',
  circuit_open: 'wait until the target answers again',
  retry_after: 'wait as long as the target asked',
  rate_limit: 'wait for the rate limit',
  concurrency: 'wait for a running call to end',
  partition: 'wait behind others of their key',
  backlog: 'wait for their turn',
}

/** The reason as a name, in lists and bars. */
export const reasonNames: Record<WaitingReason, string> = {
  schedule: 'Scheduled',
  dependency: 'Dependency',
  retry: 'Next attempt',
  parked: 'Decision',
  paused: 'Paused',
  disk_full: 'Disk full',
  store_unavailable: 'No store',
  handover: 'Handover',
  connector_unavailable: 'No connector',
  circuit_open: 'Circuit open',
  retry_after: 'Retry-After',
  rate_limit: 'Rate limit',
  concurrency: 'Running calls',
  partition: 'Behind their key',
  backlog: 'Their turn',
}

/** Reasons that end only when somebody acts, or the target recovers. */
const troubles: ReadonlySet<WaitingReason> = new Set([
  ...(['parked', 'paused', 'disk_full', 'store_unavailable', 'connector_unavailable', 'circuit_open'] as const),
])

export function isTrouble(reason: WaitingReason): boolean {
  return troubles.has(reason)
}

const SOON_MS = 1000

/** `1,204 items wait for the rate limit, the first for 3 s more` */
export function explainCount({ reason, items, until }: WaitingCount, nowMs: number): string {
  // What ends within the second says nothing.
  const isSoon = until === null || Date.parse(until) - nowMs < SOON_MS
  const left = isSoon ? '' : `, ${items === 1 ? '' : 'the first '}for ${formatLeft(until, nowMs)} more`
  return explainReason(reason, items) + left
}

/** `1,204 items wait for the rate limit` */
export function explainReason(reason: WaitingReason, items: number): string {
  return `${formatItems(items)} ${items === 1 ? singular(phrases[reason]) : phrases[reason]}`
}

function singular(phrase: string): string {
  return phrase
    .replace(/^wait/, 'waits')
    .replace(/^are/, 'is')
    .replaceAll(/\btheir\b/g, 'its')
}

/** Why an item is where it is, as one sentence. */
export function explainItem({ status, waiting, attempts, error, endedAt }: Item, nowMs: number): string {
  if (status === 'running') return `Attempt ${attempts + 1} is running.`
  if (status === 'pending' && waiting === null) return 'It has not come to its turn yet.'
  if (status === 'succeeded') return `It succeeded at attempt ${attempts}.`
  if (status === 'cancelled')
    return attempts === 0
      ? 'It was cancelled before its first call.'
      : `It was cancelled after ${formatItems(attempts, 'attempt')}.`
  if (status === 'failed') {
    const why = error === null ? '' : `: ${error.title.toLowerCase()}`
    return attempts === 0 && endedAt !== null
      ? `It failed without a call${why}.`
      : `It failed after ${formatItems(attempts, 'attempt')}${why}.`
  }
  if (waiting === null) return 'It waits.'
  const { reason, until, position } = waiting
  const left = until === null || Date.parse(until) <= nowMs ? '' : ` for ${formatLeft(until, nowMs)} more`
  if (reason === 'parked')
    return `It failed and waits for a decision${left === '' ? '' : `, ${left.slice(5)}`}, and everything behind it in its key waits too.`
  if (reason === 'partition') {
    if (position === null || position <= 1) return 'It waits for the item before it in its key.'
    return `It waits behind ${formatItems(position - 1)} of its key.`
  }
  const before = position === null || position < 1 ? '' : `, behind ${formatItems(position, 'other')}`
  return `It ${singular(phrases[reason])}${before}${before !== '' && left !== '' ? ',' : ''}${left}.`
}
