import type { Lot, LotEvents } from '../../dispatch/lot.ts'
import { type Channel, newChannel } from '../../limits/channel-registry.ts'
import { Gate } from '../../limits/gate.ts'
import { type ChannelConfig, type CircuitConfig, defaultRetry, type RateLimitConfig } from '../../model/channel.ts'
import type { JobRef } from '../../model/ids.ts'
import type { JobEnd, JobRecord } from '../../model/job.ts'
import { markEnded, markPaused, markResumed, markStopped } from '../../model/job-phase.ts'
import { type LiveJob, liveJob } from '../../model/live-job.ts'
import { isEnded, Verdict } from '../../model/outcome-batch.ts'
import type { DurableOutcomes } from '../../model/ports.ts'
import { defaultSubscription, type SubscriptionLimits } from '../../model/subscription.ts'
import { SubscriptionShares } from '../handover/subscription-share.ts'
import type { UncalledOutcome } from '../../outcomes/uncalled-outcomes.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { Telemetry } from '../../runtime/telemetry.ts'
import type { ChunkKeys } from '../queues/admission.ts'
import { hashes, keyNames } from './fake-keys.ts'
import { ScheduleModel } from './fake-schedule-model.ts'
import type { ParkedDecision } from '../parked/parking.ts'
import { Scheduler, type SchedulerOptions } from '../scheduler.ts'
import { TickingClock } from './ticking-clock.ts'

/** One item of a lot, by what the scheduler knows of it. */
export interface FakeCall {
  readonly channel: Channel
  readonly itemHandle: number
  readonly ref: number
  readonly index: number
  readonly attempt: number
  readonly throttled: number
}

interface FakeOutcome extends Omit<FakeCall, 'channel'> {
  readonly verdict: Verdict
  readonly retryAtMs: number
}

export interface FakeSubmission {
  readonly channel?: string
  readonly subscription?: string
  /** The state of the items when the process started. */
  readonly known?: Pick<ChunkKeys, 'verdicts' | 'waiting'>
}

export interface FakeChannel {
  readonly rateLimit?: RateLimitConfig | null
  readonly concurrency?: number
  readonly batchSize?: number
  readonly circuit?: CircuitConfig | null
  readonly parkForSeconds?: number
}

export interface FakeEngineOptions {
  readonly tickUs?: number
  readonly channels?: Readonly<Record<string, FakeChannel>>
  readonly subscriptions?: Readonly<Record<string, Pick<SubscriptionLimits, 'weight' | 'maxRunningCalls'>>>
  readonly itemCost?: (job: LiveJob) => number
  /** Items per lot at most. @default 4 */
  readonly lotItems?: number
  readonly makeScheduler?: (options: SchedulerOptions) => Scheduler
  /** Tell the model of everything. @default true */
  readonly checked?: boolean
}

/**
 * Dispatcher and outcomes stage in slow motion around a real scheduler: lots wait until a test starts, ends or returns their items;
 * outcomes wait until it commits them. Everything that happens is reported to the model, which throws when a promise is broken.
 */
export class FakeEngine {
  readonly telemetry = new Telemetry(silentLogger)
  readonly clock: TickingClock
  readonly model = new ScheduleModel()
  readonly scheduler: Scheduler
  readonly channels = new Map<string, Channel>()
  readonly jobs: LiveJob[] = []
  readonly endedByScheduler: LiveJob[] = []
  readonly lots: Lot[] = []
  /** Dispatched, not called. */
  unstarted: FakeCall[] = []
  /** Called, not answered. */
  running: FakeCall[] = []
  uncommitted: FakeOutcome[] = []
  deferred: (() => void)[] = []
  commitsFailing = false
  readonly #options: FakeEngineOptions
  readonly #checked: boolean
  #ending: LiveJob[] = []

