import type { JobRef } from '../../model/ids.ts'
import type { LiveJob } from '../../model/live-job.ts'
import { isEnded, Verdict } from '../../model/outcome-batch.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Backlog } from './backlog.ts'
import { ItemState } from './item-table.ts'
import type { JobLine } from './lines.ts'
import type { ParkedItem, Tried } from './tried-item.ts'
import { monotonicAt } from '../../runtime/monotonic-at.ts'

/** The keys of one chunk, and what is already known of its items. */
export interface ChunkKeys {
  readonly firstIndex: number
  readonly count: number
  /** Two words an item: the hash of its key; (0, 0): none. */
  readonly keys: Uint32Array
  /** One byte an item; those that have ended are passed over. Absent: all are new. */
  readonly verdicts?: Uint8Array | undefined
  /** Items that wait for a retry or are parked, by index. */
  readonly waiting?: readonly AdmittedWait[] | undefined
}

/** Where an item that was tried and not ended stood (the store's `RecoveredWait`). */
export interface AdmittedWait {
  readonly index: number
  readonly attempt: number
  readonly throttled: number
  readonly verdict: Verdict
  readonly retryAtMs: number
  /** End of its last call, wall ms. @default later than any */
  readonly endedAtMs?: number | undefined
  readonly skipsKeyTo?: number | undefined
}

interface Waiting {
  readonly live: LiveJob
  readonly chunks: readonly ChunkKeys[]
  /** Items counted as pending that are not in their places. */
  announced: number
  line: JobLine | null
  chunk: number
  /** Item within the chunk, and the next entry of its `waiting`. */
  at: number
  wait: number
}

export interface AdmissionOptions {
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicUs'>
  /** Up to which wall time each `Retry-After` of a channel was lifted; 0: none was. */
  readonly unblockedAtMs: (channel: string) => number
  /** An item is parked in its place, though it was decided that its key is skipped. */
  readonly onKeySkip: (handle: number, skipsKeyTo: number) => void
}

/** Jobs whose items take their places, one job after the other in the order in which they became eligible (ORD-5), in bounded steps. */
export class Admission {
  readonly #backlog: Backlog
  readonly #clock: Pick<Clock, 'nowMs' | 'monotonicUs'>
  readonly #onKeySkip: AdmissionOptions['onKeySkip']
  readonly #unblockedAtMs: AdmissionOptions['unblockedAtMs']
  readonly #queue: Waiting[] = []

  constructor(backlog: Backlog, { clock, onKeySkip, unblockedAtMs }: AdmissionOptions) {
    this.#backlog = backlog
    this.#clock = clock
    this.#onKeySkip = onKeySkip
    this.#unblockedAtMs = unblockedAtMs
  }

  /** All items of jobs of a channel up to this place in its order are in theirs. */
  admittedTo(channel: string): number {
    const next = this.#queue.find(({ live }) => channelOf(live) === channel)
    return next === undefined ? Infinity : next.live.record.eligibleSeq - 1
  }

  get empty(): boolean {
    return this.#queue.length === 0
  }

  /** Items of a job, or of a subscription's jobs on a channel, that were announced and have no place yet. */
  waitingItems(of: LiveJob | { readonly channel: string; readonly subscription: string }): number {
    let items = 0
    for (const { live, announced } of this.#queue) {
      const { envelope, subscription } = live.record
      if ('record' in of ? of === live : of.channel === envelope.channel && of.subscription === subscription)
        items += announced
    }
    return items
  }

  hasJob(ref: JobRef): boolean {
    return this.#queue.some(({ live }) => live.record.ref === ref)
  }

  /** Announces a job. Its items count as pending from now on. */
  add(live: LiveJob, chunks: readonly ChunkKeys[]): void {
    const announced = live.record.total - live.succeeded - live.failed - live.cancelled
    this.#backlog.pendingItems += announced
    live.eligibleAtMs ??= this.#clock.nowMs()
    const waiting: Waiting = { live, chunks, announced, line: null, chunk: 0, at: 0, wait: 0 }
    // Announced in a different order than they became eligible, they still are admitted in that one; the first may have begun.
    // Places of other channels say nothing.
    let place = this.#queue.length
    for (let n = place - 1; n >= 0; n--) {
      const other = this.#queue[n]!
      if (channelOf(other.live) !== channelOf(live)) continue
      if (other.line !== null || !isLater(other.live, live)) break
      place = n
    }
    this.#queue.splice(place, 0, waiting)
  }

