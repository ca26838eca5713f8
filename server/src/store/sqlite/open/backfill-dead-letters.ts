import type { DatabaseSync } from 'node:sqlite'
import { type OutcomeView, readView, Verdict, wholeBuffer } from '../../../model/outcome-batch.ts'
import { entryVerdict } from '../../outcomes/chunk-map.ts'
import { codeOf } from '../../outcomes/failures.ts'

interface FailedChunk {
  readonly ref: number
  readonly chunk: number
  readonly first_index: number
  readonly entries: Uint8Array
}

interface RecordsRow {
  readonly seq: number
  readonly records: Uint8Array
  readonly details: Uint8Array | null
}

/**
 * The part of migration 2 that SQL cannot do: a row for each item that failed before there were rows. Says its own SQL, that of
 * version 2, so that later versions do not change what this step does.
 */
export function backfillDeadLetters(db: DatabaseSync): void {
  const insert = db.prepare(`INSERT INTO dead_letters (ref, item_index, lane, failed_at_ms, key_hash, code)
    SELECT j.ref, ?3, j.lane, ?4, nullif(substr(c.keys, (?3 - c.first_index) * 8 + 1, 8), x'0000000000000000'), ?5
    FROM jobs j JOIN chunks c ON c.ref = j.ref AND c.chunk = ?2 WHERE j.ref = ?1`)
  const add = (view: OutcomeView, n: number): void => {
    insert.run(view.jobRef(n), view.chunk(n), view.index(n), Math.floor(view.endedAtMs(n)), codeOf(view, n))
  }
  addFolded(db, add)
  addUnfolded(db, add)
}

/** Items whose map says that they failed: their last call says why. */
function addFolded(db: DatabaseSync, add: (view: OutcomeView, n: number) => void): void {
  const calls = db.prepare('SELECT 0 AS seq, records, details FROM calls WHERE ref = ? AND chunk = ? ORDER BY id')
  const chunks = db.prepare(`SELECT m.ref, m.chunk, c.first_index, m.entries FROM outcome_maps m
    JOIN chunks c ON c.ref = m.ref AND c.chunk = m.chunk WHERE m.failed > 0 ORDER BY m.ref, m.chunk`)
  for (const row of chunks.iterate() as Iterable<unknown> as Iterable<FailedChunk>) {
    const entries = new Uint32Array(wholeBuffer(row.entries))
    const last = new Map<number, { view: OutcomeView; n: number }>()
    for (const { records, details } of calls.all(row.ref, row.chunk) as unknown as RecordsRow[]) {
      const view = readView(records, details)
      for (let n = 0; n < view.count; n++) {
        if (entryVerdict(entries, view.index(n) - row.first_index) === Verdict.failed)
          last.set(view.index(n), { view, n })
      }
    }
    for (const { view, n } of last.values()) add(view, n)
  }
}

/** Failures that stand in a segment only: the last start of version 1 was killed before it folded them. */
function addUnfolded(db: DatabaseSync, add: (view: OutcomeView, n: number) => void): void {
  const foldedSeq = db.prepare('SELECT folded_seq FROM outcome_maps WHERE ref = ? AND chunk = ?')
  for (const row of db.prepare('SELECT seq, records, details FROM segments ORDER BY seq').iterate()) {
    const { seq, records, details } = row as unknown as RecordsRow
    const view = readView(records, details)
    for (let n = 0; n < view.count; n++) {
      if (view.verdict(n) !== Verdict.failed) continue
      const map = foldedSeq.get(view.jobRef(n), view.chunk(n)) as { folded_seq: number } | undefined
      if (map === undefined || map.folded_seq < seq) add(view, n)
    }
  }
}
