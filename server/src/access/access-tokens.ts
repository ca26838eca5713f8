import { timingSafeEqual } from 'node:crypto'
import {
  Fingerprint,
  IdempotencyKeys,
  inProgress,
  type KeyClaim,
  mismatch,
  parseIdempotencyKey,
} from '../ingest/idempotency.ts'
import type { WallTimes } from '../jobs/wall-times.ts'
import type { AccessTokenRecord } from '../model/access-token.ts'
import type { Caller } from '../model/caller.ts'
import { ProblemError } from '../model/errors.ts'
import { newTokenId, type TokenId } from '../model/ids.ts'
import { EXPIRED_TOKEN_SECONDS, MAX_TOKENS, MAX_TOKENS_PER_SUBSCRIPTION } from '../model/limits.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { Logger } from '../runtime/logger.ts'
import type { IdempotencyRecord, JobStore } from '../store/job-store.ts'
import { StoreError } from '../store/store-error.ts'
import type { TokenStore } from '../store/token-store.ts'
import { mayRevoke, requireWithin, type TokenGrant } from './check-grant.ts'
import { requireJobs } from './require-jobs.ts'
import { digestOf, newTokenText, tokenIdIn } from './token-text.ts'

/** After a removal of expired tokens that failed: the store is full, or does not answer. */
const REMOVE_AGAIN_MS = 60_000

export interface AccessTokensOptions {
  readonly store: TokenStore & Pick<JobStore, 'findIdempotency' | 'findJob'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly times: Pick<WallTimes, 'at'>
  readonly logger: Logger
  /** All that are stored, as recovery read them. */
  readonly stored: readonly AccessTokenRecord[]
  /** Tokens at most, of all subscriptions and of one. @default those of model/limits.ts */
  readonly limits?: { readonly maxTokens: number; readonly maxTokensPerSubscription: number }
}

export interface CreatedToken {
  readonly record: AccessTokenRecord
  /** Null: the request was repeated. */
  readonly text: string | null
}

/** One page of tokens. */
export interface TokensQuery {
  /** Null: of all. */
  readonly subscription: string | null
  readonly limit: number
  /** Only tokens older than this one. */
  readonly beforeId: string | null
}

/**
 * The access tokens: who may call, with which scopes, for which subscription, until when.
 *
 * All of them are in memory, so that a request is authenticated without the store. A new token, and a revocation, are durable before they are
 * answered (REC-1), and hold in memory at once after. Of a token's text only the digest is kept. Called by `http`; recovered by `app.ts`.
 */
export class AccessTokens {
  readonly #options: AccessTokensOptions
  readonly #limits: NonNullable<AccessTokensOptions['limits']>
  readonly #keys: IdempotencyKeys
  /** By id, in the order of their ids: oldest first. */
  readonly #tokens = new Map<TokenId, AccessTokenRecord>()
  readonly #perSubscription = new Map<string, number>()
  /** Places taken by tokens that are not durable yet. */
  #pending = 0
  readonly #cancelTimers = new Map<TokenId, () => void>()
  readonly #onEnded = new Set<(id: TokenId) => void>()

  constructor(options: AccessTokensOptions) {
    this.#options = options
    this.#limits = options.limits ?? { maxTokens: MAX_TOKENS, maxTokensPerSubscription: MAX_TOKENS_PER_SUBSCRIPTION }
    this.#keys = new IdempotencyKeys(options.store)
    for (const token of options.stored) this.#keep(token)
  }

  /** Tokens there are, expired ones included. */
  get size(): number {
    return this.#tokens.size
  }

  /** Calls back when a token is no longer valid: it was revoked, or has expired. */
  onEnded(listener: (id: TokenId) => void): void {
    this.#onEnded.add(listener)
  }

