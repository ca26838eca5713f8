import { damaged, StoreError, type StoreErrorCode } from '../../store-error.ts'

/*
 * Maps SQLite's result codes (sqlite.org/rescode.html) to errors of the store.
 */
const BUSY = 5
const CORRUPT = 11
const FULL = 13
const TOO_BIG = 18
const CONSTRAINT = 19
const MISMATCH = 20
const RANGE = 25
const NOT_A_DATABASE = 26
/** A page that the file is too short for. */
const IOERR_SHORT_READ = 10 | (2 << 8)
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
  if (resultCode === IOERR_SHORT_READ) return 'damaged'
  switch (resultCode & 0xff) {
    case FULL:
      return 'disk_full'
    case BUSY:
      return 'locked'
    case CORRUPT:
    case NOT_A_DATABASE:
      return 'damaged'
    case CONSTRAINT:
      return 'conflict'
    default:
      return 'io'
  }
}

/** The same for data that may be at fault itself: what is no failure of the file or the disk refuses these data alone, as `conflict`. */
export function refusalOf(error: unknown): StoreError {
  const { code, message } = storeErrorOf(error)
  const isOfData = !(error instanceof StoreError) && OF_DATA.has(sqliteCode(error) & 0xff)
  return new StoreError(isOfData ? 'conflict' : code, message)
}

/** 0: not an error of SQLite's. */
const OF_DATA: ReadonlySet<number> = new Set([0, TOO_BIG, MISMATCH, RANGE])

/** True when SQLite says that another connection holds the file. */
export function isBusy(error: unknown): boolean {
  return (sqliteCode(error) & 0xff) === BUSY
}

function sqliteCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0
}

/** The error of a call that only reads: what is stored and cannot be decoded is damaged. */
export function readErrorOf(error: unknown): StoreError {
  const isUndecodable = error instanceof SyntaxError || error instanceof RangeError
  return isUndecodable ? damaged('what is stored', 'it must be as it was written', error.message) : storeErrorOf(error)
}
