/** An item that was tried before this start. */
export interface Tried {
  readonly attempts: number
  readonly throttled: number
  /** When its retry is due, as wall ms and as monotonic µs. */
  readonly retryAtMs: number
  readonly dueUs: number
}

/** An item that waits for a person's decision. */
export interface ParkedItem {
  readonly attempts: number
  readonly throttled: number
  /** Since when, as wall ms and as monotonic µs. */
  readonly sinceMs: number
  readonly sinceUs: number
}
