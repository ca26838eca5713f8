import type { JobId, JobRef } from '../../model/ids.ts'
import type { NewerItem, NewerQuery } from '../item-store.ts'
import { wholeBuffer } from '../../model/outcome-batch.ts'
import { all, one, type Reading } from './asking.ts'
import { WantedIds } from '../rows/wanted-ids.ts'

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
export function* findNewer(query: NewerQuery): Reading<NewerItem[]> {
  const lane = yield* one<{ id: number }>('findLane', query.subscription, query.channel)
  const newer: NewerItem[] = []
  if (lane === undefined || query.limit <= 0) return newer
  const wanted = new WantedIds(query.ids)
  yield* wanted.fill()
  const seen = new Set<number>([query.except])
  const walk: Walk = { lane: lane.id, phases: ['open', 'waiting'], after: 0 }
  for (let job = yield* nextNewer(walk, query); job !== undefined; job = yield* nextNewer(walk, query)) {
    if (seen.has(job.ref)) continue
    seen.add(job.ref)
    yield* findInJob({ job, wanted, newer, limit: query.limit })
    if (newer.length >= query.limit) break
  }
  return newer
}

/** Where the walk over newer jobs is: at those without a place of the first phase, when none is left at those with a place. */
interface Walk {
  readonly lane: number
  readonly phases: string[]
  /** The last ref, then the last place. */
  after: number
}

/** One statement a job: the walk is as true as the moment it is made. */
function* nextNewer(walk: Walk, { afterSeq, objectType }: NewerQuery): Reading<FoundJob | undefined> {
  while (walk.phases.length > 0) {
    const job = yield* one<FoundJob>('unplacedJobs', walk.lane, walk.phases[0]!, walk.after, objectType)
    if (job !== undefined) {
      walk.after = job.ref
      return job
    }
    walk.phases.shift()
    walk.after = walk.phases.length > 0 ? 0 : afterSeq
  }
  const job = yield* one<FoundJob & { eligible_seq: number }>('placedJobs', walk.lane, walk.after, objectType)
  if (job !== undefined) walk.after = job.eligible_seq
  return job
}

interface Search {
  readonly job: FoundJob
  readonly wanted: WantedIds
  readonly newer: NewerItem[]
  readonly limit: number
}

function* findInJob({ job, wanted, newer, limit }: Search): Reading<void> {
  for (let from = 0; ;) {
    const chunks = yield* all<ChunkIds>('readIdsFrom', job.ref, from, CHUNKS_A_TURN)
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
  }
}

interface ChunkIds {
  readonly chunk: number
  readonly first_index: number
  readonly ids: Uint8Array
}
