import type { JobMap } from '@waybill/spec'
import type { JobId } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { CountMoving } from '../model/ports.ts'
import type { Clock } from '../runtime/clock.ts'
import { TimeSlice } from '../runtime/time-slice.ts'
import { findJob } from '../store/find-job.ts'
import type { ItemStore } from '../store/item-store.ts'
import type { JobStore } from '../store/job-store.ts'
import { time } from './job-view.ts'

export interface JobMapsOptions {
  readonly store: Pick<JobStore, 'findJob'> & Pick<ItemStore, 'countItems'>
  readonly liveJobs: LiveJobs
  readonly countMoving: CountMoving
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicUs'>
}

export interface JobMapQuery {
  readonly jobId: JobId
  readonly subscription: string
  /** The one in whose turns of the event loop it is made. */
  readonly caller: string
  /** The most buckets, 1 and up. */
  readonly buckets: number
}

/** A map is given to all who ask within this time: whoever asks more often costs nothing more. */
const KEPT_US = 1_000_000
/** Maps kept at once: of the largest 100 KB each. */
const MAX_KEPT = 100
/** Items looked at between two looks at the time: less than half a millisecond. */
const ITEMS_A_STEP = 8192

type Counts = JobMap['counts']

/** Jobs as maps: their items counted by status in stretches of their indexes, whatever their number. Somebody else's job is no job (SEC-1). */
export class JobMaps {
  readonly #options: JobMapsOptions
  readonly #kept = new Map<string, { readonly atUs: number; readonly map: Promise<JobMap> }>()

  constructor(options: JobMapsOptions) {
    this.#options = options
  }

  /** The map of a job as of now, or at most a second old; null: no such job of this subscription. */
  async map({ jobId, subscription, caller, buckets }: JobMapQuery): Promise<JobMap | null> {
    const record = await findJob(this.#options, jobId, subscription)
    if (record === null) return null
    const itemsPerBucket = Math.max(1, Math.ceil(record.total / buckets))
    const key = `${record.ref} ${itemsPerBucket} ${record.total} ${record.phase === 'ended'}`
    const nowUs = this.#options.clock.monotonicUs()
    const kept = this.#kept.get(key)
    if (kept !== undefined && nowUs - kept.atUs < KEPT_US) return kept.map
    const map = this.#make(record, itemsPerBucket, caller)
    this.#keep(key, { atUs: nowUs, map })
    return map
  }

  #keep(key: string, made: { readonly atUs: number; readonly map: Promise<JobMap> }): void {
    this.#kept.delete(key)
    this.#kept.set(key, made)
    for (const [oldest, { atUs }] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT && made.atUs - atUs < KEPT_US) break
      this.#kept.delete(oldest)
    }
    made.map.catch(() => {
      if (this.#kept.get(key) === made) this.#kept.delete(key)
    })
  }

  /** Memory first: what ends meanwhile is counted as ended. */
  async #make(record: JobRecord, itemsPerBucket: number, caller: string): Promise<JobMap> {
    const { total, ref, id } = record
    const hasEnded = record.phase === 'ended'
    const at = time(this.#options.clock.nowMs())
    const slice = new TimeSlice(caller)
    const moving = { running: zeros(total, itemsPerBucket), waiting: zeros(total, itemsPerBucket) }
    // Of a million items some hundred move as a rule, and near each other: most of the table need not be looked at.
    const atFirst = hasEnded ? 0 : this.#movingItems(record)
    let found = 0
    for (let from = 0; from < total && found < atFirst && this.#movingItems(record) > 0; from += ITEMS_A_STEP) {
      const stretch = { from, to: Math.min(from + ITEMS_A_STEP, total), itemsPerBucket }
      found += this.#options.countMoving(ref, stretch, moving)
      if (slice.over) await slice.next()
    }
    const ended = await this.#options.store.countItems({ ref, total, itemsPerBucket, caller })
    const counts: Counts = { pending: [], waiting: [], running: [], succeeded: [], failed: [], cancelled: [] }
    for (let bucket = 0; bucket < ended.succeeded.length; bucket++) {
      const succeeded = ended.succeeded[bucket]!
      const failed = ended.failed[bucket]!
      const left = Math.min(itemsPerBucket, total - bucket * itemsPerBucket) - succeeded - failed
      // What has no outcome was cancelled with its job.
      const cancelled = hasEnded ? left : Math.min(left, ended.cancelled[bucket]!)
      const running = Math.min(left - cancelled, moving.running[bucket]!)
      const waiting = Math.min(left - cancelled - running, moving.waiting[bucket]!)
      counts.pending.push(left - cancelled - running - waiting)
      counts.waiting.push(waiting)
      counts.running.push(running)
      counts.succeeded.push(succeeded)
      counts.failed.push(failed)
      counts.cancelled.push(cancelled)
    }
    return { jobId: id, total, itemsPerBucket, at, counts }
  }

  /** Items that run, or wait for a reason of their own. */
  #movingItems({ ref }: JobRecord): number {
    const job = this.#options.liveJobs.byRef(ref)
    return job === undefined ? 0 : job.inFlight + job.retrying + job.parked
  }
}

function zeros(total: number, itemsPerBucket: number): Uint32Array {
  return new Uint32Array(Math.ceil(total / itemsPerBucket))
}
