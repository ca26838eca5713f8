/** Why a call failed. */
export interface CallError {
  /** Wall ms. */
  readonly atMs: number
  readonly code: string
  /** HTTP status of the answer; null: there was none. */
  readonly status: number | null
  readonly detail: string | null
}

/** The last failed call of a channel, for each subscription: what one tenant sent, and was answered, no other sees (SEC-1). In memory only. */
export class ChannelErrors {
  readonly #last = new Map<string, CallError>()

  note(subscription: string, error: CallError): void {
    this.#last.set(subscription, error)
  }

  /** Null: no call of this subscription has failed since the start. */
  of(subscription: string): CallError | null {
    return this.#last.get(subscription) ?? null
  }
}
