import type { ChannelRegistry } from '../limits/channel-registry.ts'
import type { ChannelConfig } from '../model/channel.ts'
import { Redaction } from '../model/redaction.ts'

/** Returns what of the data of a channel's items only some callers see, as its configuration is now; null: nothing. */
export function redactionsOf(channels: Pick<ChannelRegistry, 'get'>): (channel: string) => Redaction | null {
  const made = new WeakMap<ChannelConfig, Redaction>()
  return (channel) => {
    const own = channels.get(channel)?.own
    if (own?.redact === undefined || own.redact.length === 0) return null
    let redaction = made.get(own)
    if (redaction === undefined) {
      const { connector, payload } = own
      const isBatched = (connector.type === 'http' || connector.type === 'module') && connector.batchSize > 1
      const batchedBy = isBatched ? connector.type : null
      made.set(own, (redaction = new Redaction(own.redact, { loadsData: payload !== null, batchedBy })))
    }
    return redaction
  }
}