  /** Gives at most `maxItems` items their places; all of one job, which is returned. Only when not empty. */
  step(maxItems: number): JobLine {
    const waiting = this.#queue[0]!
    const line = (waiting.line ??= this.#backlog.addJob(waiting.live))
    let left = maxItems
    while (!line.stopped && left > 0 && waiting.chunk < waiting.chunks.length) left -= this.#admit(waiting, line, left)
    if (line.stopped || waiting.chunk === waiting.chunks.length) this.#finish(waiting, line)
    return line
  }

  /** A job that is stopped before its turn came: its items take no places. False: it is not waiting for its turn. */
  drop(live: LiveJob): boolean {
    const place = this.#queue.findIndex((waiting) => waiting.live === live && waiting.line === null)
    if (place < 0) return false
    this.#backlog.pendingItems -= this.#queue[place]!.announced
    this.#queue.splice(place, 1)
    return true
  }

  #finish(waiting: Waiting, line: JobLine): void {
    this.#queue.shift()
    this.#backlog.pendingItems -= waiting.announced // 0, unless it was stopped half-way
    this.#backlog.finishAdmission(line)
  }

  #admit(waiting: Waiting, line: JobLine, most: number): number {
    const chunk = waiting.chunks[waiting.chunk]!
    const { keys, verdicts, firstIndex } = chunk
    const waits = chunk.waiting ?? []
    const end = Math.min(chunk.count, waiting.at + most)
    let { at, wait } = waiting
    this.#backlog.partitions.willAdd(keys, at, end)
    for (; at < end; at++) {
      if (verdicts !== undefined && isEnded(verdicts[at] as Verdict)) continue
      waiting.announced--
      const index = firstIndex + at
      const low = keys[at * 2]!
      const high = keys[at * 2 + 1]!
      while (wait < waits.length && waits[wait]!.index < index) wait++
      const tried = waits[wait]
      if (tried?.index !== index) this.#backlog.addItem(line, index, low, high)
      else {
        const at = { low, high, tried: this.#tried(line, tried) }
        const handle = this.#backlog.addTriedItem(line, index, at)
        const isParked = this.#backlog.partitions.items.state(handle) === ItemState.parked
        if (tried.skipsKeyTo !== undefined && isParked) this.#onKeySkip(handle, tried.skipsKeyTo)
      }
    }
    const done = at - waiting.at
    line.admitted = firstIndex + at
    const over = at === chunk.count
    waiting.at = over ? 0 : at
    waiting.wait = over ? 0 : wait
    if (over) waiting.chunk++
    return Math.max(done, 1)
  }

  #tried(line: JobLine, was: AdmittedWait): Tried | ParkedItem {
    const { attempt: attempts, throttled, verdict, retryAtMs, endedAtMs = Infinity } = was
    if (verdict !== Verdict.parked) {
      if (endedAtMs <= this.#unblockedAtMs(line.subscription.channel.name))
        return { attempts, throttled, retryAtMs: this.#clock.nowMs(), dueUs: this.#clock.monotonicUs() }
      return { attempts, throttled, retryAtMs, dueUs: monotonicAt(this.#clock, retryAtMs) }
    }
    // The record of a decision to skip its key has no time of parking: its own is the nearest.
    const sinceMs = retryAtMs > 0 ? retryAtMs : Math.min(endedAtMs, this.#clock.nowMs())
    return { attempts, throttled, sinceMs, sinceUs: monotonicAt(this.#clock, sinceMs) }
  }
}

function channelOf({ record }: LiveJob): string {
  return record.envelope.channel
}

/** Both are of one channel. */
function isLater(job: LiveJob, other: LiveJob): boolean {
  return job.record.eligibleSeq > other.record.eligibleSeq
}
