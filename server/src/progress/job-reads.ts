import type { ApiPaths } from '@waybill/spec/rules'
import type { JobId } from '../model/ids.ts'
import type { JobRecord, JobStatus } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { Clock } from '../runtime/clock.ts'
import { findJob, findLiveJob, findRecord, ownerUnavailable } from '../store/find-job.ts'
import type { ItemStore } from '../store/item-store.ts'
import type { JobStore } from '../store/job-store.ts'
import type { JobSnapshot } from './job-view.ts'
import { type JobListPage, type JobListQuery, listJobs } from './list-jobs.ts'
import { listJobsAtRisk } from './list-jobs-at-risk.ts'
import type { Progress, SnapshotListener } from './progress.ts'
import { endedSnapshot, type EndedItems, storedSnapshot } from './stored-snapshot.ts'

export interface WaitOptions {
  readonly knownStatus?: JobStatus | undefined
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

export interface JobReadsOptions {
  readonly clock: Clock
  readonly store: Pick<JobStore, 'findJob' | 'listJobs'> & Pick<ItemStore, 'countItems'>
  readonly liveJobs: LiveJobs
  readonly paths: ApiPaths
  /** The progress of a channel; undefined: it has no live jobs. */
  readonly progressOf: (channel: string) => Progress | undefined
  /** The next version of a channel's jobs. */
  readonly nextVersion: (channel: string) => number
}

/** Reads of jobs, of all channels, live and ended: by id, as lists, long-polls and streams. Somebody else's job is no job (SEC-1). */
export class JobReads {
  readonly #options: JobReadsOptions
  /** How to end each long-poll that waits. */
  readonly #longPolls = new Set<() => void>()
  #onChange: ((record: JobRecord) => void) | null = null
  #stopping = false

  constructor(options: JobReadsOptions) {
    this.#options = options
  }

  /** Something of a job changed, or it ended. */
  readonly changed = (record: JobRecord): void => this.#onChange?.(record)

  /** The job as it is shown now. @throws ProblemError `owner_unavailable` */
  snapshot(subject: LiveJob | JobRecord): JobSnapshot {
    const record = 'record' in subject ? subject.record : subject
    if (this.isAway(record)) throw ownerUnavailable(record.envelope.channel)
    return this.#liveSnapshot(record) ?? this.first(record)
  }

  /** Nobody runs the channel of a job that has not ended: it cannot be read. */
  isAway(record: JobRecord): boolean {
    const { liveJobs } = this.#options
    return (
      record.phase !== 'ended' && !liveJobs.runs(record.envelope.channel) && liveJobs.byRef(record.ref) === undefined
    )
  }