  /** Returns the caller with this text; null: there is no such token, or it has expired. The time it takes says nothing about the text. */
  callerOf(text: string): Caller | null {
    const id = tokenIdIn(text)
    const token = id === null ? undefined : this.#tokens.get(id)
    if (token === undefined || !timingSafeEqual(digestOf(text), token.hash) || this.#isExpired(token)) return null
    const { name, subscription, scopes, jobs, expiresAtMs } = token
    return {
      subscription,
      scopes: scopes.includes('admin') ? 'all' : new Set(scopes),
      actor: 'token',
      token: { id: token.id, name, expiresAtMs, jobs },
    }
  }

  /** Whether a token of this id is there and has not expired. */
  isValid(id: TokenId): boolean {
    const token = this.#tokens.get(id)
    return token !== undefined && !this.#isExpired(token)
  }

  /**
   * Makes a token. Resolves when it is durable and valid.
   * @param request.body the bytes of the request, which a repeat must have too
   * @throws ProblemError `forbidden`: it would have more than the caller; `bad_request`: the expiry has passed, or a job is none of the subscription; `token_limit_reached`;
   * `idempotency_in_progress`, `idempotency_mismatch`, `token_revoked`: of a repeat; `unauthenticated`: the caller's own token was revoked meanwhile
   * @throws StoreError as `createToken`
   */
  async create(
    grant: TokenGrant,
    request: { readonly caller: Caller; readonly idempotencyKey: string | null; readonly body: Uint8Array },
  ): Promise<CreatedToken> {
    const key = parseIdempotencyKey(request.idempotencyKey)
    if (key === null) return await this.#create(grant, request.caller, null)
    const fingerprint = new Fingerprint('application/json')
    fingerprint.add(request.body)
    const claim = await this.#keys.claim(`createToken:${request.caller.subscription}`, key)
    try {
      if (claim.stored === null)
        return await this.#create(grant, request.caller, { claim, fingerprint: fingerprint.hex() })
      const { record } = claim.stored
      if (record.fingerprint !== fingerprint.hex()) throw mismatch()
      const made = this.#tokens.get(record.madeId as TokenId)
      if (claim.stored.deleted || made === undefined) throw revoked(record.madeId as TokenId)
      return { record: made, text: null }
    } finally {
      claim.release()
    }
  }

  /** Tokens newest first. @returns at most `limit`, and whether there are more */
  list({ subscription, limit, beforeId }: TokensQuery): {
    readonly tokens: readonly AccessTokenRecord[]
    readonly more: boolean
  } {
    const found = [...this.#tokens.values()].filter(
      (token) =>
        (subscription === null || token.subscription === subscription) && (beforeId === null || token.id < beforeId),
    )
    found.reverse()
    return { tokens: found.slice(0, limit), more: found.length > limit }
  }

  /**
   * Revokes a token. Resolves when that is durable, and the token is refused.
   * @throws ProblemError `token_not_found`: there is none of this id for the caller; `forbidden`: it has `admin`, and the caller has not
   * @throws StoreError as `removeTokens`: the token stays valid
   */
  async revoke(id: TokenId, caller: Caller): Promise<void> {
    const token = this.#tokens.get(id)
    if (token === undefined || !isVisible(token, caller)) throw notFound(id)
    mayRevoke(caller, token)
    await this.#options.store.removeTokens([id])
    FAILPOINT: failpoint('access.revocation.durable')
    this.#forget(id)
    this.#options.logger.info({ tokenId: id, by: callerName(caller) }, 'access token revoked')
  }

  async #create(
    grant: TokenGrant,
    caller: Caller,
    first: { readonly claim: KeyClaim; readonly fingerprint: string } | null,
  ): Promise<CreatedToken> {
    const { clock, store, logger } = this.#options
    const createdAtMs = clock.nowMs()
    const { subscription, expiresAtMs, jobs } = requireWithin(caller, grant, createdAtMs)
    if (jobs !== null) await requireJobs(store, jobs, subscription)
    const leave = this.#takePlace(subscription)
    try {
      const id = newTokenId(createdAtMs)
      const text = newTokenText(id)
      const { name, scopes } = grant
      const record: AccessTokenRecord = {
        ...{ id, hash: digestOf(text), name, subscription, scopes, jobs, createdAtMs, expiresAtMs },
        createdBy: callerName(caller),
      }
      await this.#store(record, first)
      FAILPOINT: failpoint('access.token.durable')
      // Its secret is known to nobody yet: a caller that was revoked meanwhile leaves nothing valid behind.
      if (caller.token !== null && !this.isValid(caller.token.id)) {
        await store.removeTokens([id])
        throw new ProblemError({
          code: 'unauthenticated',
          detail: 'Cannot create token as the bearer token must be a valid one: it was revoked meanwhile',
        })
      }
      this.#keep(record)
      logger.info({ tokenId: id, by: record.createdBy, subscription, scopes }, 'access token created')
      return { record, text }
    } finally {
      leave()
    }
  }

