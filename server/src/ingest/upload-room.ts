import { overloaded } from './refusals.ts'

/** Uploads that are received at once: at about 8 MiB each they stay below 512 MiB; more connections would only share the same core. */
const MAX_UPLOADS = 64
/** Bytes of bodies that have to be held whole (JSON, parts), over all uploads: sixteen of the largest. */
const MAX_HELD_BYTES = 256 * 1024 * 1024

export interface UploadRoomOptions {
  readonly maxPendingItems: number
  /** Items accepted and not ended. */
  readonly pendingItems: () => number
}

/** What one upload takes of the room; `leave()` gives all of it back. */
export interface UploadPlace {
  /** Counts items that are about to be accepted. @throws ProblemError `overloaded` */
  addItems(count: number): void
  /** Whether so many items could be accepted. @throws ProblemError `overloaded` */
  checkItems(count: number): void
  /** Counts bytes that are held. @throws ProblemError `overloaded` */
  hold(bytes: number): void
  leave(): void
}

/** Refuses new work in time, instead of taking what cannot be done: too many uploads, bytes in memory or pending items. */
export class UploadRoom {
  readonly #options: UploadRoomOptions
  #uploads = 0
  #items = 0
  #bytes = 0

  constructor(options: UploadRoomOptions) {
    this.#options = options
  }

  /** Uploads in progress. */
  get uploads(): number {
    return this.#uploads
  }

  /** Begins an upload. @throws ProblemError `overloaded` */
  enter(): UploadPlace {
    if (this.#uploads >= MAX_UPLOADS)
      throw overloaded(`at most ${MAX_UPLOADS} uploads may run at once: current value is ${this.#uploads}`)
    this.#uploads++
    let items = 0
    let bytes = 0
    let left = false
    return {
      addItems: (count) => {
        this.check(count)
        items += count
        this.#items += count
      },
      checkItems: (count) => this.check(count),
      hold: (more) => {
        if (this.#bytes + more > MAX_HELD_BYTES)
          throw overloaded(`bodies in memory must have at most ${MAX_HELD_BYTES} bytes: they have more`)
        bytes += more
        this.#bytes += more
      },
      leave: () => {
        if (left) return
        left = true
        this.#uploads--
        this.#items -= items
        this.#bytes -= bytes
      },
    }
  }

  /** Whether so many items more may become pending. @throws ProblemError `overloaded` */
  check(items: number): void {
    const pending = this.#options.pendingItems() + this.#items
    const { maxPendingItems } = this.#options
    if (pending + items <= maxPendingItems) return
    throw overloaded(
      `pending items must be at most ${maxPendingItems}: current value is ${pending}, with this request ${pending + items} or more`,
    )
  }
}
