/** Bytes of a store and of the file system that it is on. */
export interface StoreSizes {
  /** Without the write-ahead log. */
  readonly storeBytes: number
  readonly walBytes: number
  /** Bytes that this user may still write. */
  readonly freeBytes: number
}

/** Reports how large the store is. */
export interface SizeSource {
  /** Measured now; null: nothing of the store is on a disk, or it cannot be measured. Never rejects. */
  sizes(): Promise<StoreSizes | null>
}
