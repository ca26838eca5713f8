import type { AccessTokenRequest } from '@waybill/spec'
import type { AccessToken, CreatedAccessToken, TokenId } from '../ids.ts'
import type { Calls } from '../client.ts'
import { deleteOnce } from './delete-once.ts'
import type { CallOptions } from '../job-handle.ts'
import { readPages } from '../transport/pages.ts'
import { type IdempotencyOptions, repeatSafely } from '../transport/repeat-safely.ts'

/** Access tokens. All of it requires the scope `tokens:write`. */
export interface Tokens {
  /**
   * Makes an access token, with at most what the caller has: scopes, subscription (another one requires `admin`), expiry. Its text, `token`, is
   * shown once. When only the answer got lost, the token that nobody can use is revoked and another one is made.
   *
   * With an `idempotencyKey` of your own the same key gives the token that was made first, and `token` is null.
   *
   * With `jobs` it reads these jobs and may do nothing else: for a supplier who is to follow one job, or a page that shows one.
   *
   * @throws {PermissionError} it would have more than the caller
   * @throws {BadRequestError} `expiresAt` has passed, a job is none of the subscription, a scope makes no sense with `jobs`, or another field is not valid
   * @throws {ConflictError} `token_limit_reached`: there are as many as there may be
   * @throws {GoneError} the token that was made with this `idempotencyKey` was revoked
   * @throws {ConnectionError} {RequestTimeoutError} whether it was made is unknown: look for it with `list`
   * @example
   * ```ts
   * const { token } = await waybill.tokens.create({ name: 'nightly run', scopes: ['jobs:read', 'jobs:write'] })
   * ```
   */
  create(input: AccessTokenRequest, options?: IdempotencyOptions): Promise<CreatedAccessToken>

  /** Access tokens of the caller's subscription, with the scope `admin` of all, newest first, without their texts; pages are read as needed. */
  list(options?: CallOptions): AsyncIterable<AccessToken>

  /**
   * Revokes a token: requests with it are refused, and those that run are cut off. A token may revoke itself.
   * @throws {NotFoundError} there is no such token
   * @throws {PermissionError} the token has the scope `admin`, and the caller has not
   */
  revoke(id: TokenId, options?: CallOptions): Promise<void>
}

export function createTokens(calls: Calls): Tokens {
  const { raw, read } = calls

  function create(input: AccessTokenRequest, options: IdempotencyOptions): Promise<CreatedAccessToken> {
    return repeatSafely('create token', options, async (idempotencyKey) => {
      const params = { header: { 'Idempotency-Key': idempotencyKey } }
      return (await read('create token', raw.POST('/v1/tokens', { params, body: input, signal: options.signal }))).data
    })
  }

  async function revoke(id: TokenId, { signal }: CallOptions = {}): Promise<void> {
    const params = { path: { tokenId: requireId(id) } }
    await deleteOnce(calls, `revoke token ${id}`, (viaRemove) =>
      raw.DELETE('/v1/tokens/{tokenId}', { params, signal, ...viaRemove }),
    )
  }

  return {
    async create(input, options = {}) {
      const made = await create(input, options)
      if (made.token !== null || options.idempotencyKey !== undefined) return made
      await revoke(made.id, options)
      return await create(input, options)
    },

    list: ({ signal } = {}) =>
      readPages(
        async (pageToken) => {
          const call = raw.GET('/v1/tokens', { params: { query: { pageToken } }, signal })
          return (await read('list tokens', call)).data
        },
        (page) => page.tokens,
      ),

    revoke,
  }
}

/** `.` and `..` would become another path; and whoever passes a token's text by mistake must not send it in a URL. */
function requireId(id: string): string {
  if (/^tok_[0-9a-f]{32}$/.test(id)) return id
  throw new TypeError('Cannot revoke token as its id must be tok_ and 32 hex digits: current value is another text')
}
