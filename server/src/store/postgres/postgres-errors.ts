import { StoreError, type StoreErrorCode } from '../store-error.ts'

/*
 * Maps PostgreSQL's error codes (postgresql.org/docs/current/errcodes-appendix.html), and those of sockets, to errors of the store.
 */

/** Raised by `waybill.require_rows`. */
export const ROWS_MISSING = 'WB001'
/** Raised by `waybill.require_terms`. */
export const TERM_LOST = 'WB003'
/** Raised by `waybill.hold_server`. */
const SERVER_LOST = 'WB002'
/** Raised by `waybill.hold_server`. */
const COMMITS_LOST = 'WB004'
/** The transaction failed before this statement: another one has the reason. */
const IN_FAILED_TRANSACTION = '25P02'

/** The database has given up one of two transactions that met: the same one may be carried out now. */
export function isRetryable(error: unknown): boolean {
  const code = sqlState(error)
  return code === '40001' || code === '40P01'
}

/** Whether a statement failed only as one before it has. */
export function isFollowing(error: unknown): boolean {
  return sqlState(error) === IN_FAILED_TRANSACTION
}

/** Whether the connection is lost, or about to be: what was sent on it may have been carried out or not. */
export function isLost(error: unknown): boolean {
  if (isMistake(error)) return false
  const code = sqlState(error)
  // Sockets have other codes, or none; 08: connection, 57P: the server ends, 25P03 and 25P04: a time-out ended the session.
  return code === null || /^(08|57P|25P0[34])/.test(code)
}

/** The error a call is rejected with: our own as it is, PostgreSQL's by its code, a lost connection as `unavailable`. */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  if (isMistake(error)) return new StoreError('io', `Cannot use the store: ${String(error)}`)
  const code = sqlState(error)
  if (code === SERVER_LOST) return staleServer()
  if (code === COMMITS_LOST) return lostCommits()
  if (code === null) return new StoreError('unavailable', `Cannot reach the database: ${socketFault(error)}`)
  // What it says of users and databases is left out.
  if (/^(28|3D)/.test(code))
    return new StoreError(
      'io',
      `Cannot use the database as it must accept the user, the password and the name of databaseUrl: it says ${code}`,
    )
  const said = `${code}: ${error instanceof Error ? error.message : ''}`
  // While it starts, stops, or has no connection left: as good as not there.
  if (/^(08|53|57P)/.test(code) && codeOf(code) === 'unavailable')
    return new StoreError('unavailable', `Cannot reach the database: it says ${said}`)
  return new StoreError(codeOf(code), `The database says ${said}`)
}

export function staleServer(): StoreError {
  return new StoreError(
    'stale_epoch',
    'Cannot write as this must be the last server that was started on the database: another one is',
  )
}

/** A failover to a standby that had not received all commits, or a restore below a running server: what was answered is not true any more. */
export function lostCommits(): StoreError {
  return new StoreError(
    'io',
    'Cannot continue as the database must have every commit that it confirmed: it lost commits (store_lost_commits)',
  )
}

function codeOf(code: string): StoreErrorCode {
  if (code === '53100') return 'disk_full'
  // Full of connections or memory, being stopped or started, a standby, a statement that took too long, or two transactions that met too often.
  if (/^(08|53|57|25006|25P0|40|55P03)/.test(code)) return 'unavailable'
  if (code.startsWith('XX00')) return code === 'XX000' ? 'io' : 'damaged'
  // 22: of these data; 23: they contradict what is stored.
  if (/^(22|23|WB001)/.test(code)) return 'conflict'
  return 'io'
}

/** Five characters, of the server; null: the error is not of it. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  return 'severity' in error && error.code.length === 5 ? error.code : null
}

/** Whether it is of the program, or of data that it cannot read: no database and no socket throws such. */
export function isMistake(error: unknown): boolean {
  return (
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof SyntaxError ||
    error instanceof ReferenceError
  )
}

/** A socket's code says enough: its message has addresses in it. */
function socketFault(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return 'the connection was lost'
}