  /** The first snapshot of a job that is about to be published: nothing of it has run, `rejected.failed` items failed as invalid. */
  first(record: JobRecord, rejected: { readonly failed: number } = NOTHING_ENDED): JobSnapshot {
    if (record.phase === 'ended') return endedSnapshot(record, this.#options)
    const version = this.#options.nextVersion(record.envelope.channel)
    return storedSnapshot(record, { ...NOTHING_ENDED, failed: rejected.failed }, { ...this.#options, version })
  }

  /**
   * A job of this subscription, or null (also for somebody else's: SEC-1).
   * @throws ProblemError `owner_unavailable`
   */
  async find(id: JobId, subscription: string): Promise<JobSnapshot | null> {
    const record = await findJob(this.#options, id, subscription)
    return record === null ? null : this.snapshot(record)
  }

  /** As `find`, but of a job whose channel nobody runs it shows the state in the store. */
  async look(id: JobId, subscription: string): Promise<JobSnapshot | null> {
    const record = await findRecord(this.#options, id, subscription)
    return record === null ? null : this.shown(record)
  }

  /** The job as a list shows it: one whose channel nobody runs as the store has it. */
  shown(record: JobRecord): JobSnapshot | Promise<JobSnapshot> {
    const isHere = this.#options.liveJobs.runs(record.envelope.channel)
    return this.#liveSnapshot(record) ?? (isHere ? this.first(record) : this.#stored(record))
  }

  /**
   * Resolves with the job at once when it is done or its status differs from `knownStatus` (default: the status now), else when that
   * happens, after `timeoutMs`, when `signal` aborts or when the server stops. Null: no such job.
   * @throws ProblemError `owner_unavailable`: also when its channel is released meanwhile
   */
  async waitFor(id: JobId, subscription: string, options: WaitOptions): Promise<JobSnapshot | null> {
    const first = await this.find(id, subscription)
    if (first === null || first.done || options.timeoutMs <= 0 || this.#stopping) return first
    const known = options.knownStatus ?? first.status
    if (first.status !== known) return first
    await this.#untilStatusChanges(first, known, options)
    return this.find(id, subscription)
  }

  /**
   * Calls back with every new snapshot of a live job, see `Progress.listen`; null: its channel is run here no longer. Returns how to stop; a job that is
   * not live never calls.
   */
  subscribe(id: JobId, subscription: string, listener: SnapshotListener): () => void {
    const job = findLiveJob(this.#options.liveJobs, id, subscription)
    const progress = job === null ? undefined : this.#options.progressOf(job.record.envelope.channel)
    return job === null || progress === undefined ? () => {} : progress.listen(job, listener)
  }

  /** Calls back with each job of which something changed, its end included: often, and with jobs of all subscriptions. Null: nobody is called any more. */
  onChange(listener: ((record: JobRecord) => void) | null): void {
    this.#onChange = listener
  }

  /** Jobs newest first. Those whose channel nobody runs are shown as the store has them. */
  list(query: JobListQuery): Promise<JobListPage> {
    const { store, liveJobs, progressOf } = this.#options
    const snapshot = (record: JobRecord): JobSnapshot | Promise<JobSnapshot> => this.shown(record)
    if (query.deadlineAtRisk !== true) return listJobs(query, { store, snapshot })
    const missesDeadline = (job: LiveJob): boolean =>
      progressOf(job.record.envelope.channel)?.missesDeadline(job) ?? false
    return listJobsAtRisk(query, { liveJobs, missesDeadline, snapshot })
  }

  /** Answers every long-poll with the present job; later ones do not wait. */
  stopWaiting(): void {
    this.#stopping = true
    for (const finish of [...this.#longPolls]) finish()
    const channels = new Set(Array.from(this.#options.liveJobs.values(), ({ record }) => record.envelope.channel))
    for (const channel of channels) this.#options.progressOf(channel)?.stop()
  }

  #liveSnapshot(record: JobRecord): JobSnapshot | null {
    if (record.phase === 'ended') return endedSnapshot(record, this.#options)
    const job = this.#options.liveJobs.byRef(record.ref)
    return job === undefined ? null : (this.#options.progressOf(record.envelope.channel)?.snapshot(job) ?? null)
  }

  async #stored(record: JobRecord): Promise<JobSnapshot> {
    const { store, nextVersion } = this.#options
    const { ref, total, envelope } = record
    // Drawn first: whoever runs the channel meanwhile shows later ones.
    const version = nextVersion(envelope.channel)
    const ended = total === 0 ? null : await store.countItems({ ref, total, itemsPerBucket: total })
    const counts: EndedItems =
      ended === null
        ? NOTHING_ENDED
        : { succeeded: ended.succeeded[0]!, failed: ended.failed[0]!, cancelled: ended.cancelled[0]! }
    return storedSnapshot(record, counts, { ...this.#options, version })
  }

  #untilStatusChanges(first: JobSnapshot, known: JobStatus, options: WaitOptions): Promise<void> {
    const { id, subscription } = first
    return new Promise((resolve) => {
      const finish = (): void => {
        cancelTimer()
        unsubscribe()
        this.#longPolls.delete(finish)
        options.signal?.removeEventListener('abort', finish)
        resolve()
      }
      const cancelTimer = this.#options.clock.after(options.timeoutMs, finish)
      const unsubscribe = this.subscribe(id, subscription, (snapshot) => {
        if (snapshot?.status !== known) finish()
      })
      this.#longPolls.add(finish)
      options.signal?.addEventListener('abort', finish)
      // The job may have ended between the first look and the subscription.
      if (options.signal?.aborted === true || findLiveJob(this.#options.liveJobs, id, subscription) === null) finish()
    })
  }
}

const NOTHING_ENDED: EndedItems = { succeeded: 0, failed: 0, cancelled: 0 }
