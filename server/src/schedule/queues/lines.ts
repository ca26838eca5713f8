import type { LiveJob } from '../../model/live-job.ts'
import type { SubscriptionShare } from '../handover/subscription-share.ts'
import { Ring, type RingMember } from './fair-queue.ts'
import { IndexSet } from './index-set.ts'
import { type ItemTable, NONE } from './item-table.ts'
import { type HeapPlaces, TimerHeap } from './timer-heap.ts'

/*
 * The queue of a channel: subscriptions in its ring, their jobs in theirs, ready items in the job's lists. Whoever has
 * nothing ready stands in no ring and costs nothing (FAIR-3).
 */

/**
 * One in this many turns of a job goes to items that were tried before, while fresh ones are ready too: a job full of failing keys
 * leaves the others 97.5 % of their turns (ORD-6 asks for 95), and a single retry still comes soon.
 */
const DUE_TURN = 41

/** How many items are where; of stopped jobs only those in flight. */
export interface LineCounts {
  ready: number
  /** They are ready, but their job is paused. */
  paused: number
  /** They stand behind another item of their key. */
  behind: number
  inFlight: number
  retrying: number
  parked: number
}

export class JobLine implements RingMember<JobLine> {
  readonly live: LiveJob
  readonly subscription: SubscriptionLine
  /** Place in the table of jobs. */
  readonly place: number
  /** Handle + 1 of each item by index; 0: not admitted yet, or ended. */
  readonly handleOf: Uint32Array
  readonly weight = 1
  credit = 0
  before: JobLine | null = null
  after: JobLine | null = null
  /** Admitted and not ended, wherever they are. */
  left = 0
  /** Items that stand behind another one of their key. */
  behind = 0
  /** Items below this index were admitted. */
  admitted = 0
  /** Its items are still being admitted. */
  admitting = true
  /** It stands in no ring, whatever is ready; its items keep their places and keys. */
  paused: boolean
  /** No further item starts; what is not in flight is dropped. */
  stopped = false
  /** The outcomes stage has ended it, or was asked to. */
  ended = false
  /** When the last of its retries is due, and since when the last of its parked items is, wall ms. */
  lastRetryMs = 0
  lastParkedMs = 0
  /** Those of its items that are parked; made with the first one. */
  parked: IndexSet | null = null
  readonly #fresh = new ReadyList()
  readonly #due = new ReadyList()
  #freshTurns = 0

  constructor(live: LiveJob, at: { subscription: SubscriptionLine; place: number }) {
    this.live = live
    this.subscription = at.subscription
    this.place = at.place
    this.handleOf = new Uint32Array(live.record.total)
    this.paused = live.record.pausedAtMs !== null
  }

  /** A ready item joins the line at its end, or (if it was returned) at its front. */
  join(items: ItemTable, handle: number, front: boolean): void {
    const list = items.attempts(handle) === 0 ? this.#fresh : this.#due
    if (front) list.pushFront(items, handle)
    else list.push(items, handle)
    this.countReady(1)
    this.#enter()
  }

  /** Takes the next ready item out of the line; only when there is one. */
  takeNext(items: ItemTable): number {
    let list = this.#fresh
    if (!this.#due.empty && (list.empty || ++this.#freshTurns >= DUE_TURN)) {
      list = this.#due
      this.#freshTurns = 0
    }
    const handle = list.shift(items)
    this.countReady(-1)
    if (this.live.ready === 0) this.leave()
    return handle
  }

  /** How many ready items of the job are taken before each of these, as `takeNext` takes them; without those that more than `most` come before. */
  readyBefore(items: ItemTable, handles: readonly number[], most: number): ReadonlyMap<number, number> {
    const wanted = new Set(handles)
    const places = new Map<number, number>()
    let fresh = this.#fresh.first
    let due = this.#due.first
    let freshTurns = this.#freshTurns
    for (let before = 0; before <= most && wanted.size > 0 && (fresh !== NONE || due !== NONE); before++) {
      const isDue = due !== NONE && (fresh === NONE || ++freshTurns >= DUE_TURN)
      const next = isDue ? due : fresh
      if (isDue) {
        freshTurns = 0
        due = items.link(due)
      } else fresh = items.link(fresh)
      if (wanted.delete(next)) places.set(next, before)
    }
    return places
  }

  countReady(change: number): void {
    this.live.ready += change
    this.#countForChannel(change)
  }

  countInFlight(change: number): void {
    this.live.inFlight += change
    this.subscription.counts.inFlight += change
  }

  countRetrying(change: number): void {
    this.live.retrying += change
    this.subscription.counts.retrying += change
  }

  countParked(change: number): void {
    this.live.parked += change
    this.subscription.counts.parked += change
  }

  countBehind(change: number): void {
    this.behind += change
    this.subscription.counts.behind += change
  }

  /** A retry is due at a wall time. */
  noteRetry(retryAtMs: number): void {
    this.lastRetryMs = Math.max(this.lastRetryMs, retryAtMs)
    this.subscription.lastRetryMs = Math.max(this.subscription.lastRetryMs, retryAtMs)
  }

