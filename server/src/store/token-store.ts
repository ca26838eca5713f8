import type { AccessTokenRecord } from '../model/access-token.ts'
import type { TokenId } from '../model/ids.ts'
import type { IdempotencyRecord } from './job-store.ts'

/** Stored access tokens; `recover` returns all of them. The rules of every call stand in `store.ts`. */
export interface TokenStore {
  /**
   * Keeps a new access token, and the idempotency key of the request that made it, in one transaction.
   * @param idempotency null: the request has no key
   * @throws StoreError `conflict`: the key exists
   */
  createToken(token: AccessTokenRecord, idempotency: IdempotencyRecord | null): Promise<void>

  /** Removes access tokens without a trace, all of them or none; their idempotency keys stay as tombstones. An unknown id does nothing. */
  removeTokens(ids: readonly TokenId[]): Promise<void>
}
