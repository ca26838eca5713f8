import { effectiveRetry, judgeFailedCall, type RetryPolicy } from '@waybill/spec/rules'
import type { CallError } from '../limits/channel-errors.ts'
import type { Channel } from '../limits/channel-registry.ts'
import type { TermOf } from '../model/channel-term.ts'
import { defaultRetry } from '../model/channel.ts'
import type { JobRef } from '../model/ids.ts'
import { markEnded } from '../model/job-phase.ts'
import type { StopMark } from '../model/job.ts'
import { type LiveJob, type LiveJobs, markReplaced } from '../model/live-job.ts'
import {
  FLAG_PERMANENT,
  FLAG_RETRY_AFTER,
  FLAG_RETRY_LATER,
  FLAG_RETRYABLE,
  FLAG_UNRESOLVED,
  type OutcomeBatch,
  OutcomeView,
  Verdict,
} from '../model/outcome-batch.ts'
import type { OnDurable } from '../model/ports.ts'
import { type JobEvents, noJobEvents } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import type { ItemStore } from '../store/item-store.ts'
import type { OutcomeStore } from '../store/outcome-store.ts'
import type { PassingError } from '../store/store-retries.ts'
import { type BatchFacts, errorCode, parseDetail, reportToCircuit } from './call-health.ts'
import type { CommitOwner, OwnChanges } from './commit-shares.ts'
import { CommitStage } from './commit-stage.ts'
import { NO_OUTAGE, type OutageHistory, OutageLedger } from './outage-ledger.ts'
import { reportParked } from './report-parked.ts'
import { batchOfUncalled, type UncalledOutcome, withErrors } from './uncalled-outcomes.ts'

export interface OutcomesOptions {
  readonly store: Pick<OutcomeStore, 'commitOutcomes'> & Pick<ItemStore, 'readItems'>
  readonly clock: Clock
  readonly liveJobs: Pick<LiveJobs, 'byRef' | 'remove'>
  readonly progress: OutcomeAudience
  readonly termOf: TermOf
  readonly onDurable: OnDurable
  /** Called once when outcomes can no longer be made durable at all (I/O error, another server took over): the process must end. */
  readonly onFatal: (error: unknown) => void
  readonly logger: Logger
  readonly telemetry: Telemetry
  /** Makes the webhook events of what is committed. @default none */
  readonly events?: JobEvents
  /** Receives the judged calls of the channels of webhook endpoints. @default nobody */
  readonly onWebhookCalls?: ((channel: Channel, batch: OutcomeBatch) => void) | undefined
  /** Shared with all other channels of the process. @default one of its own, which `stop` stops */
  readonly commits?: CommitStage
  /** Uniform in [0, 1); for the jitter of retries. @default Math.random */
  readonly random?: () => number
}

/** Receives committed outcomes. */
export interface OutcomeAudience {
  /** The version under which a job's end will be shown; nothing newer is shown before. */
  endVersion(job: LiveJob): number
  /** Committed outcomes of a job: `ended` items more than before. */
  advanced(job: LiveJob, ended: number): void
  /** The job's end is durable. */
  ended(job: LiveJob): void
}

/**
 * Outcomes: verdict, then commit, then announce; those of one channel.
 *
 * Turns the records that worker threads stream into durable segments and ended jobs. Nothing is announced before it is on disk: a
 * key is freed (ORD-3) and progress moves only by the commit (commit-line.ts). Called by the dispatcher, and by the scheduler for
 * jobs that were stopped.
 */
export class Outcomes implements Service, CommitOwner {
  readonly #options: OutcomesOptions
  readonly #random: () => number
  readonly #events: JobEvents
  readonly #outages = new OutageLedger()
  readonly #commits: CommitStage
  /** Items whose last error is being read. */
  readonly #reading = new Set<Promise<void>>()
  #isLost = false

  constructor(options: OutcomesOptions) {
    this.#options = options
    this.#random = options.random ?? Math.random
    this.#events = options.events ?? noJobEvents
    this.#commits = options.commits ?? new CommitStage(options)
  }

  get liveJobs(): CommitOwner['liveJobs'] {
    return this.#options.liveJobs
  }

  /** Why commits fail that are tried again; null: they do not. */
  get commitRefusal(): PassingError['code'] | null {
    return this.#commits.line.refusal
  }

  /** True while commits fail: no new call may start. */
  get commitsFailing(): boolean {
    return this.#commits.line.failing
  }

