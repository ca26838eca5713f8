import type { AccessTokenRecord } from '../model/access-token.ts'
import type { JobId } from '../model/ids.ts'
import { type Caller, hasScope, type Scope } from '../model/caller.ts'
import { ProblemError } from '../model/errors.ts'

/** A request for a new token. */
export interface TokenGrant {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** @default the caller's */
  readonly subscription?: string
  /** Binds it to these jobs. @default those of the caller, if it is bound */
  readonly jobs?: readonly JobId[]
  /** Wall time. @default the caller's */
  readonly expiresAtMs?: number
}

/**
 * Returns subscription, jobs and expiry of a new token, which has at most what the caller has.
 * @throws ProblemError `bad_request`: the expiry is not in the future; `forbidden`: names all that the caller lacks
 */
export function requireWithin(
  caller: Caller,
  { scopes, subscription = caller.subscription, jobs: wantedJobs, expiresAtMs: wantedMs }: TokenGrant,
  nowMs: number,
): Pick<AccessTokenRecord, 'subscription' | 'expiresAtMs' | 'jobs'> {
  const expiresAtMs = wantedMs ?? caller.token?.expiresAtMs ?? null
  if (wantedMs !== undefined && wantedMs <= nowMs) throw expired(wantedMs)
  const ownJobs = caller.token?.jobs ?? null
  const jobs = wantedJobs ?? ownJobs
  const latestMs = caller.token?.expiresAtMs ?? null
  const missing = scopes.filter((scope) => !hasScope(caller, scope))
  const lacks = [
    ...(missing.length === 0 ? [] : [`the caller must have the scopes that it gives: it lacks ${missing.join(', ')}`]),
    ...(subscription === caller.subscription || caller.scopes === 'all'
      ? []
      : ['the caller must have the scope admin to give another subscription than its own: it lacks it']),
    ...(latestMs === null || (expiresAtMs !== null && expiresAtMs <= latestMs)
      ? []
      : [`expiresAt must not be after the expiry of the caller, ${timeOf(latestMs)}: it is ${timeOf(expiresAtMs!)}`]),
    ...(ownJobs === null || jobs!.every((id) => ownJobs.includes(id))
      ? []
      : ['the jobs must be among those that the token of the caller is bound to: some are not']),
  ]
  if (lacks.length === 0) return { subscription, expiresAtMs, jobs }
  throw new ProblemError({ code: 'forbidden', detail: `Cannot create token as ${lacks.join('; and as ')}` })
}

/** Whoever lacks `admin` cannot take it from others. @throws ProblemError `forbidden` */
export function mayRevoke(caller: Caller, { id, scopes }: AccessTokenRecord): void {
  if (!scopes.includes('admin') || hasScope(caller, 'admin')) return
  throw new ProblemError({
    code: 'forbidden',
    detail: `Cannot revoke token ${id} as the caller must have the scope admin, which that token has: it lacks it`,
  })
}

function expired(expiresAtMs: number): ProblemError {
  const detail = `must be in the future: current value is ${timeOf(expiresAtMs)}`
  return new ProblemError({
    code: 'bad_request',
    detail: `Cannot create token as expiresAt ${detail}`,
    errors: [{ pointer: '/expiresAt', detail }],
    errorCount: 1,
  })
}

function timeOf(wallMs: number): string {
  return new Date(wallMs).toISOString()
}
