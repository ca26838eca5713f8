import type { ChannelConfig } from './channel.ts'

/** Connectors of our own end so long after the time-out of their call, at most. */
export const BUILT_IN_GRACE_MS = 1000

/** Returns the longest time of a call, from its begin to its end, however it ends. One of the sandbox ends at once. */
export function longestCallMs({ connector }: Pick<ChannelConfig, 'connector'>): number {
  if (connector.type === 'sandbox') return 0
  return connector.timeoutMs + (connector.type === 'module' ? connector.abortGraceMs : BUILT_IN_GRACE_MS)
}
