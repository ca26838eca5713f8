import { StoreError, type StoreErrorCode } from '../store.ts'

/*
 * What SQLite's result codes (sqlite.org/rescode.html) mean to those who call the store.
 */
const BUSY = 5
const FULL = 13
const CONSTRAINT = 19
/** The shared memory of the WAL cannot grow: says I/O error, is a full disk. */
const IOERR_SHMSIZE = 10 | (19 << 8)

/** The error a call is rejected with: our own as it is, SQLite's by its result code, everything else is `io`. */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new StoreError(codeOf(sqliteCode(error)), message)
}

function codeOf(resultCode: number): StoreErrorCode {
  if (resultCode === IOERR_SHMSIZE) return 'disk_full'
  switch (resultCode & 0xff) {
    case FULL:
      return 'disk_full'
    case BUSY:
      return 'locked'
    case CONSTRAINT:
      return 'conflict'
    default:
      return 'io'
  }
}

/** True when SQLite says that another connection holds the file. */
export function isBusy(error: unknown): boolean {
  return (sqliteCode(error) & 0xff) === BUSY
}

function sqliteCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0
}

/** What a call is refused with that does not fit what is stored. */
export function conflict(what: string, wanted: string, current: string): StoreError {
  return new StoreError('conflict', `Cannot ${what} as ${wanted}: current state is ${current}`)
}