  /** An item was parked at a wall time. */
  noteParked(index: number, sinceMs: number): void {
    this.parked ??= new IndexSet(this.live.record.total)
    this.parked.add(index)
    this.lastParkedMs = Math.max(this.lastParkedMs, sinceMs)
    this.subscription.lastParkedMs = Math.max(this.subscription.lastParkedMs, sinceMs)
  }

  /** Takes it out of the rings, or back into them, with everything that is ready. One step. */
  pause(paused: boolean): void {
    if (this.paused === paused) return
    this.#countForChannel(-this.live.ready)
    this.paused = paused
    this.#countForChannel(this.live.ready)
    if (paused) this.leave()
    else this.#enter()
  }

  /** Gives up every place in the rings, whatever is ready. */
  leave(): void {
    this.subscription.ring.remove(this)
    this.subscription.leaveIfEmpty()
  }

  /** Forgets which items are ready, behind or waiting for a retry, without looking at any. */
  forgetWaiting(): void {
    this.leave()
    this.#fresh.clear()
    this.#due.clear()
    this.countReady(-this.live.ready)
    this.countBehind(-this.behind)
    this.countRetrying(-this.live.retrying)
    this.countParked(-this.live.parked)
    this.parked = null
  }

  #enter(): void {
    if (this.paused || this.live.ready === 0) return
    this.subscription.ring.add(this)
    this.subscription.enter()
  }

  #countForChannel(change: number): void {
    const { counts, channel } = this.subscription
    if (this.paused) counts.paused += change
    else {
      counts.ready += change
      channel.ready += change
    }
  }
}

export class SubscriptionLine implements RingMember<SubscriptionLine> {
  readonly name: string
  readonly channel: ChannelLine
  readonly ring: Ring<JobLine>
  readonly share: SubscriptionShare
  weight: number
  credit = 0
  before: SubscriptionLine | null = null
  after: SubscriptionLine | null = null
  jobs = 0
  readonly counts: LineCounts = { ready: 0, paused: 0, behind: 0, inFlight: 0, retrying: 0, parked: 0 }
  /** As for a job, over all its jobs. */
  lastRetryMs = 0
  lastParkedMs = 0

  readonly #onCall: (channel: ChannelLine) => void

  /** @param of.onCall called when it may start something again as a call of its subscription is over */
  constructor(
    name: string,
    of: { channel: ChannelLine; share: SubscriptionShare; onCall: (channel: ChannelLine) => void },
  ) {
    this.name = name
    this.channel = of.channel
    this.share = of.share
    this.weight = of.share.weight
    this.ring = new Ring(of.channel.ring.quantum)
    this.#onCall = of.onCall
  }

  /** Stands in its channel's ring if one of its jobs does and it may call. */
  enter(): void {
    if (this.ring.size === 0) return
    if (this.share.full) {
      this.share.wait(this)
      return
    }
    this.channel.ring.add(this)
  }

  callMayStart(): void {
    this.enter()
    this.#onCall(this.channel)
  }

  /** As many calls of the subscription run as may: it returns to the ring when one is over. */
  waitForCall(): void {
    this.channel.ring.remove(this)
    this.share.wait(this)
  }

  leaveIfEmpty(): void {
    if (this.ring.size > 0) return
    this.channel.ring.remove(this)
    this.share.forget(this)
  }
}

export class ChannelLine {
  readonly name: string
  /** Number of this line, 0 and up. */
  readonly number: number
  readonly ring = new Ring<SubscriptionLine>()
  readonly subscriptions = new Map<string, SubscriptionLine>()
  /** Ready items of all its jobs that are not paused. */
  ready = 0
  /** Parked items by the time they were parked, monotonic µs. */
  readonly parked: TimerHeap

  constructor(name: string, at: { number: number; places: HeapPlaces }) {
    this.name = name
    this.number = at.number
    this.parked = new TimerHeap(at.places)
  }

  /** Forgets when the last retries are due: all are due now. */
  forgetRetryTimes(): void {
    for (const line of this.subscriptions.values()) line.lastRetryMs = 0
  }

  /** Items served in a row before the next one's turn: as many as a call takes, so that fairness does not split calls. */
  setQuantum(quantum: number): void {
    if (quantum === this.ring.quantum) return
    this.ring.quantum = quantum
    for (const line of this.subscriptions.values()) line.ring.quantum = quantum
  }
}

/** Ready items of one job, chained through the items themselves. */
export class ReadyList {
  #first = NONE
  #last = NONE

  get empty(): boolean {
    return this.#first === NONE
  }

  /** The first one, or NONE. */
  get first(): number {
    return this.#first
  }

  push(items: ItemTable, handle: number): void {
    items.setLink(handle, NONE)
    if (this.#last === NONE) this.#first = handle
    else items.setLink(this.#last, handle)
    this.#last = handle
  }

  pushFront(items: ItemTable, handle: number): void {
    items.setLink(handle, this.#first)
    if (this.#first === NONE) this.#last = handle
    this.#first = handle
  }

  /** Takes the first one; only when not empty. */
  shift(items: ItemTable): number {
    const handle = this.#first
    this.#first = items.link(handle)
    if (this.#first === NONE) this.#last = NONE
    return handle
  }

  /** Forgets all of them without looking at any. */
  clear(): void {
    this.#first = NONE
    this.#last = NONE
  }
}
