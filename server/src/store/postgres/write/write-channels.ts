import { longestCallMs } from '../../../model/longest-call.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import { requireTerms } from './channel-owners.ts'
import { coverCalls } from './cover-calls.ts'
import { done } from '../thread/plan.ts'
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

/** The calls of channels, their credentials, and everything that is sealed. */
export function channelCalls(deps: WriteDeps): Handlers<ChannelCalls> {
  return {
    saveChannel({ name, config, secrets, paused, removed }) {
      return (transaction) => {
        transaction.run(SAVE_CHANNEL, name, config && JSON.stringify(config), secrets, paused ? 1 : 0)
        if (config !== null) coverCalls(deps, transaction, longestCallMs(config))
        for (const { channel, subscription, target } of removed)
          transaction.run(REMOVE_CREDENTIALS, channel, subscription, target)
        return done
      }
    },
    saveCredentials({ channel, subscription, target, updatedAtMs, sealed }) {
      return (transaction) => {
        transaction.run(SAVE_CREDENTIALS, channel, subscription, target, updatedAtMs, sealed)
        return done
      }
    },
    removeCredentials({ channel, subscription, target }) {
      return (transaction) => {
        transaction.run(REMOVE_CREDENTIALS, channel, subscription, target)
        return done
      }
    },
    resealSecrets({ sealed }) {
      return (transaction) => {
        for (const { place, row, from, to } of sealed) {
          const { id, column } = SEALED[place]
          transaction.run(
            `UPDATE waybill.${place} SET ${column} = $3 WHERE ${id} = $1 AND ${column} = $2`,
            row,
            from,
            to,
          )
        }
        return done
      }
    },
    unblockChannel({ owner, unblockedAtMs }) {
      return (transaction) => {
        requireTerms(deps, transaction, [owner])
        transaction.run(UNBLOCK_CHANNEL, owner.channel, unblockedAtMs)
        return done
      }
    },
    saveTats({ tats }) {
      return (transaction) => {
        requireTerms(deps, transaction, tats)
        for (const { channel, tat } of tats.toSorted((a, b) => (a.channel < b.channel ? -1 : 1))) {
          // Its row is locked with those in which places are taken: by name.
          transaction.useChannel(channel)
          const { unitUs = null, atMs = null, atUs = null, bootId = null } = tat ?? {}
          transaction.run(SAVE_TAT, channel, unitUs, atMs, atUs, bootId)
        }
        return done
      }
    },
    removeChannel({ name }) {
      return (transaction) => {
        transaction.run('DELETE FROM waybill.channels WHERE name = $1 AND used = 0', name)
        transaction.run('UPDATE waybill.channels SET config = NULL, secrets = NULL, paused = 0 WHERE name = $1', name)
        transaction.run('DELETE FROM waybill.credentials WHERE channel = $1', name)
        return done
      }
    },
  }
}

/** Where the sealed secrets of a table are, and how its rows are named. */
const SEALED = {
  channels: { id: '"row"', column: 'secrets' },
  credentials: { id: '"row"', column: 'sealed' },
  webhook_secrets: { id: 'id', column: 'sealed' },
  webhook_endpoints: { id: '"row"', column: 'url' },
  job_webhooks: { id: '"row"', column: 'url_key' },
} as const

const SAVE_CHANNEL = `INSERT INTO waybill.channels (name, config, secrets, paused) VALUES ($1, $2, $3, $4)
  ON CONFLICT (name) DO UPDATE SET config = excluded.config, secrets = excluded.secrets, paused = excluded.paused`

const SAVE_CREDENTIALS = `INSERT INTO waybill.credentials (channel, subscription, target, updated_at_ms, sealed) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (channel, subscription, target) DO UPDATE SET updated_at_ms = excluded.updated_at_ms, sealed = excluded.sealed`

const REMOVE_CREDENTIALS = 'DELETE FROM waybill.credentials WHERE channel = $1 AND subscription = $2 AND target = $3'

const UNBLOCK_CHANNEL = `INSERT INTO waybill.channels (name, unblocked_at_ms) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET unblocked_at_ms = excluded.unblocked_at_ms`

const SAVE_TAT = `INSERT INTO waybill.channels (name, tat_unit_us, tat_at_ms, tat_at_us, tat_boot_id) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (name) DO UPDATE SET tat_unit_us = excluded.tat_unit_us, tat_at_ms = excluded.tat_at_ms,
    tat_at_us = excluded.tat_at_us, tat_boot_id = excluded.tat_boot_id`
