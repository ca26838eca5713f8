import type { JobRef } from '../../model/ids.ts'
import type { LiveJob } from '../../model/live-job.ts'
import type { UncalledOutcome } from '../../outcomes/uncalled-outcomes.ts'
import { type BacklogCounts, newBacklogCounts } from './backlog-counts.ts'
import { isInFlight, ItemState, MAX_JOBS, NONE } from './item-table.ts'
import { ChannelLine, JobLine, SubscriptionLine } from './lines.ts'
import type { OrderChecks } from './order-checks.ts'
import type { ParkedItem, Tried } from './tried-item.ts'
import { Partitions } from './partitions.ts'
import { SubscriptionShares } from '../handover/subscription-share.ts'
import { TimerHeap, type Waits } from './timer-heap.ts'

/** Ids from here on in the heap of waits are channels (their gates or circuits open then); below are handles of items (their retries are due). */
export const CHANNEL_ID = 0x80000000
/** Ids from here on are channels too: the item parked first has waited long enough. */
export const PARKING_ID = 0xc0000000

export interface BacklogOptions {
  /** @default weight 1 for all, and no limit */
  readonly shares?: SubscriptionShares | undefined
  /** @default its own */
  readonly counts?: BacklogCounts | undefined
  /** A channel that waited for a call of a subscription is in `touched` now. @default nobody */
  readonly onCall?: () => void
}

/**
 * Everything that is eligible and has not ended, and where it stands: in its key's queue (`partitions`), in its channel's line, among what
 * waits for a time. Pure memory: decides what may run next, and starts nothing. No call takes longer the more there is; what a
 * stopped job leaves behind is cleared away by `dropStopped` in steps.
 */
export class Backlog {
  /** Its channel was released: what comes late is of no use. */
  forgotten = false
  readonly partitions = new Partitions()
  /** Retries and gates, by monotonic µs. */
  readonly waits: TimerHeap
  readonly channels = new Map<string, ChannelLine>()
  /** Channels that may have something more to start than when they were last looked at. */
  readonly touched = new Set<ChannelLine>()
  readonly order: OrderChecks
  readonly #counts: BacklogCounts
  readonly #onCall: (() => void) | null
  #pendingItems = 0
  readonly #jobs: (JobLine | undefined)[] = []
  readonly #freePlaces: number[] = []
  readonly #byRef = new Map<JobRef, JobLine>()
  readonly #numbered: ChannelLine[] = []
  readonly #channelPlaces: number[] = []
  readonly #parkingPlaces: number[] = []
  readonly #shares: SubscriptionShares

  constructor({ shares = new SubscriptionShares(), counts = newBacklogCounts(), onCall }: BacklogOptions = {}) {
    this.#shares = shares
    this.#counts = counts
    this.#onCall = onCall ?? null
    this.order = counts.order
    const { items } = this.partitions
    this.waits = new TimerHeap({
      place: (id) => {
        if (id < CHANNEL_ID) return items.link(id)
        return id < PARKING_ID ? this.#channelPlaces[id - CHANNEL_ID]! : this.#parkingPlaces[id - PARKING_ID]!
      },
      setPlace: (id, place) => {
        if (id < CHANNEL_ID) items.setLink(id, place)
        else if (id < PARKING_ID) this.#channelPlaces[id - CHANNEL_ID] = place
        else this.#parkingPlaces[id - PARKING_ID] = place
      },
    })
  }

  /** Items admitted or announced, not ended, and of no stopped job unless they run. */
  get pendingItems(): number {
    return this.#pendingItems
  }

  set pendingItems(items: number) {
    this.#counts.pendingItems += items - this.#pendingItems
    this.#pendingItems = items
  }

  channel(name: string): ChannelLine {
    let line = this.channels.get(name)
    if (line === undefined) {
      const { items } = this.partitions
      const places = {
        place: (handle: number) => items.link(handle),
        setPlace: (handle: number, place: number) => {
          items.setLink(handle, place)
        },
      }
      line = new ChannelLine(name, { number: this.channels.size, places })
      this.channels.set(name, line)
      this.#numbered.push(line)
    }
    return line
  }

  channelByNumber(number: number): ChannelLine {
    return this.#numbered[number]!
  }

  job(ref: JobRef): JobLine | undefined {
    return this.#byRef.get(ref)
  }

  jobs(): IterableIterator<JobLine> {
    return this.#byRef.values()
  }

  /** The job of an item. */
  jobOf(handle: number): JobLine {
    return this.#jobs[this.partitions.items.job(handle)]!
  }

