import type { ResolvedPayload } from '../connectors/payload/payload-answer.ts'
import { FLAG_PERMANENT } from '../model/outcome-batch.ts'

/** Requests that fail in a row with their system before it is taken for down: no single id, nor a moment, makes as many. */
const DOWN_AFTER = 5
const FIRST_HOLD_US = 1_000_000
const MAX_HOLD_US = 30_000_000

/**
 * Whether the system that has a lane's payloads is down: then nothing is asked for a while, then by one request at a time, until one is answered. Without it an
 * outage of minutes would use up the tries of every item of a backlog.
 */
export class PayloadHealth {
  #failures = 0
  #heldUntilUs = 0

  get isDown(): boolean {
    return this.#failures >= DOWN_AFTER
  }

  /** Notes how a request went. @returns until when nothing is to be asked, monotonic µs; 0: go on */
  note(payloads: readonly ResolvedPayload[], nowUs: number): number {
    if (!payloads.every(isOutage)) {
      this.#failures = 0
      return 0
    }
    // Requests that were on their way when it was found down say nothing new.
    if (nowUs < this.#heldUntilUs) return 0
    const holds = ++this.#failures - DOWN_AFTER
    if (holds < 0) return 0
    this.#heldUntilUs = nowUs + Math.min(MAX_HOLD_US, FIRST_HOLD_US * 2 ** holds)
    return this.#heldUntilUs
  }
}

/** No answer, or a 5xx; one with a `Retry-After` holds the channel by itself. */
function isOutage(payload: ResolvedPayload): boolean {
  if ('data' in payload) return false
  const { httpStatus, flags, retryAtMs } = payload.failure
  return (httpStatus === 0 || httpStatus >= 500) && (flags & FLAG_PERMANENT) === 0 && retryAtMs === 0
}
