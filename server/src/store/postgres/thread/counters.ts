import type { Transaction } from './transaction.ts'

/** Job refs reserved at a time: a start that is killed wastes at most this many. */
export const REF_BLOCK = 1024

/** The numbers that never go back. Gaps are normal. */
export class Counters {
  readonly epoch: number
  segmentSeq: number
  #refCeiling: number
  #savedCeiling: number

  constructor({ epoch, refCeiling, segmentSeq }: { epoch: number; refCeiling: number; segmentSeq: number }) {
    this.epoch = epoch
    this.segmentSeq = segmentSeq
    this.#refCeiling = refCeiling
    this.#savedCeiling = refCeiling
  }

  nextSegmentSeq(): number {
    return ++this.segmentSeq
  }

  /** A ref is about to be written: no later start may give it again, nor one of those given out near it. */
  useRef(ref: number): void {
    if (ref + REF_BLOCK / 2 >= this.#refCeiling) this.#refCeiling = ref + REF_BLOCK
  }

  /** Adds what changed to a transaction. @returns a function to be called after its commit */
  saveBy(transaction: Transaction): () => void {
    const ceiling = this.#refCeiling
    if (ceiling === this.#savedCeiling) return () => {}
    transaction.run('UPDATE waybill.meta SET ref_ceiling = greatest(ref_ceiling, $1)', ceiling)
    return () => {
      this.#savedCeiling = ceiling
    }
  }
}
