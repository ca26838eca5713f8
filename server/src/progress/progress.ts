import type { ChannelRegistry } from '../limits/channel-registry.ts'
import type { ApiPaths } from '@waybill/spec/rules'
import type { TermOf } from '../model/channel-term.ts'
import type { JobId } from '../model/ids.ts'
import type { JobRecord, JobStatus } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { ExplainWaiting } from '../model/ports.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { findJob, findLiveJob } from '../store/find-job.ts'
import type { JobStore } from '../store/job-store.ts'
import { ChannelBacklogs } from './channel-backlogs.ts'
import { type EtaFacts, etaSeconds, missesDeadline, stillUntilMs } from './eta.ts'
import { isEstimateDue, reportEstimate, type ReportedEstimate } from './estimate-check.ts'
import type { UnmetDependency } from './job-problem.ts'
import { etaFacts, liveFacts } from './live-facts.ts'
import { type JobSnapshot, snapshotOf } from './job-snapshot.ts'
import { saysTheSame } from './says-the-same.ts'
import { recordStatus } from './job-status.ts'
import { endedFacts, type JobFacts, jobView } from './job-view.ts'
import { type JobListPage, type JobListQuery, listJobs } from './list-jobs.ts'
import { RateMeter } from './rate-meter.ts'
import { firstWaiting } from './waiting-job.ts'

export interface WaitOptions {
  readonly knownStatus?: JobStatus | undefined
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

export interface ProgressOptions {
  readonly clock: Clock
  readonly store: Pick<JobStore, 'findJob' | 'listJobs'>
  readonly liveJobs: LiveJobs
  readonly channels: Pick<ChannelRegistry, 'get'>
  readonly termOf: TermOf
  readonly paths: ApiPaths
  readonly explainWaiting: ExplainWaiting
  readonly telemetry: Pick<Telemetry, 'emit' | 'listens'>
  /** Why a waiting job will stay blocked; null: it will not. @default never */
  readonly blockedReason?: (job: LiveJob) => UnmetDependency | null
}

type SnapshotListener = (snapshot: JobSnapshot) => void

/** The state that progress keeps per live job. */
interface Watch {
  /** The speed that is shown, and the one from which its ETA is computed. */
  readonly rate: RateMeter
  readonly etaRate: RateMeter
  /** Up to when nothing could move, as it was looked at last: the ETA's rate leaves that time out. */
  stillUntilMs: number
  readonly sinceMs: number
  snapshot: JobSnapshot | null
  madeAtMs: number
  stale: boolean
  /** Null: not reported yet, or not checked. */
  reportedEstimate: ReportedEstimate | null
  /** Its end is being committed under a version of its own: nothing newer may be shown before. */
  ending: boolean
  readonly listeners: Set<SnapshotListener>
  cancelTimer: (() => void) | null
  /** Takes back the look at a job of which nothing was heard. */
  cancelIdle: (() => void) | null
}

/** A snapshot is remade at most twice a second. */
const SNAPSHOT_MS = 500
/** One that is asked for is not older than this. */
const MAX_AGE_MS = 2000
/** An ETA looks back over this share of a job's time, if that is longer than 10 s. */
const ETA_SHARE_OF_AGE = 0.3
/** Versions per term; gaps are normal. */
const VERSIONS_PER_TERM = 1e9

/**
 * Progress: reports to callers how far a job is. Snapshots with versions that only grow, over restarts and adoptions too (term x 10^9 + n); counts
 * that balance and never fall (PRG-1); rate and ETA (PRG-2). Told by the outcomes stage of what is durable and asked by http; jobs
 * nobody watches cost one counter.
 */
export class Progress {
  readonly #options: ProgressOptions
  readonly #watches = new Map<LiveJob, Watch>()
  /** How to end each long-poll that waits. */
  readonly #longPolls = new Set<() => void>()
  readonly #backlogs: ChannelBacklogs
  #onChange: ((record: JobRecord) => void) | null = null
  #stopping = false
  #versions = 0