  constructor(options: FakeEngineOptions = {}) {
    this.#options = options
    this.#checked = options.checked ?? true
    this.clock = new TickingClock(options.tickUs ?? 0)
    const given: Readonly<Record<string, FakeChannel>> = options.channels ?? { shop: {} }
    for (const [name, { rateLimit = null, concurrency = 8, batchSize = 1, ...more }] of Object.entries(given)) {
      const gate = new Gate()
      gate.configure(rateLimit, 0)
      const config: ChannelConfig = {
        connector: {
          ...{ type: 'module', path: '', batchSize, timeoutMs: 1000, abortGraceMs: 1000, allowPrivateAddresses: false },
        },
        ...{ rateLimit, concurrency, retry: defaultRetry, maxRetryAfterMs: 3_600_000, rateLimitHeaders: null },
        ...{ itemSchema: null, payload: null, credentials: {} },
        circuit: more.circuit ?? null,
        parkForSeconds: more.parkForSeconds ?? 86_400,
        trace: null,
      }
      this.channels.set(name, newChannel(name, config, { origin: 'file', gate }))
    }
    const make = options.makeScheduler ?? ((given) => new Scheduler(given))
    this.scheduler = make({
      clock: this.clock,
      channels: this.channels,
      dispatcher: {
        capacity: (channel) => this.#capacity(channel),
        run: (lot, events) => this.#run(lot, events),
        runningCalls: (channel) => this.#taken(channel),
        itemCost: options.itemCost ?? (() => 1),
      },
      outcomes: this,
      storeRefusal: () => (this.commitsFailing ? 'disk_full' : null),
      tats: { durableUnits: () => Infinity },
      logger: silentLogger,
      telemetry: this.telemetry,
      shares: new SubscriptionShares({
        get: (name) => ({ ...defaultSubscription, ...options.subscriptions?.[name] }),
      }),
      defer: (callback) => this.deferred.push(callback),
    })
  }

  /** Submits a job with an item per key; key 0: none. */
  submit(keys: readonly number[], at: FakeSubmission = {}): LiveJob {
    const { job, chunks } = this.announce(this.jobs.length + 1, keys, at)
    this.scheduler.admitJob(job, chunks)
    return job
  }