  /** Makes a place for a job whose items follow. */
  addJob(live: LiveJob): JobLine {
    const place = this.#freePlaces.pop() ?? this.#jobs.length
    if (place >= MAX_JOBS)
      throw new Error(`Cannot admit job as at most ${MAX_JOBS} fit in memory: current number is ${place}`)
    const { envelope, ref, subscription } = live.record
    const job = new JobLine(live, { subscription: this.#lineOf(this.channel(envelope.channel), subscription), place })
    job.subscription.jobs++
    this.#jobs[place] = job
    this.#byRef.set(ref, job)
    live.tableIndex = place
    this.partitions.reserve(live.record.total)
    return job
  }

  /** Adds the next item of a job at the end of its key's queue. Not counted as pending: its job was. */
  addItem(job: JobLine, index: number, low: number, high: number): void {
    const handle = this.partitions.add(job.place, index, low, high)
    job.handleOf[index] = handle + 1
    job.left++
    if (this.partitions.items.state(handle) === ItemState.ready) job.join(this.partitions.items, handle, false)
    else job.countBehind(1)
  }

  /** As `addItem` for one that was tried: it waits for its retry where it stood, and its key with it (ORD-4). @returns its place */
  addTriedItem(job: JobLine, index: number, at: { low: number; high: number; tried: Tried | ParkedItem }): number {
    const { items } = this.partitions
    const handle = this.partitions.add(job.place, index, at.low, at.high)
    job.handleOf[index] = handle + 1
    job.left++
    items.setTries(handle, at.tried.attempts, at.tried.throttled)
    // Only the first of a key was ever called, so a tried item is never behind one of its own key; a collision of hashes may put it there.
    if (items.state(handle) !== ItemState.ready) job.countBehind(1)
    else if ('sinceMs' in at.tried) this.#park(job, handle, at.tried)
    else this.#wait(job, handle, at.tried)
    return handle
  }

  /** The job whose turn it is on a channel; null: nothing is ready. */
  nextJob(channel: ChannelLine): JobLine | null {
    return channel.ring.current()?.ring.current() ?? null
  }

  /** Takes the next item of the job whose turn it is; it runs from now on, as the first of a call (`leads`) or with the one before. */
  take(job: JobLine, cost: number, leads: boolean): number {
    const { subscription } = job
    const handle = job.takeNext(this.partitions.items)
    subscription.channel.ring.charge(subscription, cost)
    subscription.ring.charge(job, cost)
    this.partitions.start(handle, leads)
    if (leads) subscription.share.callStarted()
    job.countInFlight(1)
    return handle
  }

  /** Whether an item is in flight: any other report about it came too late. */
  isInFlight(handle: number): boolean {
    const { items } = this.partitions
    return !this.forgotten && items.has(handle) && isInFlight(items.state(handle))
  }

  /** A running item was not called: to the front of its job's line. Of a lot, the last one first, so that their order stays. */
  giveBack(handle: number, cost: number): void {
    const job = this.jobOf(handle)
    this.#land(job, handle)
    if (job.stopped) {
      this.#drop(job, handle)
      return
    }
    this.partitions.makeReady(handle)
    job.join(this.partitions.items, handle, true)
    job.subscription.channel.ring.refund(job.subscription, cost)
    job.subscription.ring.refund(job, cost)
  }

  /** An item in flight ended: its key is free. */
  end(handle: number): void {
    const job = this.jobOf(handle)
    this.#land(job, handle)
    this.pendingItems--
    this.#remove(job, handle)
  }

  /** A running item is to be tried again at a time; until then its key waits (ORD-4). Of a stopped job it is dropped. */
  retry(handle: number, tried: Tried): void {
    const job = this.jobOf(handle)
    this.#land(job, handle)
    if (job.stopped) {
      this.#drop(job, handle)
      return
    }
    this.partitions.items.setTries(handle, tried.attempts, tried.throttled)
    this.#wait(job, handle, tried)
  }

  /** A running item waits for a person; until then its key does too (ORD-4). Of a stopped job it is dropped. */
  park(handle: number, parked: ParkedItem): void {
    const job = this.jobOf(handle)
    this.#land(job, handle)
    if (job.stopped) {
      this.#drop(job, handle)
      return
    }
    this.partitions.items.setTries(handle, parked.attempts, parked.throttled)
    this.#park(job, handle, parked)
  }

  /** Begins the end, without a call, of an item that is parked or stands behind another one: it counts as in flight until that is durable. */
  endWithoutCall(handle: number): void {
    const job = this.jobOf(handle)
    if (this.partitions.items.state(handle) === ItemState.parked) this.#leaveParking(job, handle)
    else job.countBehind(-1)
    this.partitions.endWithoutCall(handle)
    job.countInFlight(1)
  }

  /** The time of an item has come; it was just taken out of `waits`. */
  makeReady(handle: number): void {
    const job = this.jobOf(handle)
    if (job.stopped) {
      this.partitions.makeReady(handle) // it is in no heap and no line; `dropStopped` will find it
      return
    }
    job.countRetrying(-1)
    this.partitions.makeReady(handle)
    job.join(this.partitions.items, handle, false)
  }

  /**
   * Makes items of a channel due that wait for the same time as when `waits` was copied.
   * @returns where to continue; the number of waits when all were looked at
   */
  makeDue(channel: ChannelLine, { waits, from, most }: { waits: Waits; from: number; most: number }): number {
    const { items } = this.partitions
    const { ids, times } = waits
    const end = Math.min(from + most, ids.length)
    for (let at = from; at < end; at++) {
      const handle = ids[at]!
      if (handle >= CHANNEL_ID || !items.has(handle) || items.state(handle) !== ItemState.held) continue
      if (this.waits.timeAt(items.link(handle)) !== times[at]) continue
      if (this.jobOf(handle).subscription.channel !== channel) continue
      this.waits.remove(handle)
      this.makeReady(handle)
    }
    return end
  }

  /** Returns the outcome of an item that ends without a call, to be made durable. */
  outcomeWithoutCall(handle: number, verdict: UncalledOutcome['verdict']): UncalledOutcome {
    const { items } = this.partitions
    const { ref } = this.jobOf(handle).live.record
    const [attempt, throttled] = [items.attempts(handle), items.throttled(handle)]
    return { ref, index: items.index(handle), itemHandle: handle, attempt, throttled, verdict }
  }

  /** A parked item of a stopped job: `dropStopped` will find it. */
  dropParked(handle: number): void {
    this.jobOf(handle).subscription.channel.parked.remove(handle)
    this.partitions.makeReady(handle)
  }

  /** No further item of a job starts. Takes one step; `dropStopped` clears away what it leaves. */
  stop(job: JobLine): void {
    if (job.stopped) return
    job.stopped = true
    this.pendingItems -= job.left - job.live.inFlight
    job.forgetWaiting()
  }

  /**
   * Drops items of a stopped job that are not in flight, so that their keys are free for other jobs.
   * @param from index to begin at
   * @returns index to continue from; the job's total when all were looked at
   */
  dropStopped(job: JobLine, from: number, maxItems: number): number {
    const { items } = this.partitions
    const end = Math.min(from + maxItems, job.handleOf.length)
    for (let index = from; index < end; index++) {
      const handle = job.handleOf[index]! - 1
      if (handle < 0) continue
      const state = items.state(handle)
      if (isInFlight(state)) continue
      if (state === ItemState.held) this.waits.remove(handle)
      else if (state === ItemState.parked) job.subscription.channel.parked.remove(handle)
      this.#remove(job, handle)
    }
    return end
  }

  /** All items of the job were admitted, or (it was stopped) will not be. */
  finishAdmission(job: JobLine): void {
    job.admitting = false
    this.#forgetIfEmpty(job)
  }

  /** Takes over the limits that a subscription has now. */
  limitSubscription(name: string): void {
    const share = this.#shares.limit(name)
    if (share === null) return
    for (const { subscriptions } of this.channels.values()) {
      const line = subscriptions.get(name)
      if (line !== undefined) line.weight = share.weight
    }
  }

  #wait(job: JobLine, handle: number, tried: Tried): void {
    this.partitions.hold(handle)
    this.waits.add(handle, tried.dueUs)
    job.countRetrying(1)
    job.noteRetry(tried.retryAtMs)
  }

  #park(job: JobLine, handle: number, { sinceMs, sinceUs }: ParkedItem): void {
    this.partitions.park(handle)
    job.subscription.channel.parked.add(handle, sinceUs)
    job.countParked(1)
    job.noteParked(this.partitions.items.index(handle), sinceMs)
  }

