import type { LotEvents, LotRunner } from '../dispatch/lot.ts'
import type { Channel } from '../limits/channel-registry.ts'
import type { RateReservation } from '../limits/rate-reservation.ts'
import type { JobRef } from '../model/ids.ts'
import type { StopMark } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'
import { Verdict } from '../model/outcome-batch.ts'
import type { DurableOutcomes } from '../model/ports.ts'
import type { SubscriptionShares } from './handover/subscription-share.ts'
import type { UncalledOutcome } from '../outcomes/uncalled-outcomes.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { Admission, type ChunkKeys } from './queues/admission.ts'
import { Backlog, CHANNEL_ID, PARKING_ID } from './queues/backlog.ts'
import type { BacklogCounts } from './queues/backlog-counts.ts'
import { WaitingReasons, type WaitingReasonsOptions } from './explain-waiting.ts'
import type { ChannelLine, JobLine } from './queues/lines.ts'
import { monotonicAt } from '../runtime/monotonic-at.ts'
import { type ParkedDecision, type ParkedPlace, type ParkedQuery, Parking } from './parked/parking.ts'
import { STEP_ITEMS } from './queues/partitions.ts'
import { Pump } from './handover/pump.ts'
import { DroppedJobs } from './queues/dropped-jobs.ts'
import { forgetBacklog } from './queues/forget-backlog.ts'
import { HastenedRetries } from './queues/hastened-retries.ts'
import { ScheduleTurns, type TurnTaker } from './handover/schedule-turns.ts'
import { WaitTimer } from './handover/wait-timer.ts'

export interface SchedulerOptions extends Pick<WaitingReasonsOptions, 'storeRefusal' | 'handoverUntilMs'> {
  readonly clock: Clock
  readonly channels: { get(name: string): Channel | undefined }
  readonly dispatcher: Pick<LotRunner, 'capacity' | 'run' | 'runningCalls' | 'itemCost'>
  readonly outcomes: SchedulerOutcomes
  readonly tats: RateReservation
  readonly logger: Logger
  readonly telemetry: Telemetry
  /** @default weight 1 for all, and no limit */
  readonly shares?: SubscriptionShares
  /** True while no further call may start for another reason; `channelChanged` of every channel follows when that is over. @default never */
  readonly held?: () => boolean
  /** Called when commits fail and something was to start: `resume` when they work again. @default nobody */
  readonly onHeldBack?: () => void
  /** Calls back soon, after I/O had its turn. @default setImmediate */
  readonly defer?: (callback: () => void) => void
  /** The turns that it takes with the schedulers of other channels. @default its own */
  readonly turns?: ScheduleTurns
  /** Counts over the items of all channels. @default its own */
  readonly counts?: BacklogCounts
}

/** The outcomes stage, as the scheduler sees it. */
export interface SchedulerOutcomes {
  /** No new call may start; `onDurable` follows when that is over. */
  readonly commitsFailing: boolean
  /** Ends a job of which nothing runs any more; reason null: nobody stopped it, all its items have ended. */
  endJob(job: LiveJob, reason: StopMark['reason'] | null): void
  /** Ends items without a call; `onDurable` follows. Never calls back from within. */
  endWithoutCall(items: readonly UncalledOutcome[]): void
}

/**
 * Schedule: what may run now. Turns accepted jobs into lots: items of one key one after another in the order their jobs became
 * eligible (ORD-1, ORD-2, ORD-4, ORD-5), jobs side by side (FAIR-2), never more than a gate lets through (RAT-4), at a cost that does
 * not grow with what is blocked (FAIR-3), subscriptions by weight (FAIR-1). Items come from ingest and recovery, lots go to the dispatcher, a key is freed only by
 * the commit of its item's outcome (ORD-3). What takes longer than 2 ms is done in slices.
 */
