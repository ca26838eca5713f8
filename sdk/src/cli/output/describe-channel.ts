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

/** Why most of its items wait, and how long: `rate_limit, 59 min`; empty: none waits. */
export function describeWaits({ waiting }: { readonly waiting: readonly WaitingCount[] }): string {
  const [most] = waiting
  return most === undefined ? '' : `${most.reason}${until(most.until, ', ')}`
}

/** Only where it is worth a look. */
function until(time: string | null, before = ' for '): string {
  const seconds = time === null ? 0 : (Date.parse(time) - Date.now()) / 1000
  return seconds < 2 ? '' : `${before}${formatSeconds(seconds)}`
}