  /** A job that the scheduler has not been told of. */
  announce(
    eligibleSeq: number,
    keys: readonly number[],
    at: FakeSubmission = {},
  ): { job: LiveJob; chunks: ChunkKeys[] } {
    const channel = at.channel ?? 'shop'
    const ref = (this.jobs.length + 1) as JobRef
    const record = {
      ref,
      subscription: at.subscription ?? 'default',
      envelope: { channel },
      phase: 'eligible',
      total: keys.length,
    }
    const job = liveJob({ ...record, eligibleSeq, stop: null, pausedAtMs: null } as unknown as JobRecord)
    this.jobs.push(job)
    for (const verdict of at.known?.verdicts ?? []) if (isEnded(verdict as Verdict)) job.succeeded++
    if (this.#checked) this.#informModel(job, keyNames(keys, channel), at)
    return { job, chunks: [{ firstIndex: 0, count: keys.length, keys: hashes(keys, channel), ...at.known }] }
  }

  cancel(job: LiveJob): void {
    if (job.record.phase === 'ended' || job.record.stop !== null) return
    markStopped(job.record, { reason: 'cancelled', atMs: this.clock.nowMs() })
    this.model.stopped(job)
    this.scheduler.stopJob(job)
  }

  pause(job: LiveJob): void {
    if (job.record.phase === 'ended') return
    if (job.record.pausedAtMs === null) markPaused(job.record, this.clock.nowMs())
    this.scheduler.pauseJob(job)
  }

  resume(job: LiveJob): void {
    if (job.record.phase === 'ended') return
    markResumed(job.record)
    this.scheduler.resumeJob(job)
  }

  /** The channel's `Retry-After` is lifted. Only at rest: items the scheduler has not handled yet do not wait for it. */
  unblock(name: string): void {
    const channel = this.channels.get(name)!
    channel.unblockedAtMs = this.clock.nowMs()
    channel.gate.unblock()
    this.model.unblocked(name)
    this.scheduler.channelChanged(channel)
    this.scheduler.retryNow(name)
  }

  /** Somebody decides on an item. @returns whether it was parked */
  resolve(ref: number, index: number, decision: ParkedDecision): boolean {
    const atRest = this.deferred.length === 0
    const undo = this.#checked ? this.model.decided(ref, index, { decision, atRest }) : null
    const found = this.scheduler.resolveParked(ref as JobRef, index, decision)
    if (!found) undo?.()
    if (undo !== null && atRest && !found) throw new Error(`${ref}/${index} is said not to be parked`)
    return found
  }

  /** The outcomes stage takes items that end without a call. */
  endWithoutCall(items: readonly UncalledOutcome[]): void {
    for (const item of items) this.#endWithoutCall(item)
  }

  /** A worker takes the token and calls; a closed gate leaves the item where it is. */
  start(call: FakeCall): boolean {
    if (call.channel.gate.tryTake(1, this.clock.monotonicUs()) > 0) return false
    this.unstarted = this.unstarted.filter((other) => other !== call)
    this.running.push(call)
    return true
  }

  /** The call is answered; the item runs on until that is durable. */
  end(call: FakeCall, verdict: Verdict = Verdict.succeeded, retryInMs = 0): void {
    this.running = this.running.filter((other) => other !== call)
    const isOver = retryInMs === 0 && verdict !== Verdict.parked
    this.uncommitted.push({ ...call, verdict, retryAtMs: isOver ? 0 : this.clock.nowMs() + retryInMs })
    const failed = verdict === Verdict.retry || verdict === Verdict.throttled
    const { circuit } = call.channel
    const nowUs = this.clock.monotonicUs()
    if (circuit.isProbe({ jobRef: call.ref, index: call.index })) {
      circuit.probed(failed ? 'down' : 'up', nowUs)
      this.model.probeOver(call.channel.name)
    } else circuit.record({ calls: 1, failed: failed ? 1 : 0 }, nowUs)
    this.scheduler.onCapacity(call.channel)
  }

  returnUncalled(calls: readonly FakeCall[]): void {
    this.unstarted = this.unstarted.filter((call) => !calls.includes(call))
    for (const { channel, ref, index } of calls)
      if (channel.circuit.isProbe({ jobRef: ref, index })) this.model.probeOver(channel.name)
    if (this.#checked) for (const { ref, index } of calls) this.model.unstarted(ref, index)
    this.scheduler.onUnstarted(Uint32Array.from(calls, ({ itemHandle }) => itemHandle))
    for (const channel of new Set(calls.map((call) => call.channel))) this.scheduler.onCapacity(channel)
  }

  /** One commit of all outcomes so far. */
  commit(): void {
    if (this.commitsFailing) return
    const outcomes = this.uncommitted
    const endedJobs = this.#ending
    this.uncommitted = []
    this.#ending = []
    for (const outcome of outcomes) {
      const job = this.jobs[outcome.ref - 1]!
      const { ref, index, verdict } = outcome
      const ended = this.#checked ? this.model.durable(ref, index, outcome) : verdict !== Verdict.parked
      if (ended && verdict === Verdict.cancelled) job.cancelled++
      else if (ended) job.succeeded++
      if (job.succeeded + job.cancelled === job.record.total && !endedJobs.includes(job)) endedJobs.push(job)
    }
    for (const job of endedJobs) markEnded(job.record, {} as JobEnd)
    this.scheduler.onDurable(durableOf(outcomes, endedJobs))
  }

  endJob(job: LiveJob): void {
    this.model.jobEnded(job)
    this.endedByScheduler.push(job)
    this.#ending.push(job)
  }

  #endWithoutCall({ ref, index, itemHandle, attempt, throttled, verdict }: UncalledOutcome): void {
    const { envelope } = this.jobs[ref - 1]!.record
    const { parkForSeconds } = this.channels.get(envelope.channel)!.config
    if (this.#checked && verdict !== Verdict.parked)
      this.model.endedWithoutCall(ref, index, { verdict, nowMs: this.clock.nowMs(), parkForMs: parkForSeconds * 1000 })
    const retryAtMs = verdict === Verdict.retry ? this.clock.nowMs() : 0
    this.uncommitted.push({ ref, index, itemHandle, attempt, throttled, verdict, retryAtMs })
  }

  /** Does what the scheduler put off. */
  rest(): void {
    for (let left = 1000; this.deferred.length > 0; left--) {
      if (left === 0) throw new Error('The scheduler never comes to rest')
      for (const callback of this.deferred.splice(0)) callback()
    }
    this.clock.advance(0)
    if (this.deferred.length > 0) this.rest()
  }

  /** Calls everything, all succeed, until nothing is left to do; then nothing may be left over. */
  drain(): void {
    this.commitsFailing = false
    for (const channel of this.channels.values()) {
      channel.gate.resume()
      channel.circuit.reset()
      this.model.probeOver(channel.name)
      this.scheduler.channelChanged(channel)
    }
    for (const job of this.jobs) this.resume(job)
    for (let round = 0; round < 20_000; round++) {
      this.rest()
      for (const { ref, index } of this.parked()) this.resolve(ref, index, 'skip')
      for (const call of this.unstarted) if (!this.start(call)) this.returnUncalled([call])
      for (const call of this.running) this.end(call)
      this.commit()
      this.rest()
      if (this.jobs.every(({ record }) => record.phase === 'ended')) return
      this.clock.advance(25)
    }
    throw new Error(`Stuck: ${this.model.pending} items never end`)
  }

  /** Returns the scheduler's parked items, read page by page. */
  parked(): { readonly ref: number; readonly index: number }[] {
    const found: { ref: number; index: number }[] = []
    for (const subscription of new Set(this.jobs.map(({ record }) => record.subscription))) {
      let after: { jobRef: JobRef; index: number } | undefined
      for (;;) {
        const page = this.scheduler.parkedItems({ subscription, after, limit: 3 })
        for (const { jobRef, index } of page) found.push({ ref: jobRef, index })
        after = page.at(-1)
        if (page.length < 3) break
      }
    }
    return found
  }

  #informModel(job: LiveJob, keys: readonly (string | null)[], { known }: FakeSubmission): void {
    this.model.submitted(job, keys)
    for (const { index, attempt, verdict, retryAtMs } of known?.waiting ?? []) {
      const state = verdict === Verdict.parked ? 'parked' : 'waiting'
      this.model.recovered(job, index, { state, attempts: attempt, retryAtMs })
    }
    known?.verdicts?.forEach((verdict, index) => {
      if (isEnded(verdict as Verdict)) this.model.recovered(job, index, { state: 'ended', attempts: 1, retryAtMs: 0 })
    })
  }

  #capacity(channel: Channel): { permits: number; items: number } {
    const permits = Math.max(0, channel.config.concurrency - this.#taken(channel))
    return { permits, items: this.#options.lotItems ?? 4 }
  }

  #taken(channel: Channel): number {
    return [...this.unstarted, ...this.running].filter((call) => call.channel === channel).length
  }

  #run(lot: Lot, events: LotEvents): void {
    if (events !== this.scheduler) throw new Error('A lot speaks to somebody else than its scheduler')
    this.lots.push(lot)
    if (this.#checked) this.#checkCircuit(lot)
    const { channel, itemHandles, jobRefs, indexes } = lot
    for (let n = 0; n < lot.count; n++) {
      const call = { channel, itemHandle: itemHandles[n]!, ref: jobRefs[n]!, index: indexes[n]! }
      const attempt = lot.attempts[n]!
      this.unstarted.push({ ...call, attempt, throttled: lot.throttled[n]! })
      if (this.#checked) this.model.handed(call.ref, call.index, { nowMs: this.clock.nowMs(), attempt })
    }
    if (this.#checked) this.#checkRunningCalls()
  }

  #checkCircuit({ channel, count, permits, jobRefs }: Lot): void {
    const nowUs = this.clock.monotonicUs()
    const state = channel.circuit.state(nowUs)
    if (state === 'closed') return
    if (state === 'open') throw new Error(`CIRCUIT: a lot for ${channel.name} although its circuit is open`)
    const { connector, circuit } = channel.config
    const perCall = connector.type === 'sandbox' ? 1 : connector.batchSize
    if (permits > 1 || count > perCall || new Set(jobRefs).size > 1)
      throw new Error(`CIRCUIT: a probe of ${channel.name} is more than one call`)
    this.model.probed(channel.name, nowUs, nowUs + circuit!.openMs * 1000 + 2000 * connector.timeoutMs)
  }

  /** As far as an item is a call; where it is not, others must look. */
  #checkRunningCalls(): void {
    for (const [name, { maxRunningCalls }] of Object.entries(this.#options.subscriptions ?? {})) {
      const calls = [...this.unstarted, ...this.running].filter(
        ({ ref, channel: { config } }) =>
          this.jobs[ref - 1]!.record.subscription === name &&
          config.connector.type !== 'sandbox' &&
          config.connector.batchSize === 1,
      ).length
      if (maxRunningCalls !== null && calls > maxRunningCalls)
        throw new Error(`maxRunningCalls: ${calls} calls of ${name} run at once`)
    }
  }
}

function durableOf(outcomes: readonly FakeOutcome[], endedJobs: readonly LiveJob[]): DurableOutcomes {
  return {
    count: outcomes.length,
    itemHandles: Uint32Array.from(outcomes, ({ itemHandle }) => itemHandle),
    verdicts: Uint8Array.from(outcomes, ({ verdict }) => verdict),
    retryAtMs: Float64Array.from(outcomes, ({ retryAtMs }) => retryAtMs),
    attempts: Uint16Array.from(outcomes, ({ attempt }) => attempt),
    throttled: Uint16Array.from(
      outcomes,
      ({ verdict, throttled }) => throttled + (verdict === Verdict.throttled ? 1 : 0),
    ),
    endedJobs,
  }
}

/** Keys 10, 11, 12 ...: all different. */
export function uniqueKeys(count: number, from = 10): number[] {
  return Array.from({ length: count }, (_, n) => from + n)
}

/** Returns the items in lots that were not called, as `job/index`. */
export const started = (engine: FakeEngine): string[] => engine.unstarted.map(({ ref, index }) => `${ref}/${index}`)
