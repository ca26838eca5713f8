import type { ChannelRegistry } from '../limits/channel-registry.ts'
import type { ApiPaths } from '@waybill/spec/rules'
import type { TermOf } from '../model/channel-term.ts'
import type { JobRecord } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { ExplainWaiting } from '../model/ports.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { findLiveJob } from '../store/find-job.ts'
import { ChannelBacklogs } from './channel-backlogs.ts'
import { type EtaFacts, etaSeconds, missesDeadline, stillUntilMs } from './eta.ts'
import { isEstimateDue, type ReportedEstimate, reportEstimate } from './estimate-check.ts'
import type { UnmetDependency } from './job-problem.ts'
import { etaFacts, liveFacts } from './live-facts.ts'
import { type JobFacts, type JobSnapshot, jobView, snapshotOf } from './job-view.ts'
import { saysTheSame } from './says-the-same.ts'
import { recordStatus } from './job-status.ts'
import { RateMeter } from './rate-meter.ts'
import { endedSnapshot } from './stored-snapshot.ts'
import { Versions } from './versions.ts'

export interface ProgressOptions {
  readonly clock: Clock
  /** Of all channels. */
  readonly liveJobs: Pick<LiveJobs, 'byId' | 'byRef'>
  /** The jobs of the channel. @default all of `liveJobs` */
  readonly jobs: Pick<LiveJobs, 'values'>
  readonly channels: Pick<ChannelRegistry, 'get'>
  readonly termOf: TermOf
  readonly paths: ApiPaths
  readonly explainWaiting: ExplainWaiting
  readonly telemetry: Pick<Telemetry, 'emit' | 'listens'>
  /** Why a waiting job will stay blocked; null: it will not. @default never */
  readonly blockedReason?: (job: LiveJob) => UnmetDependency | null
  /** Shared with all channels of the process. @default its own */
  readonly versions?: Versions
  /** Returns how a job of another channel is shown. @default as those of this one */
  readonly snapshotOf?: (job: LiveJob) => JobSnapshot
  /** Receives each job of which something changed, its end included: often. @default nobody */
  readonly onChange?: (record: JobRecord) => void
}

/** Receives each new snapshot of a job; null: its channel is run here no longer, nothing follows. */
export type SnapshotListener = (snapshot: JobSnapshot | null) => void

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
/**
 * Progress: how far each live job of a channel is. Snapshots with versions that only grow, over restarts and adoptions too (term x 10^9 + n); counts
 * that balance and never fall (PRG-1); rate and ETA (PRG-2). The outcomes stage reports what is durable, `JobReads` asks; jobs
 * nobody watches cost one counter.
 */
export class Progress {
  readonly #options: ProgressOptions
  readonly #watches = new Map<LiveJob, Watch>()
  readonly #backlogs: ChannelBacklogs
  readonly #versions: Versions

  constructor(options: ProgressOptions) {
    this.#options = options
    this.#versions = options.versions ?? new Versions()
    this.#backlogs = new ChannelBacklogs({
      ...options,
      liveJobs: options.jobs,
      rateOf: (job) => ({
        itemsPerSecond: this.#watches.get(job)?.etaRate.perSecond(options.clock.nowMs()) ?? 0,
        items: job.succeeded + job.failed,
      }),
    })
  }

  /** The next version of a job of a channel; larger than every version that was given before for a job of it, over restarts and adoptions too. */
  nextVersion(channel: string): number {
    return this.#versions.next(this.#options.termOf(channel))
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
    this.#options.onChange?.(job.record)
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
    this.#options.onChange?.(job.record)
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
    this.#options.onChange?.(job.record)
    this.#announce(job, watch)
  }

  /** The job's end is durable: all waiting callers are notified, then it is forgotten. */
  ended(job: LiveJob): void {
    const watch = this.#watches.get(job)
    if (watch === undefined) return
    cancelTimers(watch)
    this.#watches.delete(job)
    reportEstimate(job.record, watch.reportedEstimate, this.#options.telemetry)
    this.#options.onChange?.(job.record)
    const snapshot = endedSnapshot(job.record, this.#options)
    for (const listener of [...watch.listeners]) listener(snapshot)
  }

  /** A live job as it is shown now; null: it is not followed. */
  snapshot(job: LiveJob): JobSnapshot | null {
    const watch = this.#watches.get(job)
    if (watch === undefined) return null
    return this.#isFresh(job, watch) ? watch.snapshot! : this.#remake(job, watch)
  }

  /**
   * Calls back with every new snapshot of a job: at most twice a second, at once on a change of status, the last one with `done`.
   * Does not call with the present one. Returns how to stop; a job that is not followed never calls.
   */
  listen(job: LiveJob, listener: SnapshotListener): () => void {
    const watch = this.#watches.get(job)
    watch?.listeners.add(listener)
    return () => {
      watch?.listeners.delete(listener)
      if (watch?.listeners.size === 0) cancelTimers(watch)
    }
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

  /** Makes no snapshot by itself any more. */
  stop(): void {
    for (const watch of this.#watches.values()) cancelTimers(watch)
  }

  /** The channel is run here no longer: those who listen get null, and nothing is followed. */
  forget(): void {
    this.stop()
    const watches = [...this.#watches.values()]
    this.#watches.clear()
    for (const { listeners } of watches) for (const listener of [...listeners]) listener(null)
  }

  #etaFacts(job: LiveJob, watch: Watch): EtaFacts {
    const { clock, channels, explainWaiting } = this.#options
    const channel = channels.get(job.record.envelope.channel)
    const reasons = explainWaiting.job(job)
    return etaFacts(job, { reasons, nowMs: clock.nowMs(), watch, backlogs: this.#backlogs, channel })
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
    if (job?.record.phase !== 'eligible') return null
    const { snapshotOf } = this.#options
    const end = (snapshotOf?.(job) ?? this.snapshot(job))?.job.progress?.estimatedEndAt
    return end == null ? null : Date.parse(end)
  }
}

function cancelTimers(watch: Watch): void {
  watch.cancelTimer?.()
  watch.cancelTimer = null
  watch.cancelIdle?.()
  watch.cancelIdle = null
}
