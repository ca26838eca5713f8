import type { Channel } from '@waybill/spec'

/** The one thing that holds it up, else `ready`. */
export function describeState({ state }: Pick<Channel, 'state'>): string {
  if (state.paused) return 'paused'
  if (state.lastError?.code === 'connector_unavailable') return 'connector unavailable'
  if (state.blockedUntil !== null) return `blocked until ${state.blockedUntil}`
  if (state.circuit !== null && state.circuit.state !== 'closed') return `failing (circuit ${state.circuit.state})`
  return 'ready'
}
