import type { WriteStatements } from './statements.ts'

/** Job refs reserved at a time: a start that is killed wastes at most this many of 2^32. */
const REF_BLOCK = 1024

interface MetaRow {
  readonly epoch: number
  readonly ref_ceiling: number
  readonly folded_seq: number
  readonly server_key: Uint8Array
  readonly commit_mark: number
}

/** The numbers that never go back; kept in the one row of `meta`. Gaps are normal. */
export class Counters {
  readonly epoch: number
  /** The first ref this start may give. */
  readonly firstRef: number
  readonly serverKey: Uint8Array
  /** The last commit mark of the last start. */
  readonly commitMark: number
  segmentSeq: number
  #refCeiling: number
  #changed = false
  readonly #sql: WriteStatements

  /** Counts up the epoch; call it inside a transaction. */
  constructor(sql: WriteStatements) {
    this.#sql = sql
    sql.takeEpoch.run(REF_BLOCK)
    const row = sql.readMeta.get() as unknown as MetaRow
    this.epoch = row.epoch
    this.serverKey = row.server_key
    this.commitMark = row.commit_mark
    this.#refCeiling = row.ref_ceiling
    this.firstRef = row.ref_ceiling - REF_BLOCK
    this.segmentSeq = row.folded_seq
  }

  nextSegmentSeq(): number {
    return ++this.segmentSeq
  }

  /** A ref is about to be written: no later start may give it again, nor one of those given out near it. */
  useRef(ref: number): void {
    if (ref + REF_BLOCK / 2 < this.#refCeiling) return
    this.#refCeiling = ref + REF_BLOCK
    this.#changed = true
  }

  /** Writes what changed; call it at the end of a transaction. */
  save(): void {
    if (!this.#changed) return
    this.#sql.saveCounters.run(this.#refCeiling)
    this.#changed = false
  }

  /** The transaction was undone: what it saved has to be saved again. */
  undone(): void {
    this.#changed = true
  }
}
