import { callerOf } from '../../thread/caller-of.ts'
import type { CallMessage } from '../../thread/messages.ts'
import { readErrorOf } from '../tables/sqlite-errors.ts'
import type { ThreadPort } from '../../thread/thread-line.ts'

/** How long others wait for a step. */
const STEP_MS = 8

interface LongRead {
  readonly id: number
  readonly pieces: Generator<void, unknown>
}

/**
 * Reads that take longer than others can wait: each is a generator that is given a few ms in turn. Callers take turns, and the reads of one caller
 * among themselves: it does not matter to anybody else how many somebody has.
 */
export class LongReads {
  readonly #port: ThreadPort
  /** By caller, the next one first. */
  readonly #reads = new Map<string, LongRead[]>()

  constructor(port: ThreadPort) {
    this.#port = port
  }

  begin(call: CallMessage, pieces: Generator<void, unknown>): void {
    const caller = callerOf(call)
    const own = this.#reads.get(caller) ?? []
    own.push({ id: call.id, pieces })
    this.#reads.set(caller, own)
  }

  /** Goes on with the read whose turn it is; true when there is more to do at once. */
  step(): boolean {
    const [next] = this.#reads
    if (next === undefined) return false
    const [caller, own] = next
    const read = own.shift()!
    this.#reads.delete(caller)
    if (this.#goOn(read)) own.push(read)
    if (own.length > 0) this.#reads.set(caller, own)
    return this.#reads.size > 0
  }

  /** The database is being closed: nobody waits for them any more. */
  abandon(): void {
    this.#reads.clear()
  }

  /** Returns whether there is more of it. */
  #goOn({ id, pieces }: LongRead): boolean {
    const endsAt = performance.now() + STEP_MS
    try {
      let piece = pieces.next()
      while (!piece.done && performance.now() < endsAt) piece = pieces.next()
      if (!piece.done) return true
      this.#port.succeed(id, piece.value)
    } catch (error) {
      this.#port.fail(id, readErrorOf(error))
    }
    return false
  }
}
