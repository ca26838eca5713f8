import type { AuditStore } from '../audit-store.ts'
import type { SubscriptionStore } from '../subscription-store.ts'
import type { TokenStore } from '../token-store.ts'
import { COPIED, type StoreCalls } from './store-calls.ts'

export type AccessCalls = TokenStore & SubscriptionStore & AuditStore

/** The calls for access tokens, limits of subscriptions and the audit. */
export function accessCalls({ read, write, nextAuditSeq, expiredBeforeMs }: StoreCalls): AccessCalls {
  return {
    async createToken(token, idempotency) {
      await write('createToken', { token, idempotency, expiredBeforeMs: expiredBeforeMs() }, COPIED)
    },
    async removeTokens(ids) {
      await write('removeTokens', { ids })
    },
    async saveSubscription(settings) {
      await write('saveSubscription', settings)
    },
    async removeSubscription(name) {
      await write('removeSubscription', { name })
    },
    nextAuditSeq,
    async writeAudit(change) {
      await write('writeAudit', change, COPIED)
    },
    listAudit: (query) => read('listAudit', query),
    purgeAudit: (beforeMs, limit) => write('purgeAudit', { beforeMs, limit }),
  }
}
