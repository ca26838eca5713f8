import { FairShare, type Lease } from '../../limits/fair-share.ts'
import type { Clock } from '../../runtime/clock.ts'
import { TimeSlice } from '../../runtime/time-slice.ts'
import type { ProblemError } from '../../model/errors.ts'
import type { IngestOptions } from '../ingest-ports.ts'
import { overloaded, quotaExceeded, secondsUntilCapacity, tooManyOpenJobs } from '../check/refusals.ts'

/** Bytes of bodies that have to be held whole (JSON, parts), over all uploads: sixteen of the largest, four of them of one caller. */
const MAX_HELD_BYTES = 256 * 1024 * 1024

export interface UploadBudgetOptions {
  readonly clock: Clock
  readonly maxPendingItems: number
  /** Items accepted and not ended. */
  readonly pendingItems: () => number
  /** The limits of a subscription on pending items and open jobs. */
  readonly quotaOf: IngestOptions['quotaOf']
  readonly pendingItemsOf: (subscription: string) => number
  /** Jobs of a subscription that take items. */
  readonly openJobsOf: (subscription: string) => number
  /** How fast items end now, of one subscription or (null) of all; 0: nothing is measured. */
  readonly itemsPerSecond: (subscription: string | null) => number
}

/** The caller of the upload. */
export interface Uploader {
  /** Its items and jobs count there. */
  readonly subscription: string
  /** The event loop and memory are shared by caller: the name of a token, or an address. */
  readonly caller: string
}

/** The part of the budget that one upload takes; `leave()` releases all of it. */
export interface UploadPlace {
  /** Its turns on the event loop. */
  readonly slice: TimeSlice
  /** Counts items that are about to be accepted. @throws ProblemError `overloaded`, `quota_exceeded` */
  addItems(count: number): void
  /** Checks that this number of items could be accepted. @throws ProblemError `overloaded`, `quota_exceeded` */
  checkItems(count: number): void
  /** Counts a job that is about to be opened. @throws ProblemError `quota_exceeded` */
  addOpenJob(): void
  /** Counts bytes that are held. @throws ProblemError `overloaded` */
  hold(bytes: number): void
  leave(): void
}

/** Refuses new work before it exceeds capacity: too many bytes in memory or pending items. */
export class UploadBudget {
  readonly #options: UploadBudgetOptions
  #uploads = 0
  #items = 0
  /** The same by subscription, of those that have some. */
  readonly #itemsOf = new Map<string, number>()
  /** Jobs that are about to be opened, by subscription. */
  readonly #openJobsOf = new Map<string, number>()
  readonly #held: FairShare

  constructor(options: UploadBudgetOptions) {
    this.#options = options
    this.#held = new FairShare({ clock: options.clock, total: MAX_HELD_BYTES })
  }

  /** Uploads in progress. */
  get uploads(): number {
    return this.#uploads
  }

  /** Begins an upload. */
  enter({ subscription, caller }: Uploader): UploadPlace {
    this.#uploads++
    let items = 0
    let openJobs = 0
    let held: Lease | null = null
    let bytes = 0
    let left = false
    return {
      slice: new TimeSlice(caller),
      addItems: (count) => {
        if (count === 0) return
        this.check(count, subscription)
        items += count
        this.#items += count
        addTo(this.#itemsOf, subscription, count)
      },
      checkItems: (count) => this.check(count, subscription),
      addOpenJob: () => {
        this.#checkOpenJob(subscription)
        openJobs++
        addTo(this.#openJobsOf, subscription, 1)
      },
      hold: (more) => {
        if (more > 0) {
          held ??= this.#held.tryTake(caller, 0)
          if (held?.tryGrow(more) !== true) throw tooMuchHeld(this.#held.perCaller)
        } else held?.resize(bytes + more)
        bytes += more
      },
      leave: () => {
        if (left) return
        left = true
        this.#uploads--
        this.#items -= items
        addTo(this.#itemsOf, subscription, -items)
        addTo(this.#openJobsOf, subscription, -openJobs)
        held?.release()
      },
    }
  }

  /** Checks that this number of items more may become pending. @throws ProblemError `overloaded`, `quota_exceeded` */
  check(items: number, subscription: string): void {
    const { maxPendingItems, pendingItems, quotaOf, pendingItemsOf, itemsPerSecond } = this.#options
    const { maxPendingItems: limit } = quotaOf(subscription)
    if (limit !== null) {
      const pending = pendingItemsOf(subscription) + (this.#itemsOf.get(subscription) ?? 0)
      if (pending + items > limit)
        throw quotaExceeded({ limit, pending, items, itemsPerSecond: itemsPerSecond(subscription) })
    }
    const pending = pendingItems() + this.#items
    if (pending + items <= maxPendingItems) return
    throw overloaded(
      `pending items of all subscriptions must be at most ${maxPendingItems}: with this request there would be more`,
      secondsUntilCapacity(pending + items - maxPendingItems, itemsPerSecond(null)),
    )
  }

  #checkOpenJob(subscription: string): void {
    const { maxOpenJobs: limit } = this.#options.quotaOf(subscription)
    const open = this.#options.openJobsOf(subscription) + (this.#openJobsOf.get(subscription) ?? 0)
    if (open >= limit) throw tooManyOpenJobs(limit, open)
  }
}

function tooMuchHeld(perCaller: number): ProblemError {
  return overloaded(
    `bodies of one caller in memory must have at most ${perCaller} bytes, those of all callers ${MAX_HELD_BYTES}: with this one they have more`,
  )
}

/** Keeps only those that have some. */
function addTo(counts: Map<string, number>, subscription: string, count: number): void {
  const all = (counts.get(subscription) ?? 0) + count
  if (all === 0) counts.delete(subscription)
  else counts.set(subscription, all)
}
