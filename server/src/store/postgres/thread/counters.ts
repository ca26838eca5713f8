import type { StoreError } from '../../store-error.ts'
import type { Plan } from './plan.ts'
import type { Transaction } from './transaction.ts'

/** Job refs reserved at a time: a start that is killed wastes at most this many. */
export const REF_BLOCK = 1024
/** The same of a server that has the database beside others: refs have 32 bits. */
export const SHARED_REF_BLOCK = 16_384

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

/** Reserves the next block of refs of a server that has the database beside others. @returns its first one @throws StoreError */
export async function reserveRefs(queue: { run(plan: Plan<null>): Promise<StoreError | null> }): Promise<number> {
  let ceiling: number | null = null
  // A block whose answer was lost is not used: another one is reserved.
  while (ceiling === null) {
    const failure = await queue.run((transaction) => {
      const reserved = transaction.run(RESERVE_REFS, SHARED_REF_BLOCK)
      return {
        result: () => null,
        committed: (found) =>
          void (ceiling = (found?.[reserved]?.rows[0] as { ref_ceiling: number } | undefined)?.ref_ceiling ?? null),
      }
    })
    if (failure !== null) throw failure
  }
  return ceiling - SHARED_REF_BLOCK
}

const RESERVE_REFS = 'UPDATE waybill.meta SET ref_ceiling = ref_ceiling + $1 RETURNING ref_ceiling'
