/** Rejections of the store that stages act on. */
export type StoreErrorCode =
  | 'disk_full'
  | 'unavailable'
  | 'damaged'
  | 'io'
  | 'stale_epoch'
  | 'stale_term'
  | 'newer_schema'
  | 'locked'
  | 'closed'
  | 'conflict'

export class StoreError extends Error {
  readonly code: StoreErrorCode
  /** Of `stale_term` the channels that are another owner's, or nobody's; else empty. */
  readonly channels: readonly string[]

  constructor(code: StoreErrorCode, message: string, channels: readonly string[] = []) {
    super(message)
    this.name = 'StoreError'
    this.code = code
    this.channels = channels
  }
}

/** The error of calls before the start of a store, and after its stop. */
export function closed(): StoreError {
  return new StoreError('closed', 'Cannot use the store as it must be started and not stopped: it is closed')
}
