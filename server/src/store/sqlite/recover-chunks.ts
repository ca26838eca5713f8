import type { JobRef } from '../../model/ids.ts'
import { isEnded, Verdict } from '../../model/outcome-batch.ts'
import type { RecoveredChunk, RecoveredWait } from '../store.ts'
import type { ReadCalls } from './messages.ts'
import { entryVerdict } from './outcome-entry.ts'
import { readView, wholeBuffer } from './segment.ts'
import type { ReadStatements } from './statements.ts'

/** Chunks handed over at once: about 1 MB of keys. */
const CHUNKS_A_TURN = 128

interface ChunkRow {
  readonly chunk: number
  readonly first_index: number
  readonly count: number
  readonly keys: Uint8Array
  readonly entries: Uint8Array | null
  readonly succeeded: number | null
  readonly failed: number | null
  readonly cancelled: number | null
  readonly waiting: number | null
  readonly first_started_at_ms: number | null
  readonly last_ended_at_ms: number | null
}

/** What the scheduler needs of the next chunks of a job: keys and verdicts, never bodies. */
export function recoverChunks(
  sql: ReadStatements,
  { ref, fromChunk }: ReadCalls['recoverChunks']['args'],
): ReadCalls['recoverChunks']['result'] {
  sql.begin.run()
  try {
    const rows = sql.recoverChunks.all(ref, fromChunk, CHUNKS_A_TURN) as unknown as ChunkRow[]
    const chunks = rows.map((row) => recoveredChunk(sql, ref, row))
    return { chunks, nextChunk: rows.length < CHUNKS_A_TURN ? null : rows.at(-1)!.chunk + 1 }
  } finally {
    sql.commit.run()
  }
}

function recoveredChunk(sql: ReadStatements, ref: number, row: ChunkRow): RecoveredChunk {
  const verdicts = new Uint8Array(row.count)
  if (row.entries !== null) {
    const entries = new Uint32Array(wholeBuffer(row.entries))
    for (let at = 0; at < row.count; at++) verdicts[at] = entryVerdict(entries, at)
  }
  return {
    ref: ref as JobRef,
    chunk: row.chunk,
    firstIndex: row.first_index,
    count: row.count,
    keys: new Uint32Array(wholeBuffer(row.keys)),
    verdicts,
    succeeded: row.succeeded ?? 0,
    failed: row.failed ?? 0,
    cancelled: row.cancelled ?? 0,
    waiting: (row.waiting ?? 0) > 0 ? waitsOf(sql, ref, row, verdicts) : [],
    firstStartedAtMs: row.first_started_at_ms,
    lastEndedAtMs: row.last_ended_at_ms,
  }
}

/** Where the items that were tried and not ended stand: their last calls. */
function waitsOf(sql: ReadStatements, ref: number, row: ChunkRow, verdicts: Uint8Array): RecoveredWait[] {
  const waits = new Map<number, RecoveredWait>()
  for (const calls of sql.listCalls.all(ref, row.chunk) as unknown as { records: Uint8Array }[]) {
    const view = readView(calls.records)
    for (let n = 0; n < view.count; n++) {
      const index = view.index(n)
      const verdict = verdicts[index - row.first_index] as Verdict
      if (verdict === Verdict.unjudged || isEnded(verdict)) continue
      waits.set(index, {
        index,
        attempt: view.attempt(n),
        throttled: view.throttled(n),
        verdict,
        retryAtMs: view.retryAtMs(n),
      })
    }
  }
  return [...waits.values()].sort((a, b) => a.index - b.index)
}