export class Scheduler implements LotEvents, Service {
  readonly #options: SchedulerOptions
  readonly #clock: Clock
  readonly #backlog: Backlog
  readonly #admission: Admission
  readonly #pump: Pump
  readonly #parking: Parking
  readonly #timer: WaitTimer
  /** Why what is here does not move, and whose turn is when. */
  readonly waiting: WaitingReasons
  /** Commits whose items are not all handled. */
  readonly #durable: { readonly outcomes: DurableOutcomes; at: number }[] = []
  readonly #dropped: DroppedJobs
  readonly #hastened: HastenedRetries
  readonly #stoppedIdle = new Set<JobLine>()
  readonly #turns: ScheduleTurns
  readonly #taker: TurnTaker = { slice: (endUs) => this.#slice(endUs), pump: () => this.#pumpTouched() }
  /** The commits failed when something was to start: it may, when they work again. */
  #heldBack = false
  #stopping = false

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#clock = options.clock
    this.#turns = options.turns ?? new ScheduleTurns(options)
    // A call of its subscription may have ended on another channel.
    const backlog = new Backlog({ ...options, onCall: () => this.#sliceSoon() })
    this.#backlog = backlog
    this.#hastened = new HastenedRetries(backlog)
    this.#dropped = new DroppedJobs(backlog)
    this.#parking = new Parking({
      ...options,
      backlog,
      endWithoutCall: (items) => options.outcomes.endWithoutCall(items),
      admittedTo: (channel) => this.#admission.admittedTo(channel),
    })
    const resumeSkip = (handle: number, skipsKeyTo: number): void => this.#parking.resumeSkip(handle, skipsKeyTo)
    this.#admission = new Admission(backlog, {
      clock: options.clock,
      onKeySkip: resumeSkip,
      unblockedAtMs: (channel) => options.channels.get(channel)?.unblockedAtMs ?? 0,
    })
    this.#pump = new Pump({
      ...options,
      backlog,
      held: () => options.outcomes.commitsFailing || options.held?.() === true,
      onHeldBack: () => {
        this.#heldBack = true
        options.onHeldBack?.()
      },
    })
    this.#timer = new WaitTimer(options.clock, () => this.#turns.now(this.#taker))
    this.waiting = new WaitingReasons({ ...options, backlog, admission: this.#admission })
  }

  /** Items accepted and not ended, without those a stop mark has cancelled. */
  get pendingItems(): number {
    return this.#backlog.pendingItems
  }

  /**
   * Takes a job whose items take their places soon, after those of every job that became eligible before it. Called in the tick in which
   * the job became eligible (or for recovered jobs in order, before any new one): what is in its place already is not moved any more.
   */
  admitJob(job: LiveJob, chunks: readonly ChunkKeys[]): void {
    if (job.record.stop !== null) {
      this.#options.outcomes.endJob(job, job.record.stop.reason)
      return
    }
    this.#admission.add(job, chunks)
    this.#sliceSoon()
  }

  /** No further item of a job starts, from this call on; its stop mark is durable. What runs may end. Takes one step. */
  stopJob(job: LiveJob): void {
    const line = this.#backlog.job(job.record.ref)
    if (line === undefined) {
      // Not even begun. A job that is not here at all is on its way: `admitJob` will find the mark.
      if (this.#admission.drop(job)) this.#endJob(job)
      return
    }
    if (line.stopped) return
    this.#backlog.stop(line)
    this.#dropped.add(line)
    if (job.inFlight === 0) this.#endLine(line)
    this.#sliceSoon()
  }

  /** Nothing of a job starts until it is resumed; its items keep their places and their keys (ORD-5). One step, whatever the job's size. */
  pauseJob(job: LiveJob): void {
    this.#backlog.job(job.record.ref)?.pause(true) // one that is not here yet comes with its mark
  }

  resumeJob(job: LiveJob): void {
    const line = this.#backlog.job(job.record.ref)
    if (line === undefined || line.stopped) return
    line.pause(false)
    this.#backlog.touched.add(line.subscription.channel)
    this.#pumpTouched()
  }

  /** Parked items of a subscription, by job and index, a page at a time. */
  parkedItems(query: ParkedQuery): readonly ParkedPlace[] {
    return this.#parking.list(query)
  }

  /**
   * Decides on a parked item. `retry`: it is tried again in its place, with as many attempts as at first, new data: the same with that; `skip`: it ends `failed`; `skip_key`: so
   * does it, after everything that stands behind it in its key has ended `cancelled`. @returns false: it is not parked, or no longer
   */
  resolveParked(ref: JobRef, index: number, decision: ParkedDecision): boolean {
    const found = this.#parking.resolve({ ref, index }, decision)
    if (found && decision === 'skip_key') this.#sliceSoon()
    this.#pumpTouched()
    return found
  }

  /** A commit of outcomes: frees keys, sets retries, and ends stopped jobs whose last call it was. */
  onDurable(outcomes: DurableOutcomes): void {
    this.#durable.push({ outcomes, at: 0 })
    if (this.#heldBack) this.#touchAll()
    this.#turns.lots.spend((endUs) => {
      while (this.#durable.length > 0 && this.#clock.monotonicUs() < endUs) this.#applyCommits()
    })
    if ((!this.#stopping && this.#parking.step()) || this.#durable.length > 0) this.#sliceSoon()
    this.#pumpTouched()
  }

  /** Commits work again. */
  resume(): void {
    if (this.#heldBack) this.#touchAll()
    this.#pumpTouched()
  }

  onUnstarted(handles: Uint32Array): void {
    const back = new Map<ChannelLine, number>()
    for (let n = handles.length - 1; n >= 0; n--) {
      const handle = handles[n]!
      if (!this.#backlog.isInFlight(handle)) continue
      const job = this.#backlog.jobOf(handle)
      const line = job.subscription.channel
      const item = { jobRef: job.live.record.ref, index: this.#backlog.partitions.items.index(handle) }
      this.#options.channels.get(line.name)?.circuit.cameBack(item)
      this.#backlog.giveBack(handle, this.#pump.cost(job.live))
      back.set(line, (back.get(line) ?? 0) + 1)
      this.#backlog.touched.add(line)
      this.#noteIdle(job)
    }
    for (const [line, items] of back) this.#pump.returned(line, items)
    this.#endIdle()
    this.#pumpTouched()
  }

  onCapacity(channel: Channel): void {
    this.channelChanged(channel)
  }

  /** A channel was made, changed, removed, paused or resumed. */
  channelChanged(channel: Channel): void {
    const line = this.#backlog.channels.get(channel.name)
    if (line === undefined) return
    this.#parking.watch(line)
    this.#backlog.touched.add(line)
    this.#pumpTouched()
  }

  /** The limits of a subscription were changed: its weight counts from the next turn on, its calls from the next one. */
  subscriptionChanged(name: string): void {
    this.#backlog.limitSubscription(name)
    this.#pumpTouched()
  }

  /** Makes every item of a channel due that waits for a retry now. Looks at what waits in bounded steps. */
  retryNow(channelName: string): void {
    const channel = this.#backlog.channels.get(channelName)
    if (channel === undefined) return
    // Items committed before are held before they are looked for; items that have to wait from now on are left alone.
    while (this.#durable.length > 0) this.#applyCommits()
    this.#hastened.add(channel)
    this.#sliceSoon()
  }

  /** Dispatches no further lot. Running calls may end, and their outcomes are taken. */
  stop(): void {
    this.#stopping = true
    this.#timer.stop()
  }

  /** Drops everything, without a trace but in the jobs; after `stop`, when nothing runs any more. */
  forget(): void {
    this.#turns.leave(this.#taker)
    forgetBacklog(this.#backlog)
  }

  #touchAll(): void {
    this.#heldBack = false
    for (const line of this.#backlog.channels.values()) this.#backlog.touched.add(line)
  }

  #sliceSoon(): void {
    this.#turns.soon(this.#taker)
  }

  /** Does what is due until then, each kind of work in turn. @returns true when more is due */
  #slice(endUs: number): boolean {
    let more: boolean
    do {
      if (this.#durable.length > 0) this.#applyCommits()
      more = this.#durable.length > 0
      if (this.#stopping) continue // nothing will start any more
      if (this.#takeDue()) more = true
      this.#dropped.step()
      this.#hastened.step()
      if (!this.#admission.empty) this.#admitSome()
      if (this.#parking.step()) more = true
      more ||= !this.#dropped.empty || !this.#hastened.empty || !this.#admission.empty
    } while (more && this.#clock.monotonicUs() < endUs)
    return more
  }

  #applyCommits(): void {
    const entry = this.#durable[0]!
    const { outcomes } = entry
    const end = Math.min(entry.at + STEP_ITEMS, outcomes.count)
    this.#backlog.partitions.willRemove(outcomes.itemHandles, entry.at, end)
    for (; entry.at < end; entry.at++) this.#applyOutcome(outcomes, entry.at)
    const count = this.#backlog.order.takeViolations()
    if (count > 0) this.#options.logger.error({ count }, 'Turns of a key did not pass on in order')
    if (end < outcomes.count) return
    this.#durable.shift()
    for (const job of outcomes.endedJobs) {
      const line = this.#backlog.job(job.record.ref)
      if (line !== undefined) this.#ended(line)
    }
    for (const line of this.#stoppedIdle) if (outcomes.endedJobs.includes(line.live)) line.ended = true
    this.#endIdle()
  }

  #applyOutcome(outcomes: DurableOutcomes, n: number): void {
    const handle = outcomes.itemHandles[n]!
    const backlog = this.#backlog
    if (!backlog.isInFlight(handle)) {
      this.#options.logger.warn({ itemHandle: handle }, 'Outcome of an item that does not run: passed over')
      return
    }
    const job = backlog.jobOf(handle)
    const verdict = outcomes.verdicts[n]
    if (verdict === Verdict.retry || verdict === Verdict.throttled) {
      const retryAtMs = outcomes.retryAtMs[n]!
      const dueUs = monotonicAt(this.#clock, retryAtMs)
      backlog.retry(handle, { attempts: outcomes.attempts[n]!, throttled: outcomes.throttled[n]!, retryAtMs, dueUs })
    } else if (verdict === Verdict.parked && this.#parking.decided(handle)) {
      return // it keeps its place until those behind it are done with
    } else if (verdict === Verdict.parked) {
      const sinceMs = outcomes.retryAtMs[n]! || this.#clock.nowMs()
      const sinceUs = monotonicAt(this.#clock, sinceMs)
      backlog.park(handle, { attempts: outcomes.attempts[n]!, throttled: outcomes.throttled[n]!, sinceMs, sinceUs })
      this.#parking.watch(job.subscription.channel)
    } else {
      backlog.end(handle)
    }
    this.#backlog.touched.add(job.subscription.channel)
    this.#noteIdle(job)
  }

  /** A job that ended while it still has items here was not stopped by us: what is left of it is dropped all the same. */
  #ended(line: JobLine): void {
    line.ended = true
    if (line.stopped) return
    this.#backlog.stop(line)
    this.#dropped.add(line)
    this.#sliceSoon()
  }

  /** @returns true when more is due */
  #takeDue(): boolean {
    const { waits } = this.#backlog
    const nowUs = this.#clock.monotonicUs()
    for (let left = STEP_ITEMS; left > 0 && waits.earliest <= nowUs; left--) {
      const id = waits.takeEarliest()
      if (id >= PARKING_ID) {
        const line = this.#backlog.channelByNumber(id - PARKING_ID)
        this.#parking.onDue(line)
        this.#backlog.touched.add(line)
      } else if (id >= CHANNEL_ID) {
        const line = this.#backlog.channelByNumber(id - CHANNEL_ID)
        this.#pump.onDue(line)
        this.#backlog.touched.add(line)
      } else {
        this.#backlog.touched.add(this.#backlog.jobOf(id).subscription.channel)
        this.#backlog.makeReady(id)
      }
    }
    return waits.earliest <= nowUs
  }

  #admitSome(): void {
    const line = this.#admission.step(STEP_ITEMS)
    this.#backlog.touched.add(line.subscription.channel)
    this.#parking.watch(line.subscription.channel)
    // Every item had its outcome before the job became eligible: no commit will come to end it.
    if (!line.admitting && !line.stopped && line.left === 0) this.#endLine(line)
  }

  #noteIdle(line: JobLine): void {
    if (line.stopped && !line.ended && line.live.inFlight === 0) this.#stoppedIdle.add(line)
  }

  #endIdle(): void {
    for (const line of this.#stoppedIdle) this.#endLine(line)
    this.#stoppedIdle.clear()
  }

  #endLine(line: JobLine): void {
    if (line.ended || line.live.record.phase === 'ended') return
    line.ended = true
    this.#endJob(line.live)
  }

  #endJob(job: LiveJob): void {
    this.#options.outcomes.endJob(job, job.record.stop?.reason ?? null)
  }

  #pumpTouched(): void {
    const { touched } = this.#backlog
    if (this.#stopping) touched.clear()
    else if (touched.size > 0) {
      const more = this.#turns.lots.spend((endUs) => this.#pump.pumpSome(touched, { events: this, endUs })) ?? true
      if (more) this.#sliceSoon()
    }
    if (!this.#stopping) this.#timer.arm(this.#backlog.waits.earliest)
  }
}
