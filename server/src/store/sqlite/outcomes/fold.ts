import { failpoint } from '../../../runtime/failpoint.ts'
import { type ChunkMap, writeChunkMap } from '../../outcomes/chunk-map.ts'
import type { Counters } from '../tables/counters.ts'
import type { Erasure } from '../open/erasure.ts'
import type { OutcomeMaps } from '../../outcomes/outcome-maps.ts'
import type { WriteStatements } from '../tables/statements.ts'

/** How long one transaction of folding may work: commits wait behind it. */
const FOLD_STEP_MS = 8
/** Segments dropped between two looks at the time. */
const SEGMENTS_A_TURN = 16

/** A piece of background work: `write` inside a transaction, `committed` after it. */
export interface Step {
  write(): void
  committed?(): void
}

/**
 * Folding: what commits say moves from segments into one map per chunk, and the segments go.
 *
 * A round takes the chunks that are dirty at its beginning, writes each whole with the number of the last segment that is in it,
 * then drops the segments up to there. It is cut into transactions of a few ms, each of which leaves rows that are true: a
 * segment that is still there is skipped for chunks that already have it (REC-5).
 */
export class Folding {
  readonly #sql: WriteStatements
  readonly #maps: OutcomeMaps
  readonly #counters: Counters
  readonly #erasure: Erasure
  /** Chunks the round has still to write, and the last segment it may drop. */
  #round: { chunks: ChunkMap[]; lastSeq: number } | null = null

  constructor(deps: { sql: WriteStatements; maps: OutcomeMaps; counters: Counters; erasure: Erasure }) {
    this.#sql = deps.sql
    this.#maps = deps.maps
    this.#counters = deps.counters
    this.#erasure = deps.erasure
  }

  get active(): boolean {
    return this.#round !== null
  }

  /** Begins a round if there is anything to fold. */
  begin(): void {
    if (this.#round !== null || this.#maps.segments.length === 0) return
    this.#round = { chunks: [...this.#maps.dirty].reverse(), lastSeq: this.#counters.segmentSeq }
  }

  /** Gives up a round that cannot continue; the next one begins anew. */
  abandon(): void {
    this.#round = null
  }

  /** The next transaction of the round. */
  nextStep(): Step {
    const round = this.#round!
    return round.chunks.length > 0 ? this.#writeStep(round.chunks) : this.#dropStep(round.lastSeq)
  }

  /** One transaction that writes the first of these chunks, in their order; the rest stay dirty. */
  stepFor(chunks: readonly ChunkMap[]): Step {
    return this.#writeStep([...chunks].reverse())
  }

  /** Takes chunks from the end of the list for a few ms. */
  #writeStep(chunks: ChunkMap[]): Step {
    const written: ChunkMap[] = []
    const seq = this.#counters.segmentSeq
    return {
      write: () => {
        const endsAt = performance.now() + FOLD_STEP_MS
        this.#sql.saveFoldedSeq.run(seq)
        for (let at = chunks.length - 1; at >= 0; at--) {
          const map = chunks[at]!
          written.push(map)
          if (this.#maps.dirty.has(map)) writeChunkMap(this.#sql, map, seq)
          if (performance.now() >= endsAt) break
        }
        FAILPOINT: failpoint('store.fold.written')
      },
      committed: () => {
        FAILPOINT: failpoint('store.fold.durable')
        chunks.length -= written.length
        for (const map of written) if (this.#maps.dirty.has(map)) this.#maps.wasWritten(map, seq)
      },
    }
  }

  /** Drops segments from the oldest on for a few ms; ends the round with the last. */
  #dropStep(lastSeq: number): Step {
    const { segments } = this.#maps
    let dropped = 0
    return {
      write: () => {
        const endsAt = performance.now() + FOLD_STEP_MS
        do {
          const first = segments[dropped]
          if (first === undefined || first.seq > lastSeq) break
          let last = dropped
          while (
            last + 1 < segments.length &&
            last + 1 < dropped + SEGMENTS_A_TURN &&
            segments[last + 1]!.seq <= lastSeq
          )
            last++
          const drop = () => this.#sql.deleteSegments.run(first.seq, segments[last]!.seq)
          if (segments.slice(dropped, last + 1).some(({ hasTexts }) => hasTexts)) this.#erasure.run(drop)
          else drop()
          dropped = last + 1
        } while (performance.now() < endsAt)
        FAILPOINT: failpoint('store.drop.written')
      },
      committed: () => {
        FAILPOINT: failpoint('store.drop.durable')
        for (const segment of segments.splice(0, dropped)) this.#maps.segmentBytes -= segment.bytes
        const next = segments[0]
        if (next !== undefined && next.seq <= lastSeq) return
        this.#round = null
        this.#maps.trim()
      },
    }
  }
}
