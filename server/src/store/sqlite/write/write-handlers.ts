import type { WriteCalls } from '../../thread/messages.ts'
import { outcomeCalls } from '../outcomes/write-outcomes.ts'
import { ownerCalls } from './channel-owners.ts'
import { auditCalls } from './write-audit.ts'
import { channelCalls } from './write-channels.ts'
import type { Handlers, WriteDeps, WriteHandlers } from './write-deps.ts'
import { insertKey, jobCalls } from './write-jobs.ts'
import { writeRejectedItems } from './write-rejected-items.ts'
import { webhookEndpointCalls } from './write-webhook-endpoints.ts'
import { webhookCalls } from './write-webhook-events.ts'

type AccessCalls = Pick<WriteCalls, 'createToken' | 'removeTokens' | 'saveSubscription' | 'removeSubscription'>

/** Creates the handlers of all writing calls, which run inside the open transaction. */
export function writeHandlers(deps: WriteDeps): WriteHandlers {
  return {
    ...jobCalls(deps),
    ...ownerCalls(deps),
    ...channelCalls(deps),
    ...accessCalls(deps),
    ...webhookCalls(deps),
    ...webhookEndpointCalls(deps),
    ...outcomeCalls(deps),
    writeRejectedItems: (rejected) => writeRejectedItems(deps, rejected),
    ...auditCalls(deps.sql),
  }
}

function accessCalls({ sql, erasure }: WriteDeps): Handlers<AccessCalls> {
  const erased = { result: null, committed: () => void (erasure.walHoldsDeleted = true) }
  return {
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
  }
}
