import type { ChannelName, JobId } from '../ids.ts'
import type { JobMap, Stats, UpdateEvent } from '@waybill/spec'
import type { CallOptions } from '../job-handle.ts'

export interface JobMapOptions extends CallOptions {
  /** The most stretches that the indexes are cut into, 1 to 2,000. @default 500 */
  buckets?: number
}

export interface StatsOptions extends CallOptions {
  /** How far to look back, 10 to 3,600. @default 600 */
  windowSeconds?: number
  /** The length of a step: a multiple of 10, 10 to 3,600. @default 10 */
  stepSeconds?: number
  /** Only these, at most 200. @default all of them */
  channel?: ChannelName | readonly ChannelName[]
  /** Figures of the own subscription, or of all together, which requires the scope `admin`. @default 'own' */
  subscriptions?: 'own' | 'all'
}

/** Figures of jobs and channels, for pages that show what moves. */
export interface Live {
  /**
   * The items of a job counted by status, in stretches of its indexes, however many there are.
   * @throws {NotFoundError} there is no such job
   */
  jobMap(job: JobId, options?: JobMapOptions): Promise<JobMap>

  /**
   * Figures of channels over the last hour at most, in complete steps: calls, items that ended, items that wait. They are lost when the server stops:
   * `since` is when it began to count. Requires the scope `channels:read`.
   * @throws {PermissionError} `subscriptions` is `all`, and the token has not the scope `admin`
   * @example
   * ```ts
   * const { channels } = await waybill.live.stats({ windowSeconds: 3600, stepSeconds: 60 })
   * ```
   */
  stats(options?: StatsOptions): Promise<Stats>

  /**
   * Jobs and channels that change, at most once a second, until the iteration is left or the signal aborted. Each job comes as it is then, versions in
   * between are skipped. Of parked items, dead letters, executions and webhooks only the names of the lists come, in `lists`. A connection that breaks is opened again. The first event is a `resync`, and others come when changes are missing:
   * read what is shown then, and not before; nothing between that and the next event is lost.
   * @throws {ApiError} the server refuses
   * @throws {ConnectionError} it could not be reached ten times in a row
   * @throws the signal's reason, when it is aborted
   * @example
   * ```ts
   * for await (const { event, data } of waybill.live.follow()) {
   *   if (event === 'jobs') for (const job of data.jobs) console.log(job.id, job.status, job.counts)
   * }
   * ```
   */
  follow(options?: CallOptions): AsyncIterable<UpdateEvent>
}
