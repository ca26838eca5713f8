import type { Clock } from '../runtime/clock.ts'
import { StoreError } from './store-error.ts'

/** Wait before a write is retried: people free disk space, a restart takes seconds, and a try costs one transaction. */
export const STORE_RETRY_MS = 1000

/** A refusal that passes. */
export type PassingError = StoreError & { readonly code: 'disk_full' | 'unavailable' }

/** Whether the store refused a write for now: nothing of it happened, and the same write may succeed later. */
export function isPassing(error: unknown): error is PassingError {
  return error instanceof StoreError && (error.code === 'disk_full' || error.code === 'unavailable')
}

/** The waits of one caller between the tries of writes that the store had no space for, or that did not reach it. */
export class StoreRetries {
  readonly #clock: Pick<Clock, 'after'>
  /** Ends a wait without a further try. */
  readonly #waits = new Set<() => void>()

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock
  }

  /** Calls back when the next try is due, unless `giveUp` is called before. @returns a function that cancels this wait alone */
  later(callback: () => void): () => void {
    return this.#wait(callback, () => {})
  }

  /** Resolves with true when the next try is due, with false when `giveUp` is called before. */
  pause(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#wait(
        () => resolve(true),
        () => resolve(false),
      )
    })
  }

  /** Ends all waits at once; those that begin later are not affected. */
  giveUp(): void {
    for (const end of this.#waits) end()
  }

  #wait(onDue: () => void, onEnd: () => void): () => void {
    const end = (): void => {
      cancel()
      if (this.#waits.delete(end)) onEnd()
    }
    const cancel = this.#clock.after(STORE_RETRY_MS, () => {
      this.#waits.delete(end)
      onDue()
    })
    this.#waits.add(end)
    return end
  }
}
