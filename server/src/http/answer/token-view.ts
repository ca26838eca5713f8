import type { AccessToken } from '@waybill/spec'
import type { AccessTokenRecord } from '../../model/access-token.ts'

/** Returns a token as answers show it: without what it is recognized by. */
export function tokenView(record: AccessTokenRecord): AccessToken {
  const { id, name, subscription, scopes, jobs, createdAtMs, createdBy, expiresAtMs } = record
  return {
    ...{ id, name, subscription, scopes: [...scopes], jobs: jobs && [...jobs], createdBy },
    createdAt: new Date(createdAtMs).toISOString(),
    expiresAt: timeOf(expiresAtMs),
  }
}

/** Returns a wall time as text; null stays null. */
export function timeOf(wallMs: number | null): string | null {
  return wallMs === null ? null : new Date(wallMs).toISOString()
}
