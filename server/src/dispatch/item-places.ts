import type { JobRef } from '../model/ids.ts'
import { chunkOf, type LiveJob, type LiveJobs } from '../model/live-job.ts'
import type { Lot } from './lot.ts'

/** Where an item is; the same object for items of one chunk that follow each other. */
export interface Place {
  readonly job: LiveJob
  readonly chunk: number
  readonly firstIndex: number
  readonly endIndex: number
}

/** Whether the item of this index has other data than its chunk. */
export function isReplaced({ job }: Place, index: number): boolean {
  return job.replaced !== null && job.replaced.has(index)
}

/** Finds the place of each item of a lot. Null: its job is no longer alive. */
export function placesOf(lot: Lot, liveJobs: LiveJobs): (Place | null)[] {
  const places = new Array<Place | null>(lot.count)
  let last: Place | null = null
  let job: LiveJob | undefined
  let ref = -1
  for (let n = 0; n < lot.count; n++) {
    const index = lot.indexes[n]!
    if (lot.jobRefs[n] !== ref) {
      ref = lot.jobRefs[n]!
      job = liveJobs.byRef(ref as JobRef)
      last = null
    }
    if (job === undefined) {
      places[n] = null
      continue
    }
    if (last === null || index < last.firstIndex || index >= last.endIndex) {
      const chunk = chunkOf(job, index)
      last = { job, chunk, firstIndex: job.chunkStarts[chunk] ?? 0, endIndex: job.chunkStarts[chunk + 1] ?? Infinity }
    }
    places[n] = last
  }
  return places
}
