import type { CallMessage } from '../../thread/messages.ts'
import { readErrorOf } from '../tables/sqlite-errors.ts'
import type { ThreadPort } from '../../thread/thread-port.ts'

/** How long others wait for a step. */
const STEP_MS = 8

/** Reads that take longer than others can wait: each is a generator that is given a few ms in turn. */
export class LongReads {
  readonly #port: ThreadPort
  #reads: { readonly id: number; readonly pieces: Generator<void, unknown> }[] = []

  constructor(port: ThreadPort) {
    this.#port = port
  }

  begin(call: CallMessage, pieces: Generator<void, unknown>): void {
    this.#reads.push({ id: call.id, pieces })
  }

  /** Goes on with the read whose turn it is; true when there is more to do at once. */
  step(): boolean {
    const read = this.#reads.shift()
    if (read === undefined) return false
    const endsAt = performance.now() + STEP_MS
    try {
      let piece = read.pieces.next()
      while (!piece.done && performance.now() < endsAt) piece = read.pieces.next()
      if (piece.done) this.#port.succeed(read.id, piece.value)
      else this.#reads.push(read)
    } catch (error) {
      this.#port.fail(read.id, readErrorOf(error))
    }
    return this.#reads.length > 0
  }

  /** The database is being closed: nobody waits for them any more. */
  abandon(): void {
    this.#reads = []
  }
}