  constructor(options: ProgressOptions) {
    this.#options = options
    this.#backlogs = new ChannelBacklogs({
      ...options,
      rateOf: (job) => ({
        itemsPerSecond: this.#watches.get(job)?.etaRate.perSecond(options.clock.nowMs()) ?? 0,
        items: job.succeeded + job.failed,
      }),
    })
  }

  /** The next version of a job of a channel; larger than every version that was given before for a job of it, over restarts and adoptions too. */
  nextVersion(channel: string): number {
    return this.#options.termOf(channel) * VERSIONS_PER_TERM + ++this.#versions
  }

  /**
   * The version under which a job's end will be shown, drawn before the end is durable. From here to `ended()` the job is shown as it
   * was: a snapshot made meanwhile would have a higher version than the end.
   */
  endVersion(job: LiveJob): number {
    const watch = this.#watches.get(job)
    if (watch !== undefined) {
      if (watch.snapshot === null) this.#remake(job, watch)
      watch.ending = true
    }
    return this.nextVersion(job.record.envelope.channel)
  }

  /** Begins to follow a job; from its publication, or its recovery, to its end. */
  track(job: LiveJob): void {
    if (this.#watches.has(job)) return
    this.#watches.set(job, {
      rate: new RateMeter(),
      etaRate: new RateMeter({ shareOfAge: ETA_SHARE_OF_AGE }),
      stillUntilMs: 0,
      sinceMs: this.#options.clock.nowMs(),
      snapshot: null,
      madeAtMs: 0,
      stale: true,
      reportedEstimate: null,
      ending: false,
      listeners: new Set(),
      cancelTimer: null,
      cancelIdle: null,
    })
    this.#onChange?.(job.record)
  }

  /** Committed outcomes of a job: `ended` items more than before. */
  advanced(job: LiveJob, ended: number): void {
    const watch = this.#watches.get(job)
    if (watch === undefined) return
    if (ended > 0) {
      const nowMs = this.#options.clock.nowMs()
      watch.etaRate.skipTo(Math.min(watch.stillUntilMs, nowMs))
      for (const meter of [watch.rate, watch.etaRate]) {
        meter.start(Math.max(job.startedAtMs ?? 0, watch.sinceMs))
        meter.add(ended, nowMs)
      }
      if (isEstimateDue(job, ended, nowMs) && this.#options.telemetry.listens('job.estimate_checked')) {
        const seconds = etaSeconds(this.#etaFacts(job, watch))
        if (seconds !== null) watch.reportedEstimate = { atMs: nowMs, leftMs: seconds * 1000 }
      }
    }
    this.changed(job)
  }

  /** Something of a job changed: it is shown with the next snapshot, at once when its status differs. */
  changed(job: LiveJob): void {
    const watch = this.#watches.get(job)
    if (watch === undefined || watch.ending) return
    watch.stale = true
    this.#onChange?.(job.record)
    if (watch.listeners.size === 0) return
    if (watch.snapshot?.status !== recordStatus(job.record, job, this.#options.clock.nowMs()))
      this.#announce(job, watch)
    else watch.cancelTimer ??= this.#options.clock.after(this.#dueInMs(watch), () => this.#announce(job, watch))
  }

  /** A control call was carried out: the next snapshot is made anew at once. */
  controlled(job: LiveJob): void {
    const watch = this.#watches.get(job)
    if (watch === undefined) return
    watch.stale = true
    this.#onChange?.(job.record)
    this.#announce(job, watch)
  }

  /** The job's end is durable: all waiting callers are notified, then it is forgotten. */
  ended(job: LiveJob): void {
    const watch = this.#watches.get(job)
    if (watch === undefined) return
    cancelTimers(watch)
    this.#watches.delete(job)
    reportEstimate(job.record, watch.reportedEstimate, this.#options.telemetry)
    this.#onChange?.(job.record)
    const snapshot = this.#endedSnapshot(job.record)
    for (const listener of [...watch.listeners]) listener(snapshot)
  }

  /** The job as it is shown now. */
  snapshot(subject: LiveJob | JobRecord): JobSnapshot {
    const record = 'record' in subject ? subject.record : subject
    if (record.phase === 'ended') return this.#endedSnapshot(record)
    const job = this.#options.liveJobs.byRef(record.ref)
    const watch = job === undefined ? undefined : this.#watches.get(job)
    if (job === undefined || watch === undefined) return this.first(record)
    return this.#isFresh(job, watch) ? watch.snapshot! : this.#remake(job, watch)
  }

  /** The first snapshot of a job that is about to be published: nothing of it has run, `rejected.failed` items failed as invalid. */
  first(record: JobRecord, rejected: { readonly failed: number } = NONE_REJECTED): JobSnapshot {
    if (record.phase === 'ended') return this.#endedSnapshot(record)
    const nowMs = this.#options.clock.nowMs()
    const { paths } = this.#options
    const at = {
      status: recordStatus(record, undefined, nowMs),
      version: this.nextVersion(record.envelope.channel),
      nowMs,
      paths,
    }
    const { failed } = rejected
    const lastProgressAtMs = failed === 0 ? null : record.createdAtMs
    const reasons = firstWaiting(record, record.total - failed, nowMs)
    return snapshotOf(jobView(record, { ...NOTHING, failed, lastProgressAtMs, reasons }, at), record)
  }

  /** A job of this subscription, or null (also for somebody else's: SEC-1). */
  async find(id: JobId, subscription: string): Promise<JobSnapshot | null> {
    const record = await findJob(this.#options, id, subscription)
    return record === null ? null : this.snapshot(record)
  }

  /**
   * Resolves with the job at once when it is done or its status differs from `knownStatus` (default: the status now), else when that
   * happens, after `timeoutMs`, when `signal` aborts or when the server stops. Null: no such job.
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
   * Calls back with every new snapshot of a live job: at most twice a second, at once on a change of status, the last one with `done`.
   * Does not call with the present one. Returns how to stop; a job that is not live never calls.
   */
  subscribe(id: JobId, subscription: string, listener: SnapshotListener): () => void {
    const job = findLiveJob(this.#options.liveJobs, id, subscription)
    const watch = job === null ? undefined : this.#watches.get(job)
    watch?.listeners.add(listener)
    return () => {
      watch?.listeners.delete(listener)
      if (watch?.listeners.size === 0) cancelTimers(watch)
    }
  }

  /** Calls back with each job of which something changed, its end included: often, and with jobs of all subscriptions. Null: nobody is called any more. */
  onChange(listener: ((record: JobRecord) => void) | null): void {
    this.#onChange = listener
  }

  /** Jobs newest first. */
  list(query: JobListQuery): Promise<JobListPage> {
    return listJobs(query, { store: this.#options.store, snapshot: (record) => this.snapshot(record) })
  }

  /** Items of a live job that ended a second over the last seconds. */
  itemsPerSecond(job: LiveJob): number {
    return this.#watches.get(job)?.rate.perSecond(this.#options.clock.nowMs()) ?? 0
  }

  /** Whether a live job is expected to end after its deadline. */
  missesDeadline(job: LiveJob): boolean {
    const watch = this.#watches.get(job)
    if (watch === undefined || job.record.phase !== 'eligible' || job.record.stop !== null) return false
    return missesDeadline(this.#etaFacts(job, watch))
  }

  /** Items that a channel delivers a second, for all who use it; 0: not known. */
  itemsPerSecondOf(channel: string, subscription: string): number {
    return this.#backlogs.itemsPerSecond(channel, subscription)
  }

  /** Answers every long-poll with the present job; later ones do not wait. */
  stopWaiting(): void {
    this.#stopping = true
    for (const finish of [...this.#longPolls]) finish()
    for (const watch of this.#watches.values()) cancelTimers(watch)
  }

  #etaFacts(job: LiveJob, watch: Watch): EtaFacts {
    const { clock, channels, explainWaiting } = this.#options
    const channel = channels.get(job.record.envelope.channel)
    const reasons = explainWaiting.job(job)
    return etaFacts(job, { reasons, nowMs: clock.nowMs(), watch, backlogs: this.#backlogs, channel })
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
        if (snapshot.status !== known) finish()
      })
      this.#longPolls.add(finish)
      options.signal?.addEventListener('abort', finish)
      // The job may have ended between the first look and the subscription.
      if (options.signal?.aborted === true || findLiveJob(this.#options.liveJobs, id, subscription) === null) finish()
    })
  }

  #announce(job: LiveJob, watch: Watch): void {
    cancelTimers(watch)
    if (watch.ending) return
    const before = watch.snapshot
    const snapshot = this.#remake(job, watch)
    if (snapshot !== before) for (const listener of [...watch.listeners]) listener(snapshot)
    // What moved may stand still from now on: those who listen are to see that, too.
    if (watch.listeners.size > 0 && (snapshot.job.progress?.itemsPerSecond ?? 0) > 0)
      watch.cancelIdle = this.#options.clock.after(MAX_AGE_MS, () => this.#announce(job, watch))
  }

  #dueInMs(watch: Watch): number {
    return Math.max(0, watch.madeAtMs + SNAPSHOT_MS - this.#options.clock.nowMs())
  }

  #isFresh(job: LiveJob, watch: Watch): boolean {
    if (watch.snapshot === null) return false
    if (watch.ending) return true
    const nowMs = this.#options.clock.nowMs()
    if (watch.snapshot.status !== recordStatus(job.record, job, nowMs)) return false
    // Rates, estimates and reasons change although nothing happens.
    if (nowMs - watch.madeAtMs >= MAX_AGE_MS) return false
    return !watch.stale || this.#dueInMs(watch) > 0
  }

  #remake(job: LiveJob, watch: Watch): JobSnapshot {
    const nowMs = this.#options.clock.nowMs()
    const facts = this.#liveFacts(job, watch, nowMs)
    const at = { status: recordStatus(job.record, job, nowMs), nowMs, paths: this.#options.paths }
    const before = watch.snapshot
    const same =
      before !== null && saysTheSame(jobView(job.record, facts, { ...at, version: before.version }), { before, nowMs })
    if (!same) {
      const version = this.nextVersion(job.record.envelope.channel)
      watch.snapshot = snapshotOf(jobView(job.record, facts, { ...at, version }), job.record)
    }
    watch.madeAtMs = nowMs
    watch.stale = false
    return watch.snapshot!
  }

  #liveFacts(job: LiveJob, watch: Watch, nowMs: number): JobFacts {
    const { explainWaiting, channels, liveJobs, blockedReason } = this.#options
    const { phase, stop } = job.record
    // Of a job that is stopped nothing waits any more but for its running calls.
    const reasons = phase === 'open' || stop !== null ? [] : explainWaiting.job(job)
    watch.stillUntilMs = stillUntilMs(reasons, nowMs) ?? watch.stillUntilMs
    watch.etaRate.skipTo(Math.min(watch.stillUntilMs, nowMs))
    return liveFacts(job, {
      ...{ reasons, nowMs, watch, backlogs: this.#backlogs },
      channel: channels.get(job.record.envelope.channel),
      endOf: (id) => this.#expectedEndMs(findLiveJob(liveJobs, id, job.record.subscription)),
      unmet: job.record.phase === 'waiting' ? (blockedReason?.(job) ?? null) : null,
    })
  }

  /** When a job is expected to end, as it is shown; null: nobody knows, also while it waits for others itself. */
  #expectedEndMs(job: LiveJob | null): number | null {
    const end = job?.record.phase === 'eligible' ? this.snapshot(job).job.progress?.estimatedEndAt : null
    return end == null ? null : Date.parse(end)
  }

  #endedSnapshot(record: JobRecord): JobSnapshot {
    const { clock, paths } = this.#options
    const at = { status: 'ended' as const, version: record.end!.version, nowMs: clock.nowMs(), paths }
    return snapshotOf(jobView(record, endedFacts(record), at), record)
  }
}

function cancelTimers(watch: Watch): void {
  watch.cancelTimer?.()
  watch.cancelTimer = null
  watch.cancelIdle?.()
  watch.cancelIdle = null
}

const NONE_REJECTED = { failed: 0 }

const NOTHING: JobFacts = {
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  waiting: 0,
  running: 0,
  startedAtMs: null,
  lastProgressAtMs: null,
  itemsPerSecond: 0,
  etaSeconds: null,
  decidedBy: null,
  reasons: [],
  unmet: null,
}
