import { createHash, timingSafeEqual } from 'node:crypto'
import type { Caller } from '../../model/caller.ts'
import { ProblemError } from '../../model/errors.ts'
import type { Authenticate, DashboardPort, HttpConfig, TokensPort } from '../http-ports.ts'

/** The admin token's subscription, and that of a request without a token under `--dev`. */
const DEFAULT_SUBSCRIPTION = 'default'

/** @throws Error when no caller could ever be authenticated */
export function createAuthenticate(
  config: Pick<HttpConfig, 'dev' | 'adminToken'>,
  tokens: Pick<TokensPort, 'callerOf'>,
  sessions: Pick<DashboardPort, 'find'>,
): Authenticate {
  if (config.adminToken === null && !config.dev) {
    throw new Error('Cannot start as adminToken must be set unless dev is true: it is null')
  }
  const admin: Caller = { subscription: DEFAULT_SUBSCRIPTION, scopes: 'all', actor: 'admin', token: null }
  const dev: Caller = { ...admin, actor: 'dev' }
  const adminDigest = config.adminToken === null ? null : digest(config.adminToken)

  return async function authenticate(authorization) {
    if (authorization === undefined) {
      if (config.dev) return dev
      throw unauthenticated('a bearer token is required in Authorization: there is none')
    }
    const token = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1]
    if (token === undefined) throw unauthenticated('Authorization must be "Bearer <token>"')
    // Both sides hashed: equal length, and the time of the comparison reveals nothing about either.
    if (adminDigest !== null && timingSafeEqual(digest(token), adminDigest)) return admin
    const caller = tokens.callerOf(token) ?? sessions.find(token)?.caller ?? null
    if (caller === null) throw invalidToken()
    return caller
  }
}

/** Returns the refusal of a token that is unknown, revoked or expired; which of these it is, is not reported. */
export function invalidToken(): ProblemError {
  return unauthenticated('the bearer token must be a valid one: this one is not')
}

function unauthenticated(reason: string): ProblemError {
  return new ProblemError({ code: 'unauthenticated', detail: `Cannot take this request as ${reason}` })
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
