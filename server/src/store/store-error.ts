/** Rejections of the store that stages act on. */
export type StoreErrorCode =
  'disk_full' | 'unavailable' | 'damaged' | 'io' | 'stale_epoch' | 'newer_schema' | 'locked' | 'closed' | 'conflict'

export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string) {
    super(message)
    this.name = 'StoreError'
    this.code = code
  }
}
