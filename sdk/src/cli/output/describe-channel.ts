import type { Channel, WaitingCount } from '@waybill/spec'
import { formatSeconds } from './printable.ts'

/** The one thing that holds it up, else `ready`. */
export function describeState({ state }: Pick<Channel, 'state'>): string {
  if (state.paused) return 'paused'
  if (state.lastError?.code === 'connector_unavailable') return 'connector unavailable'
  if (state.blockedUntil !== null) return `blocked until ${state.blockedUntil}`
  if (state.circuit !== null && state.circuit.state !== 'closed')
    return `failing (circuit ${state.circuit.state}${until(state.circuit.until)})`
  if (state.waiting.some(({ reason }) => reason === 'disk_full')) return 'no space on the disk of the server'
  if (state.waiting.some(({ reason }) => reason === 'store_unavailable')) return 'no store'
  const handover = state.waiting.find(({ reason }) => reason === 'handover')
  return handover === undefined ? 'ready' : `waits for calls of another server${until(handover.until)}`
}

/** Reasons of items that wait for others, which wait for something else. */
const behindOthers: ReadonlySet<WaitingCount['reason']> = new Set(['partition', 'backlog'])

/** Why most of its items wait, other than behind each other, and how long: `rate_limit, 59 min`; empty: none waits. */
export function describeWaits({ waiting }: { readonly waiting: readonly WaitingCount[] }): string {
  const most = waiting.find(({ reason }) => !behindOthers.has(reason)) ?? waiting[0]
  return most === undefined ? '' : `${most.reason}${until(most.until, ', ')}`
}

/** Only where it is worth a look. */
function until(time: string | null, before = ' for '): string {
  const seconds = time === null ? 0 : (Date.parse(time) - Date.now()) / 1000
  return seconds < 2 ? '' : `${before}${formatSeconds(seconds)}`
}

/** The last error of a channel that is not in order. */
export function describeError({
  at,
  code,
  status,
  detail,
  until: next,
}: NonNullable<Channel['state']['lastError']>): string {
  const name = status === null || code === `http_${status}` ? code : `${code} (${status})`
  const text = detail === null ? '' : `: ${detail.slice(0, 200)}`
  return `${name}${text}, at ${at}${next === null ? '' : `; loaded again at ${next}`}`
}
