/** One call of one item as a connector saw it. Times are monotonic ms of the recording process. */
export interface RecordedCall {
  readonly startMs: number
  /** When it was answered, or its connection broke. */
  readonly endMs: number
  readonly key: string
  readonly jobId: string
  readonly index: number
  readonly channel: string
  /** The term of the channel (`Waybill-Epoch`). */
  readonly epoch: number
  /** The last segment of the URL that was called, where each server has another one. */
  readonly server?: string
  /** A call of a later term had started before. */
  readonly isLate?: boolean
  readonly attempt: number
  readonly idempotencyKey: string
  readonly answer: 'succeeded' | 'failed' | 'retry' | 'throttled' | 'broken'
}

/** The accepted work: jobs in the order they became eligible, each with the keys of its items. */
export interface AcceptedJob {
  readonly jobId: string
  /** Key of each item, by index; null: the item has none. */
  readonly keys: readonly (string | null)[]
}
