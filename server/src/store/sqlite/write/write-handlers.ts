import { writeRejectedItems } from './write-rejected-items.ts'
import { auditCalls } from './write-audit.ts'
import { insertKey } from './publish-jobs.ts'
import { ownerCalls, requireTerms } from './channel-owners.ts'
import { jobCalls } from './write-jobs.ts'
import { commitOutcomes } from '../outcomes/write-outcomes.ts'
import { webhookEndpointCalls } from './write-webhook-endpoints.ts'
import { webhookCalls } from './write-webhook-events.ts'
import type { WriteHandlers, WriteDeps } from './write-deps.ts'

/** Creates the handlers of all writing calls, which run inside the open transaction. */
export function writeHandlers(deps: WriteDeps): WriteHandlers {
  const { sql, erasure } = deps
  const erased = { result: null, committed: () => void (erasure.walHoldsDeleted = true) }
  return {
    ...jobCalls(deps),
    ...ownerCalls(deps),
    ...webhookCalls(deps),
    ...webhookEndpointCalls(deps),
    writeRejectedItems: (rejected) => writeRejectedItems(deps, rejected),
    commitOutcomes: (commit) => commitOutcomes(deps, commit),
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
    createToken({ token, idempotency, expiredBeforeMs }) {
      if (idempotency !== null) insertKey(sql, idempotency, expiredBeforeMs)
      const { id, hash, name, subscription, scopes, jobs, createdAtMs, createdBy, expiresAtMs } = token
      sql.insertToken.run(
        ...[id, hash, name, subscription, JSON.stringify(scopes), jobs && JSON.stringify(jobs)],
        ...[createdAtMs, createdBy, expiresAtMs],
      )
      return { result: null }
    },
    removeTokens({ ids }) {
      erasure.run(() => {
        for (const id of ids) {
          sql.removeToken.run(id)
          sql.markKeyDeleted.run(id)
        }
      })
      return erased
    },
    saveSubscription({ name, limits }) {
      sql.saveSubscription.run(name, JSON.stringify(limits))
      return { result: null }
    },
    removeSubscription({ name }) {
      sql.removeSubscription.run(name)
      return { result: null }
    },
    ...auditCalls(sql),
  }
}
