import { Verdict } from '../../model/outcome-batch.ts'
import type { UncalledOutcome } from '../../outcomes/uncalled-outcomes.ts'
import type { Backlog } from './backlog.ts'
import { ItemState } from './item-table.ts'

interface KeySkip {
  /** The parked item; it keeps its place, and so its key, until all behind it are done with. */
  readonly head: number
  /** Items of jobs that became eligible later came after the decision. */
  readonly lastSeq: number
  /** The decision is on the disk: only then anything follows from it. */
  durable: boolean
}

/** Items looked at in one step: about 1 ms, and the size of the commits that a long key is cleared in. */
const STEP_ITEMS = 1024

/**
 * Keys of which everything is skipped: those behind the parked item end `cancelled`, the longest waiting first, then the item itself
 * ends `failed`. The decision is durable first; should the process die in between, the next start resumes it.
 */
export class KeySkips {
  readonly #backlog: Backlog
  readonly #admittedTo: (channel: string) => number
  readonly #endWithoutCall: (items: readonly UncalledOutcome[]) => void
  #skips: KeySkip[] = []

  /** @param admittedTo all items of jobs of a channel up to this place in its order are in theirs */
  constructor(
    backlog: Backlog,
    options: {
      readonly endWithoutCall: (items: readonly UncalledOutcome[]) => void
      readonly admittedTo: (channel: string) => number
    },
  ) {
    this.#backlog = backlog
    this.#endWithoutCall = options.endWithoutCall
    this.#admittedTo = options.admittedTo
  }

  /** A parked item and those that stand behind it now. */
  start(head: number): void {
    const { partitions } = this.#backlog
    const lastSeq = this.#backlog.jobOf(partitions.last(head)).live.record.eligibleSeq
    this.#backlog.endWithoutCall(head)
    this.#skips.push({ head, lastSeq, durable: false })
    this.#endWithoutCall([{ ...this.#backlog.outcomeWithoutCall(head, Verdict.parked), skipsKeyTo: lastSeq }])
  }

  /** Resumes a skip that was decided before this start. */
  resume(head: number, lastSeq: number): void {
    this.#backlog.endWithoutCall(head)
    this.#skips.push({ head, lastSeq, durable: true })
  }

  /** The commit of an item that is parked. @returns true: it is that of a decision, the item does not park again */
  decided(handle: number): boolean {
    const skip = this.#skips.find(({ head }) => head === handle)
    if (skip === undefined) return false
    skip.durable = true
    return true
  }

  /** @returns true when it made progress: only then is there a reason to continue at once */
  step(): boolean {
    let moved = false
    this.#skips = this.#skips.filter((skip) => {
      if (!skip.durable || skip.lastSeq > this.#admittedTo(this.#channelOf(skip))) return true
      const outcomes: UncalledOutcome[] = []
      const over = this.#takeBehind(skip, outcomes)
      if (over) outcomes.push(this.#backlog.outcomeWithoutCall(skip.head, Verdict.failed))
      if (outcomes.length > 0) {
        moved = true
        this.#endWithoutCall(outcomes)
      }
      return !over
    })
    return moved && this.#skips.length > 0
  }

  #channelOf({ head }: KeySkip): string {
    return this.#backlog.jobOf(head).live.record.envelope.channel
  }

  /** @returns whether nothing is left behind the head, but what is on its way already */
  #takeBehind({ head, lastSeq }: KeySkip, outcomes: UncalledOutcome[]): boolean {
    const backlog = this.#backlog
    const { items } = backlog.partitions
    let handle = items.next(head)
    // The items taken last are not durable: the skip resumes when they are, so that a key of a million items does not fill the memory.
    if (items.state(handle) === ItemState.leaving) return false
    const { subscription } = backlog.jobOf(head)
    for (let looked = 0; handle !== head; looked++, handle = items.next(handle)) {
      if (looked === STEP_ITEMS) return false
      const job = backlog.jobOf(handle)
      if (job.live.record.eligibleSeq > lastSeq) return true
      // Those of a stopped job end with it; another subscription's stand here only if two hashes are equal.
      if (items.state(handle) !== ItemState.behind || job.stopped || job.subscription !== subscription) continue
      backlog.endWithoutCall(handle)
      outcomes.push(backlog.outcomeWithoutCall(handle, Verdict.cancelled))
    }
    return true
  }
}
