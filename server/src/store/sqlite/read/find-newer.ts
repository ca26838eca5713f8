import type { JobId, JobRef } from '../../../model/ids.ts'
import type { NewerItem, NewerQuery } from '../../item-store.ts'
import { wholeBuffer } from '../../outcomes/segment.ts'
import type { ReadStatements } from '../tables/statements.ts'
import { WantedIds } from '../../rows/wanted-ids.ts'

/** Chunks looked at in one piece: about a millisecond. */
const CHUNKS_A_TURN = 32

interface FoundJob {
  readonly ref: number
  readonly id: string
}

/**
 * Looks through the packed ids of newer jobs, a piece at a time. Jobs without a place come first: one that gets its place meanwhile
 * is met again behind all others, and not missed.
 */
export function* findNewer(sql: ReadStatements, query: NewerQuery): Generator<void, NewerItem[]> {
  const lane = sql.findLane.get(query.subscription, query.channel) as { id: number } | undefined
  const newer: NewerItem[] = []
  if (lane === undefined || query.limit <= 0) return newer
  const wanted = new WantedIds(query.ids)
  yield* wanted.fill()
  const seen = new Set<number>([query.except])
  for (const job of newerJobs(sql, query, lane.id)) {
    yield
    if (seen.has(job.ref)) continue
    seen.add(job.ref)
    yield* findInJob(sql, { job, wanted, newer, limit: query.limit })
    if (newer.length >= query.limit) break
  }
  return newer
}

/** One query a job: the walk is as true as the moment it is made. */
function* newerJobs(sql: ReadStatements, { afterSeq, objectType }: NewerQuery, lane: number): Generator<FoundJob> {
  for (const phase of ['open', 'waiting']) {
    for (let after = 0; ;) {
      const job = sql.unplacedJobs.get(lane, phase, after, objectType) as FoundJob | undefined
      if (job === undefined) break
      yield job
      after = job.ref
    }
  }
  for (let after = afterSeq; ;) {
    const job = sql.placedJobs.get(lane, after, objectType) as (FoundJob & { eligible_seq: number }) | undefined
    if (job === undefined) return
    yield job
    after = job.eligible_seq
  }
}

interface Search {
  readonly job: FoundJob
  readonly wanted: WantedIds
  readonly newer: NewerItem[]
  readonly limit: number
}

function* findInJob(sql: ReadStatements, { job, wanted, newer, limit }: Search): Generator<void, void> {
  for (let from = 0; ;) {
    const chunks = sql.readIdsFrom.all(job.ref, from, CHUNKS_A_TURN) as unknown as ChunkIds[]
    for (const { first_index, ids } of chunks) {
      const hashes = new Uint32Array(wholeBuffer(ids))
      for (let at = 0; at < hashes.length; at += 2) {
        const of = wanted.find(hashes[at]!, hashes[at + 1]!)
        if (of === -1) continue
        newer.push({ ref: job.ref as JobRef, jobId: job.id as JobId, index: first_index + at / 2, of })
        if (newer.length >= limit) return
      }
    }
    if (chunks.length < CHUNKS_A_TURN) return
    from = chunks.at(-1)!.chunk + 1
    yield
  }
}

interface ChunkIds {
  readonly chunk: number
  readonly first_index: number
  readonly ids: Uint8Array
}