  async #store(
    record: AccessTokenRecord,
    first: { readonly claim: KeyClaim; readonly fingerprint: string } | null,
  ): Promise<void> {
    const idempotency: IdempotencyRecord | null = first && {
      ...{ scope: first.claim.scope, key: first.claim.key, fingerprint: first.fingerprint },
      // A repeat is answered with the token as it is: no answer is stored.
      ...{ madeId: record.id, createdAtMs: record.createdAtMs, status: 201, body: '' },
    }
    try {
      await this.#options.store.createToken(record, idempotency)
    } catch (error) {
      throw first !== null && error instanceof StoreError && error.code === 'conflict' ? inProgress() : error
    }
  }

  /** @throws ProblemError `token_limit_reached` @returns gives the place back */
  #takePlace(subscription: string): () => void {
    const { maxTokens, maxTokensPerSubscription } = this.#limits
    const own = this.#perSubscription.get(subscription) ?? 0
    if (own >= maxTokensPerSubscription) {
      throw limitReached(`subscription ${subscription}`, {
        name: 'maxTokensPerSubscription',
        value: maxTokensPerSubscription,
      })
    }
    if (this.#tokens.size + this.#pending >= maxTokens) {
      throw limitReached('the server', { name: 'maxTokens', value: maxTokens })
    }
    this.#pending++
    this.#count(subscription, 1)
    return () => {
      this.#pending--
      this.#count(subscription, -1)
    }
  }

  #keep(token: AccessTokenRecord): void {
    this.#tokens.set(token.id, token)
    this.#count(token.subscription, 1)
    if (token.expiresAtMs !== null) this.#awaitExpiry(token, token.expiresAtMs)
  }

  #forget(id: TokenId): void {
    const token = this.#tokens.get(id)
    if (token === undefined) return
    this.#tokens.delete(id)
    this.#count(token.subscription, -1)
    this.#cancelTimers.get(id)?.()
    this.#cancelTimers.delete(id)
    this.#reportEnd(id)
  }

  #count(subscription: string, change: number): void {
    const tokens = (this.#perSubscription.get(subscription) ?? 0) + change
    if (tokens === 0) this.#perSubscription.delete(subscription)
    else this.#perSubscription.set(subscription, tokens)
  }

  #isExpired({ expiresAtMs }: AccessTokenRecord): boolean {
    return expiresAtMs !== null && expiresAtMs <= this.#options.clock.nowMs()
  }

  #awaitExpiry(token: AccessTokenRecord, expiresAtMs: number): void {
    this.#at(token.id, expiresAtMs, () => {
      this.#reportEnd(token.id)
      this.#at(token.id, expiresAtMs + EXPIRED_TOKEN_SECONDS * 1000, () => void this.#removeExpired(token.id))
    })
  }

  async #removeExpired(id: TokenId): Promise<void> {
    const { store, clock, logger } = this.#options
    try {
      await store.removeTokens([id])
      this.#forget(id)
    } catch (error) {
      if (error instanceof StoreError && error.code === 'closed') return
      logger.warn({ tokenId: id, error: String(error) }, 'Cannot remove an expired access token: it is retried')
      this.#at(id, clock.nowMs() + REMOVE_AGAIN_MS, () => void this.#removeExpired(id))
    }
  }

  #at(id: TokenId, wallMs: number, callback: () => void): void {
    this.#cancelTimers.set(id, this.#options.times.at(wallMs, callback))
  }

  #reportEnd(id: TokenId): void {
    for (const listener of this.#onEnded) listener(id)
  }
}

function isVisible({ subscription }: AccessTokenRecord, caller: Caller): boolean {
  return caller.scopes === 'all' || subscription === caller.subscription
}

/** Names who made or revoked a token. */
function callerName({ actor, token }: Caller): string {
  return token?.id ?? actor
}

function notFound(id: TokenId): ProblemError {
  return new ProblemError({
    code: 'token_not_found',
    detail: `Cannot revoke token ${id} as there must be one of this id for the caller: there is none`,
  })
}

function revoked(id: TokenId): ProblemError {
  return new ProblemError({
    code: 'token_revoked',
    detail: `Cannot answer again as token ${id}, made with this Idempotency-Key, has been revoked`,
  })
}

function limitReached(owner: string, limit: { readonly name: string; readonly value: number }): ProblemError {
  return new ProblemError({
    code: 'token_limit_reached',
    detail: `Cannot create token as ${owner} must have fewer than ${limit.value}: current value is ${limit.value}`,
    members: { limit },
  })
}
