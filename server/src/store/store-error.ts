/** Rejections of the store that stages act on. */
export type StoreErrorCode =
  | 'disk_full'
  | 'unavailable'
  | 'damaged'
  | 'io'
  | 'stale_epoch'
  | 'newer_schema'
  | 'locked'
  | 'closed'
  | 'conflict'

export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string) {
    super(message)
    this.name = 'StoreError'
    this.code = code
  }
}

/** The error of calls before the start of a store, and after its stop. */
export function closed(): StoreError {
  return new StoreError('closed', 'Cannot use the store as it must be started and not stopped: it is closed')
}

/** Creates the error of a call that does not fit the stored data. */
export function conflict(what: string, wanted: string, current: string): StoreError {
  return new StoreError('conflict', `Cannot ${what} as ${wanted}: current state is ${current}`)
}

/** Creates the error of a call that finds contradictory data in the store. */
export function damaged(what: string, wanted: string, current: string): StoreError {
  return new StoreError('damaged', `Cannot read ${what} as ${wanted}: current state is ${current}`)
}
