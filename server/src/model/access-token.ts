import type { Scope } from './caller.ts'
import type { JobId, TokenId } from './ids.ts'

/** An access token as it is stored: whoever reads it cannot make the token's text of it. */
export interface AccessTokenRecord {
  readonly id: TokenId
  /** SHA-256 of the text, 32 bytes. */
  readonly hash: Uint8Array
  readonly name: string
  readonly subscription: string
  readonly scopes: readonly Scope[]
  /** The jobs that it is bound to; null: all of its subscription. */
  readonly jobs: readonly JobId[] | null
  readonly createdAtMs: number
  /** `admin`, `dev`, or the id of the access token that made it. */
  readonly createdBy: string
  /** Wall time from which on it is refused; null: it does not expire. */
  readonly expiresAtMs: number | null
}
