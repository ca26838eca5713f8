import type { LiveJob } from '../model/live-job.ts'
import { Ring, type RingMember } from './fair-queue.ts'
import { type ItemSlots } from './item-slots.ts'
import { ReadyList } from './ready-list.ts'

/*
 * Who stands in line for a channel: subscriptions in its ring, their jobs in theirs, ready items in the job's lists. Whoever has
 * nothing ready stands in no ring and costs nothing (FAIR-3).
 */

/**
 * One in this many turns of a job goes to items that were tried before, while fresh ones are ready too: a job full of failing keys
 * leaves the others more than 95 % of their turns (ORD-6), and a single retry still comes soon.
 */
const DUE_TURN = 21

/** How many items are where; of stopped jobs only those in flight. */
export interface LineCounts {
  ready: number
  /** They stand behind another item of their key. */
  behind: number
  inFlight: number
  retrying: number
}

export class JobLine implements RingMember<JobLine> {
  readonly live: LiveJob
  readonly subscription: SubscriptionLine
  /** Place in the table of jobs. */
  readonly place: number
  /** Slot + 1 of each item by index; 0: not admitted yet, or ended. */
  readonly slotOf: Uint32Array
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
  /** No further item starts; what is not in flight is dropped. */
  stopped = false
  /** The outcomes stage ended it, or was told to. */
  ended = false
  /** When the last of its retries is due, wall ms. */
  lastRetryMs = 0
  readonly #fresh = new ReadyList()
  readonly #due = new ReadyList()
  #freshTurns = 0

  constructor(live: LiveJob, at: { subscription: SubscriptionLine; place: number }) {
    this.live = live
    this.subscription = at.subscription
    this.place = at.place
    this.slotOf = new Uint32Array(live.record.total)
  }

  /** A ready item joins the line at its end, or (it was handed back) at its front. */
  join(items: ItemSlots, slot: number, front: boolean): void {
    const list = items.attempts(slot) === 0 ? this.#fresh : this.#due
    if (front) list.pushFront(items, slot)
    else list.push(items, slot)
    this.countReady(1)
    this.subscription.ring.add(this)
    this.subscription.channel.ring.add(this.subscription)
  }

  /** Takes the next ready item out of the line; only when there is one. */
  takeNext(items: ItemSlots): number {
    let list = this.#fresh
    if (!this.#due.empty && (list.empty || ++this.#freshTurns >= DUE_TURN)) {
      list = this.#due
      this.#freshTurns = 0
    }
    const slot = list.shift(items)
    this.countReady(-1)
    if (this.live.ready === 0) this.leave()
    return slot
  }

  countReady(change: number): void {
    this.live.ready += change
    this.subscription.counts.ready += change
    this.subscription.channel.ready += change
  }

  countInFlight(change: number): void {
    this.live.inFlight += change
    this.subscription.counts.inFlight += change
  }

  countRetrying(change: number): void {
    this.live.retrying += change
    this.subscription.counts.retrying += change
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

  /** Gives up every place in the rings, whatever is ready. */
  leave(): void {
    this.subscription.ring.remove(this)
    if (this.subscription.ring.size === 0) this.subscription.channel.ring.remove(this.subscription)
  }

  /** Forgets which items are ready, behind or waiting for a retry, without looking at any. */
  forgetWaiting(): void {
    this.leave()
    this.#fresh.clear()
    this.#due.clear()
    this.countReady(-this.live.ready)
    this.countBehind(-this.behind)
    this.countRetrying(-this.live.retrying)
  }
}

export class SubscriptionLine implements RingMember<SubscriptionLine> {
  readonly name: string
  readonly channel: ChannelLine
  readonly ring: Ring<JobLine>
  readonly weight = 1
  credit = 0
  before: SubscriptionLine | null = null
  after: SubscriptionLine | null = null
  jobs = 0
  readonly counts: LineCounts = { ready: 0, behind: 0, inFlight: 0, retrying: 0 }
  /** When the last retry of its jobs is due, wall ms. */
  lastRetryMs = 0

  constructor(name: string, channel: ChannelLine) {
    this.name = name
    this.channel = channel
    this.ring = new Ring(channel.ring.quantum)
  }
}

export class ChannelLine {
  readonly name: string
  /** Number of this line, 0 and up. */
  readonly number: number
  readonly ring = new Ring<SubscriptionLine>()
  readonly subscriptions = new Map<string, SubscriptionLine>()
  /** Ready items of all its jobs. */
  ready = 0

  constructor(name: string, number: number) {
    this.name = name
    this.number = number
  }

  /** The line of a subscription; made when there is none. */
  subscription(name: string): SubscriptionLine {
    let line = this.subscriptions.get(name)
    if (line === undefined) {
      line = new SubscriptionLine(name, this)
      this.subscriptions.set(name, line)
    }
    return line
  }

  /** Items served in a row before the next one's turn: as many as a call takes, so that fairness does not split calls. */
  setQuantum(quantum: number): void {
    if (quantum === this.ring.quantum) return
    this.ring.quantum = quantum
    for (const line of this.subscriptions.values()) line.ring.quantum = quantum
  }
}
