import type { WriteCalls } from '../../thread/messages.ts'
import { requireTerms } from './channel-owners.ts'
import type { Handlers, WriteDeps } from './write-deps.ts'

type ChannelCalls = Pick<
  WriteCalls,
  | 'saveChannel'
  | 'saveCredentials'
  | 'removeCredentials'
  | 'resealSecrets'
  | 'unblockChannel'
  | 'saveTats'
  | 'removeChannel'
>

/** The calls that keep the settings of channels, with what is secret of them, and where their rate limits stand. */
export function channelCalls(deps: WriteDeps): Handlers<ChannelCalls> {
  const { sql, erasure } = deps
  const erased = { result: null, committed: () => void (erasure.walHoldsDeleted = true) }
  return {
    saveChannel({ name, config, secrets, paused, removed }) {
      erasure.run(() => {
        sql.saveChannel.run(name, config && JSON.stringify(config), secrets, paused ? 1 : 0)
        for (const { channel, subscription, target } of removed)
          sql.removeCredentials.run(channel, subscription, target)
      })
      return config === null && removed.length === 0 ? { result: null } : erased
    },
    saveCredentials({ channel, subscription, target, updatedAtMs, sealed }) {
      erasure.run(() => sql.saveCredentials.run(channel, subscription, target, updatedAtMs, sealed))
      return erased
    },
    removeCredentials({ channel, subscription, target }) {
      erasure.run(() => sql.removeCredentials.run(channel, subscription, target))
      return erased
    },
    resealSecrets({ sealed }) {
      const statements = {
        channels: sql.resealChannel,
        credentials: sql.resealCredentials,
        webhook_secrets: sql.resealWebhookSecret,
        webhook_endpoints: sql.resealWebhookUrl,
        job_webhooks: sql.resealUrlKey,
      }
      erasure.run(() => {
        for (const { place, row, from, to } of sealed) statements[place].run(row, from, to)
      })
      return erased
    },
    unblockChannel({ owner, unblockedAtMs }) {
      requireTerms(deps, [owner])
      sql.unblockChannel.run(owner.channel, unblockedAtMs)
      return { result: null }
    },
    saveTats({ tats }) {
      requireTerms(deps, tats)
      for (const { channel, tat } of tats) {
        const { unitUs = null, atMs = null, atUs = null, bootId = null } = tat ?? {}
        sql.saveTat.run(channel, unitUs, atMs, atUs, bootId)
      }
      return { result: null }
    },
    removeChannel({ name }) {
      erasure.run(() => {
        sql.removeChannel.run(name)
        sql.emptyChannel.run(name)
        sql.emptyCredentials.run(name)
      })
      return erased
    },
  }
}
