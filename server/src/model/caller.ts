import type { Scope } from '@waybill/spec'
import type { JobId, TokenId } from './ids.ts'

export type { Scope }
export { scopes } from '@waybill/spec'

/** The caller of a request, with its permissions. */
export interface Caller {
  /** The subscription whose jobs it sees. */
  readonly subscription: string
  /** `all`: also those that do not exist yet. */
  readonly scopes: 'all' | ReadonlySet<Scope>
  /** The kind of caller: the admin token; an access token; a request without a token under `--dev`; where no token is required, an unknown caller; or the command line of the server. */
  readonly actor: 'admin' | 'token' | 'dev' | 'anonymous' | 'command'
  /** The access token; null for all other kinds. */
  readonly token: CallerToken | null
  /** The session of the dashboard that stands for it. @default none */
  readonly session?: string
}

/** The access token of a caller. */
export interface CallerToken {
  readonly id: TokenId
  readonly name: string
  /** Wall time from which on it is refused; null: it does not expire. */
  readonly expiresAtMs: number | null
  /** The jobs that it is bound to, of which alone it knows; null: all of its subscription. */
  readonly jobs: readonly JobId[] | null
}

/** Returns whether the caller may do what needs this scope. */
export function hasScope({ scopes }: Pick<Caller, 'scopes'>, scope: Scope): boolean {
  return scopes === 'all' || scopes.has(scope)
}
