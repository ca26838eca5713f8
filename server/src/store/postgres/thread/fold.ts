import { failpoint } from '../../../runtime/failpoint.ts'
import { type ChunkMap, writeChunkMap } from '../../outcomes/chunk-map.ts'
import type { OutcomeMaps } from '../../outcomes/outcome-maps.ts'
import type { Plan } from './plan.ts'
import type { Counters } from './counters.ts'
import type { MapRows } from './map-rows.ts'
import type { Transaction } from './transaction.ts'

/** Chunks that one transaction writes: commits wait behind it. */
const CHUNKS_A_STEP = 64

/**
 * Adds to a transaction of folding that no map carries a higher number of a segment; null: segments are dropped. Raises where this server is not the owner of what is folded any more.
 */
export type FoldedNumber = (transaction: Transaction, seq: number | null) => void

export interface FoldingDeps {
  readonly maps: OutcomeMaps
  readonly rows: MapRows
  readonly counters: Counters
  /** @default of a server that has the whole database */
  readonly numbered?: FoldedNumber
}

const OF_ALL: FoldedNumber = (transaction, seq) => {
  if (seq !== null) transaction.run('UPDATE waybill.meta SET folded_seq = $1', seq)
}

/**
 * Folding: what commits say moves from segments into one map per chunk, and the segments go. A round takes the chunks that are dirty at its beginning, then
 * drops the segments up to there. After each transaction the rows are true: a segment that is still there is skipped for chunks that already have it (REC-5).
 */
export class Folding {
  readonly #maps: OutcomeMaps
  readonly #rows: MapRows
  readonly #counters: Counters
  readonly #numbered: FoldedNumber
  /** Chunks the round has still to write, and the last segment it may drop. */
  #round: { chunks: ChunkMap[]; readonly lastSeq: number } | null = null

  constructor({ maps, rows, counters, numbered = OF_ALL }: FoldingDeps) {
    this.#maps = maps
    this.#rows = rows
    this.#counters = counters
    this.#numbered = numbered
  }

  get active(): boolean {
    return this.#round !== null
  }

  /** Begins a round if there is anything to fold. */
  begin(): void {
    if (this.#round !== null || this.#maps.segments.length === 0) return
    this.#round = { chunks: [...this.#maps.dirty], lastSeq: this.#counters.segmentSeq }
  }

  /** Gives up a round that cannot continue; the next one begins anew. */
  abandon(): void {
    this.#round = null
  }

  /** The next transaction of the round. */
  nextStep(): Plan<null> {
    const round = this.#round!
    const dirty = round.chunks.filter((map) => this.#maps.dirty.has(map))
    if (dirty.length === 0) return this.#dropStep(round.lastSeq)
    const step = dirty.slice(0, CHUNKS_A_STEP)
    round.chunks = dirty.slice(CHUNKS_A_STEP)
    return this.stepFor(step)
  }

  /** One transaction that writes the first of these chunks. */
  stepFor(chunks: readonly ChunkMap[]): Plan<null> {
    const maps = chunks.slice(0, CHUNKS_A_STEP)
    return (transaction) => {
      const seq = this.#counters.segmentSeq
      this.#numbered(transaction, seq)
      for (const map of maps) writeChunkMap(this.#rows, map, seq)
      return {
        result: () => null,
        committed: () => {
          FAILPOINT: failpoint('store.fold.durable')
          for (const map of maps) if (this.#maps.dirty.has(map)) this.#maps.wasWritten(map, seq)
        },
      }
    }
  }

  #dropStep(lastSeq: number): Plan<null> {
    return (transaction) => {
      this.#numbered(transaction, null)
      const channels = [...this.#rows.segmentChannels]
      transaction.run('DELETE FROM waybill.segments WHERE channel = ANY ($1::text[]) AND seq <= $2', channels, lastSeq)
      return {
        result: () => null,
        committed: () => {
          FAILPOINT: failpoint('store.drop.durable')
          const { segments } = this.#maps
          const next = segments.findIndex(({ seq }) => seq > lastSeq)
          for (const { bytes } of segments.splice(0, next === -1 ? segments.length : next))
            this.#maps.segmentBytes -= bytes
          if (segments.length === 0) this.#rows.segmentChannels.clear()
          this.#round = null
          this.#maps.trim()
        },
      }
    }
  }
}
