import type { Item } from '@waybill/spec'

/** An item, and the JSON of its data as it was sent. */
export interface ShownItem {
  /** Without its data. */
  readonly item: Item
  /** The JSON of the data that was replaced after an attempt, by the attempt's number. @default it was not asked for */
  readonly replacedData?: ReadonlyMap<number, Uint8Array | null>
  /** Null: it has none; undefined: it was not asked for. */
  readonly data?: Uint8Array | null
  /** Gives the memory of its data back at once: nobody reads it any more. @default it is left to the garbage collector */
  readonly release?: () => void
}
