import type { JobRef } from '../../model/ids.ts'
import { FLAG_DECIDED, isEnded, readView, Verdict } from '../../model/outcome-batch.ts'
import type { RecoveredChunk, RecoveredWait } from '../recovery-store.ts'
import type { ReadCalls } from '../thread/messages.ts'
import { ENTRY_WORDS, entryVerdict, wordsOf } from '../outcomes/chunk-map.ts'
import { all, one, type Reading } from './asking.ts'

/** Chunks returned at once: 4 MB of keys where they are full. */
const CHUNKS_A_TURN = 512

interface ChunkRow {
  readonly ref: number
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

/** Reads the next chunks of these jobs for the scheduler: keys and verdicts, never bodies. */
export function* recoverChunks({
  refs,
  fromChunk,
}: ReadCalls['recoverChunks']['args']): Reading<ReadCalls['recoverChunks']['result']> {
  // Only the first job was begun before: it continues alone.
  const asked = fromChunk > 0 ? refs.slice(0, 1) : refs
  const [statement, jobs] =
    asked.length === 1 ? (['recoverChunks', asked[0]!] as const) : (['recoverChunksOfJobs', asked] as const)
  yield* one('begin')
  try {
    const rows = yield* all<ChunkRow>(statement, jobs, fromChunk, CHUNKS_A_TURN)
    const chunks: RecoveredChunk[] = []
    for (const row of rows) chunks.push(yield* recoveredChunk(row))
    if (rows.length < CHUNKS_A_TURN) return { chunks, jobs: asked.length, nextChunk: 0 }
    const last = rows.at(-1)!
    return { chunks, jobs: asked.indexOf(last.ref), nextChunk: last.chunk + 1 }
  } finally {
    yield* one('commit')
  }
}

function* recoveredChunk(row: ChunkRow): Reading<RecoveredChunk> {
  const what = `chunk ${row.chunk} of job ref ${row.ref}`
  const verdicts = new Uint8Array(row.count)
  if (row.entries !== null) {
    const entries = wordsOf(row.entries, { what: `outcomes of ${what}`, words: row.count * ENTRY_WORDS })
    for (let at = 0; at < row.count; at++) verdicts[at] = entryVerdict(entries, at)
  }
  return {
    ref: row.ref as JobRef,
    chunk: row.chunk,
    firstIndex: row.first_index,
    count: row.count,
    keys: wordsOf(row.keys, { what: `keys of ${what}`, words: row.count * 2 }),
    verdicts,
    succeeded: row.succeeded ?? 0,
    failed: row.failed ?? 0,
    cancelled: row.cancelled ?? 0,
    waiting: (row.waiting ?? 0) > 0 ? yield* waitsOf(row, verdicts) : [],
    firstStartedAtMs: row.first_started_at_ms,
    lastEndedAtMs: row.last_ended_at_ms,
  }
}

/** The waits of items that were tried and have not ended: their last calls, and the outage attempts of earlier ones. */
function* waitsOf(row: ChunkRow, verdicts: Uint8Array): Reading<RecoveredWait[]> {
  const waits = new Map<number, RecoveredWait>()
  for (const calls of yield* all<{ records: Uint8Array }>('listCalls', row.ref, row.chunk)) {
    const view = readView(calls.records)
    for (let n = 0; n < view.count; n++) {
      const index = view.index(n)
      const verdict = verdicts[index - row.first_index] as Verdict
      if (verdict === Verdict.unjudged || isEnded(verdict)) continue
      const before = waits.get(index)
      const isOutage = view.verdict(n) === Verdict.throttled && !view.asksForDelay(n)
      const isUnresolved = isOutage && view.isUnresolved(n)
      const isDecided = (view.flags(n) & FLAG_DECIDED) !== 0
      const skipsKey = isDecided && verdict === Verdict.parked
      waits.set(index, {
        index,
        attempt: view.attempt(n),
        throttled: view.throttled(n),
        verdict,
        ...(skipsKey ? { retryAtMs: 0, skipsKeyTo: view.retryAtMs(n) } : { retryAtMs: view.retryAtMs(n) }),
        endedAtMs: view.endedAtMs(n),
        holdsChannel: view.verdict(n) === Verdict.throttled && view.holdsChannel(n),
        // A decision gives it everything anew.
        outageAttempts: isDecided ? view.throttled(n) : (before?.outageAttempts ?? 0) + (isOutage ? 1 : 0),
        unresolvedAttempts: isDecided ? 0 : (before?.unresolvedAttempts ?? 0) + (isUnresolved ? 1 : 0),
        outageSinceMs: isDecided
          ? null
          : (before?.outageSinceMs ?? (isOutage && !isUnresolved ? view.startedAtMs(n) : null)),
      })
    }
  }
  return [...waits.values()].sort((a, b) => a.index - b.index)
}