  /**
   * Takes the outcomes of calls on a channel: updates its circuit and judges them at once, and commits them as soon as it can.
   */
  add(channel: Channel, batch: OutcomeBatch): void {
    if (this.#commits.line.dead || batch.count === 0) return
    const judging = { ...this.#options, outages: this.#outages, random: this.#random }
    const codes = judgeBatch(channel, batch, judging)
    if (channel.origin === 'webhook') this.#options.onWebhookCalls?.(channel, batch)
    if (this.#options.telemetry.listens('outcomes.committed')) this.#commits.counts.noteBatch(channel, batch, codes)
    this.#commits.line.add(this, batch)
  }

  /**
   * Ends items without a call (a parked one that was skipped, those behind it), or retries them: committed and announced as any
   * outcome. All but cancelled ones keep the error of their last call.
   */
  endWithoutCall(items: readonly UncalledOutcome[]): void {
    const whole = items.filter((item) => item.verdict === Verdict.cancelled || item.detail !== undefined)
    this.#commitUncalled(whole)
    if (whole.length === items.length) return
    const { store, logger } = this.#options
    const rest = items.filter((item) => !whole.includes(item))
    const reading = withErrors(rest, { store, logger }).then((items) => {
      this.#reading.delete(reading)
      this.#commits.reading.delete(reading)
      this.#commitUncalled(items)
    })
    this.#reading.add(reading)
    this.#commits.reading.add(reading)
  }

  /**
   * Ends a job of which nothing runs any more: a stopped one, what has no outcome is cancelled; or (null) one all of whose items have
   * ended already. A second call does nothing.
   */
  endJob(job: LiveJob, reason: StopMark['reason'] | null): void {
    this.#commits.line.endJob(this, job, reason)
  }

  /** As that of the commits. */
  durable(): Promise<void> {
    return this.#commits.durable()
  }

  /** Restores the outage attempts of a job's waiting items after a start. */
  restoreOutages(job: LiveJob, items: readonly (OutageHistory & { readonly index: number })[]): void {
    for (const { index, outageAttempts, unresolvedAttempts, outageSinceMs } of items)
      if (outageAttempts > 0) this.#outages.set(job, index, { outageAttempts, unresolvedAttempts, outageSinceMs })
  }

  /** The channel is another server's: nothing is committed or announced any more, also of what was added before. */
  lose(): void {
    this.#isLost = true
    this.#commits.line.lose(this)
  }

  /** Everything added was lost, or will be, as far as it is not durable. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** Resolves when everything added is durable (or can never be). */
  async stop(): Promise<void> {
    // A decision that comes meanwhile begins another read.
    do {
      await Promise.all(this.#reading)
      if (this.#options.commits === undefined) await this.#commits.stop()
      else await this.#commits.line.drained(this)
    } while (this.#reading.size > 0)
  }

  endVersion(job: LiveJob): number {
    return this.#options.progress.endVersion(job)
  }

  #commitUncalled(items: readonly UncalledOutcome[]): void {
    if (this.#commits.line.dead) return
    const { liveJobs, termOf, clock } = this.#options
    const batch = batchOfUncalled(items, { liveJobs, termOf, nowMs: clock.nowMs() })
    if (batch === null) return
    for (const { ref, index, verdict, throttled } of items) {
      if (verdict !== Verdict.retry) continue
      const job = liveJobs.byRef(ref)
      if (job === undefined) continue
      this.#outages.set(job, index, { outageAttempts: throttled, unresolvedAttempts: 0, outageSinceMs: null })
    }
    this.#commits.line.add(this, batch)
  }

  /** A commit is durable: counts, ends, keys and callers follow. */
  onDurable({ tally, ends, committed }: OwnChanges): void {
    const { liveJobs, progress, onDurable, telemetry } = this.#options
    // Before their next attempts: these items are not delivered from their chunks any more.
    for (const { jobRef, index } of tally.replaced) {
      const job = liveJobs.byRef(jobRef as JobRef)
      if (job !== undefined) markReplaced(job, index)
    }
    for (const [job] of tally.jobs) {
      const hadStarted = job.startedAtMs !== null
      Object.assign(job, tally.after(job))
      if (!hadStarted && job.startedAtMs !== null) telemetry.emit('job.started', job.record)
      if (!ends.has(job)) progress.advanced(job, tally.ended(job))
    }
    for (const [job, end] of ends) {
      markEnded(job.record, end)
      liveJobs.remove(job)
      progress.ended(job)
    }
    reportParked(tally, committed, this.#events)
    this.#commits.log.committed(tally.jobs, ends)
    onDurable({ ...tally.durable, endedJobs: [...ends.keys()] })
  }
}

interface JudgeOptions {
  readonly clock: Clock
  readonly liveJobs: Pick<LiveJobs, 'byRef'>
  readonly outages: OutageLedger
  readonly random: () => number
  readonly telemetry: Pick<Telemetry, 'emit'>
}

/**
 * Writes a verdict into every record that has none yet; successes come with theirs and cost nothing here. The channel's circuit is notified of the
 * whole batch first: the calls that open it are already judged as part of the outage.
 * @returns the code of the error of each record that had no verdict, by its number
 */
export function judgeBatch(channel: Channel, batch: OutcomeBatch, options: JudgeOptions): BatchFacts['codes'] {
  const { clock, liveJobs, outages, random } = options
  const view = new OutcomeView(batch)
  const codes = errorCodes(view)
  const nowMs = clock.nowMs()
  const nowUs = clock.monotonicUs()
  const facts: BatchFacts = { view, codes }
  const { sinceUs, openUntilUs } = channel.circuit
  reportToCircuit(channel, facts, nowUs)
  if (channel.circuit.openUntilUs !== openUntilUs) reportCircuit(channel, { brokenSinceUs: sinceUs, ...options })
  if (codes.size === 0) return codes
  const isBroken = channel.circuit.state(nowUs) !== 'closed'
  const blocked = { items: 0, untilMs: 0 }
  const probeAtMs = nowMs + Math.max(0, channel.circuit.openUntilUs - nowUs) / 1000
  let job: LiveJob | undefined
  let policy: RetryPolicy | null = null
  const lastOf = new Map<string, number>()
  for (const [n, code] of codes) {
    const ref = view.jobRef(n) as JobRef
    if (policy === null || job?.record.ref !== ref) {
      job = liveJobs.byRef(ref)
      policy = policyOf(channel, job)
    }
    if (job !== undefined) lastOf.set(job.record.subscription, n)
    const index = view.index(n)
    const flags = view.flags(n)
    const startedAtMs = view.startedAtMs(n)
    const { outageAttempts, unresolvedAttempts, outageSinceMs } = job === undefined ? NO_OUTAGE : outages.of(job, index)
    const outage = isBroken && job !== undefined ? { probeAtMs, firstCallAtMs: outageSinceMs ?? startedAtMs } : null
    const call = {
      code,
      httpStatus: view.httpStatus(n),
      attempt: view.attempt(n),
      throttledBefore: view.throttled(n),
      outageAttemptsBefore: outageAttempts,
      retryAfterMs: (flags & FLAG_RETRY_AFTER) === 0 ? 0 : view.retryAtMs(n),
      retryLater: (flags & FLAG_RETRY_LATER) !== 0,
      retryable: (flags & FLAG_RETRYABLE) !== 0 ? true : (flags & FLAG_PERMANENT) !== 0 ? false : null,
      outage,
      unresolved:
        (flags & FLAG_UNRESOLVED) === 0
          ? null
          : { failuresBefore: unresolvedAttempts, retry: channel.config.payload?.retry ?? defaultRetry },
    }
    const judgement = judgeFailedCall(policy, call, { nowMs, random: random() })
    if (judgement.verdict === 'throttled') {
      if (view.holdsChannel(n)) {
        blocked.items++
        blocked.untilMs = Math.max(blocked.untilMs, judgement.retryAtMs)
      } else if (job !== undefined && !view.asksForDelay(n)) {
        outages.note(job, { index, startedAtMs, isUnresolved: view.isUnresolved(n) })
      }
    }
    view.judge(n, Verdict[judgement.verdict], judgement)
  }
  if (blocked.items > 0) options.telemetry.emit('channel.blocked', { channel: channel.name, ...blocked })
  for (const [subscription, n] of lastOf) channel.errors.note(subscription, callError(view, n))
  return codes
}

/** @param by.brokenSinceUs since when it was not closed before; 0: it was */
function reportCircuit(
  { name: channel, circuit }: Channel,
  { clock, telemetry, brokenSinceUs }: Pick<JudgeOptions, 'clock' | 'telemetry'> & { readonly brokenSinceUs: number },
): void {
  const nowUs = clock.monotonicUs()
  if (circuit.sinceUs === 0) {
    telemetry.emit('circuit.closed', { channel, openForMs: (nowUs - brokenSinceUs) / 1000 })
  } else {
    const untilMs = clock.nowMs() + (circuit.openUntilUs - nowUs) / 1000
    telemetry.emit('circuit.opened', { channel, ...circuit.openedBy, again: brokenSinceUs !== 0, untilMs })
  }
}

/** A job that was removed meanwhile is judged by its channel alone: nobody will see it. */
function policyOf(channel: Channel, job: LiveJob | undefined): RetryPolicy {
  const envelope = job?.record.envelope
  return {
    retry: effectiveRetry(channel.config.retry, envelope?.retry ?? null),
    onExhausted: envelope?.onExhausted ?? 'fail',
  }
}

function errorCodes(view: OutcomeView): ReadonlyMap<number, string> {
  let codes: Map<number, string> | undefined
  for (let n = 0; n < view.count; n++) {
    if (view.verdict(n) === Verdict.unjudged) (codes ??= new Map()).set(n, errorCode(view.detail(n)))
  }
  return codes ?? NO_CODES
}

function callError(view: OutcomeView, n: number): CallError {
  const { code = '', detail = null } = parseDetail(view.detail(n)).error ?? {}
  return { atMs: view.endedAtMs(n), code, status: view.httpStatus(n) || null, detail }
}

const NO_CODES: ReadonlyMap<number, string> = new Map()
