import type { Scope } from '@waybill/spec'

/** The caller of a request, with its permissions. */
export interface Caller {
  /** The subscription whose jobs it sees. */
  readonly subscription: string
  /** `all`: also those that do not exist yet. */
  readonly scopes: 'all' | ReadonlySet<Scope>
  /** The kind of caller: the admin token; a request without a token under `--dev`; or, where no token is required, an unknown caller. */
  readonly actor: 'admin' | 'dev' | 'anonymous'
}

/** Returns whether the caller may do what needs this scope. */
export function hasScope({ scopes }: Pick<Caller, 'scopes'>, scope: Scope): boolean {
  return scopes === 'all' || scopes.has(scope)
}
