import type { ChannelRegistry } from '../limits/channel-registry.ts'
import { Redaction } from '../model/redaction.ts'

/** Returns what of the data of a channel's items only some callers see, as its configuration is now; null: nothing. */
export function redactionsOf(channels: Pick<ChannelRegistry, 'get'>): (channel: string) => Redaction | null {
  const made = new WeakMap<readonly string[], Redaction>()
  return (channel) => {
    const pointers = channels.get(channel)?.own.redact ?? []
    if (pointers.length === 0) return null
    let redaction = made.get(pointers)
    if (redaction === undefined) made.set(pointers, (redaction = new Redaction(pointers)))
    return redaction
  }
}
