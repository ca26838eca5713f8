// Types that the transports of following share.

import type { Job } from '@waybill/spec'
import type { Answer, Calls } from '../client.ts'
import type { JobHandle } from '../job-handle.ts'
import type { Pace } from './pace.ts'

/** How a snapshot is asked for. */
export interface SnapshotQuery {
  signal: AbortSignal
  /** How long the server may hold the answer back, in seconds; 0 is not at all. */
  waitSeconds: number
  /** The status that is known: it waits for another. */
  knownStatus: Job['status'] | undefined
}

/** The dependencies of following. */
export interface Followed {
  readonly calls: Calls
  readonly job: JobHandle
  /** One request, without retries. */
  readSnapshot(query: SnapshotQuery): Promise<Answer<Job>>
  /** Makes it the job's `last`, unless that is newer. */
  keep(snapshot: Job): Job
}

/** One run of following, as the transports share it. */
export interface Following extends Pace {
  readonly followed: Followed
  readonly signal: AbortSignal
}