  #leaveParking(job: JobLine, handle: number): void {
    job.subscription.channel.parked.remove(handle)
    job.countParked(-1)
    job.parked?.delete(this.partitions.items.index(handle))
  }

  /** An item is no longer in flight. */
  #land(job: JobLine, handle: number): void {
    job.countInFlight(-1)
    if (this.partitions.items.state(handle) === ItemState.leading) job.subscription.share.callEnded()
  }

  #lineOf(channel: ChannelLine, subscription: string): SubscriptionLine {
    let line = channel.subscriptions.get(subscription)
    if (line === undefined) {
      const share = this.#shares.of(subscription)
      line = new SubscriptionLine(subscription, { channel, share, onCall: (touched) => this.#onCallOf(touched) })
      channel.subscriptions.set(subscription, line)
    }
    return line
  }

  #onCallOf(touched: ChannelLine): void {
    this.touched.add(touched)
    this.#onCall?.()
  }

  #drop(job: JobLine, handle: number): void {
    this.pendingItems--
    this.#remove(job, handle)
  }

  #remove(job: JobLine, handle: number): void {
    const { items } = this.partitions
    const index = items.index(handle)
    job.handleOf[index] = 0
    job.left--
    const next = this.partitions.remove(handle)
    if (next !== NONE) {
      const owner = this.jobOf(next)
      this.order.passed({ job, index }, { job: owner, index: items.index(next) })
      // Of a stopped job it stays out of the line until `dropStopped` comes to it.
      if (!owner.stopped) {
        owner.countBehind(-1)
        owner.join(items, next, false)
        // Keys do not span channels, but colliding hashes do.
        if (owner.subscription !== job.subscription) this.touched.add(owner.subscription.channel)
      }
    }
    this.#forgetIfEmpty(job)
  }

  #forgetIfEmpty(job: JobLine): void {
    if (job.left > 0 || job.admitting || job.live.tableIndex < 0) return
    this.#jobs[job.place] = undefined
    this.#freePlaces.push(job.place)
    this.#byRef.delete(job.live.record.ref)
    job.live.tableIndex = -1
    const { subscription } = job
    if (--subscription.jobs === 0) subscription.channel.subscriptions.delete(subscription.name)
  }
}
