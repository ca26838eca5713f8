import type { JobRef } from '../../model/ids.ts'
import { closed, StoreError } from '../store-error.ts'
import type { Opened } from './messages.ts'

interface RefBlocks {
  readonly size: number
  reserve(): Promise<number>
}

/** Gives job refs, each once. The next block is reserved when half of the current one is used. */
export class JobRefs {
  #next = 0
  #end = 0
  #blocks: RefBlocks | null = null
  #following: number | null = null
  #reserving = false

  /** @param reserve reserves the next block, of as many refs, where others give them, too. @returns its first ref */
  begin({ firstRef, shared }: Pick<Opened, 'firstRef' | 'shared'>, reserve: () => Promise<number>): void {
    this.#next = firstRef
    this.#end = shared === undefined ? Infinity : firstRef + shared.refs
    this.#blocks = shared === undefined ? null : { size: shared.refs, reserve }
  }

  /** @throws StoreError `closed`; `unavailable`: the database was away for so long that none is left */
  take(): JobRef {
    if (this.#end === 0) throw closed()
    if (this.#blocks !== null) this.#lookAhead(this.#blocks)
    return this.#next++ as JobRef
  }

  #lookAhead(blocks: RefBlocks): void {
    if (this.#next === this.#end && this.#following !== null) {
      this.#next = this.#following
      this.#end = this.#next + blocks.size
      this.#following = null
    }
    if (this.#end - this.#next <= blocks.size / 2) this.#reserve(blocks)
    if (this.#next === this.#end)
      throw new StoreError('unavailable', 'Cannot number a job as the database must have reserved numbers: it is away')
  }

  #reserve(blocks: RefBlocks): void {
    if (this.#reserving || this.#following !== null) return
    this.#reserving = true
    blocks.reserve().then(
      (first) => {
        this.#following = first
        this.#reserving = false
      },
      // The next ref tries again.
      () => (this.#reserving = false),
    )
  }
}
