/** Bytes of a store and of the file system that it is on. */
export interface StoreSizes {
  /** Without the write-ahead log. */
  readonly storeBytes: number
  readonly walBytes: number
  /** Bytes that this user may still write. */
  readonly freeBytes: number
}
