import type { Channel } from '../../limits/channel-registry.ts'
import type { JobRef } from '../../model/ids.ts'
import { Verdict } from '../../model/outcome-batch.ts'
import type { NewData, UncalledOutcome } from '../../outcomes/uncalled-outcomes.ts'
import type { Clock } from '../../runtime/clock.ts'
import { type Backlog, PARKING_ID } from '../queues/backlog.ts'
import { ItemState } from '../queues/item-table.ts'
import { KeySkips } from '../queues/key-skips.ts'
import type { ChannelLine, JobLine } from '../queues/lines.ts'
import { wallAt } from '../../runtime/monotonic-at.ts'

/** The decision on a parked item, as the spec's `decision`; new data stands for `replace`. */
export type ParkedDecision = 'retry' | 'skip' | 'skip_key' | NewData

export interface ParkedQuery {
  readonly subscription: string
  readonly channel?: string | undefined
  readonly jobRef?: JobRef | undefined
  /** The last item of the page before. */
  readonly after?: { readonly jobRef: JobRef; readonly index: number } | undefined
  readonly limit: number
}

export interface ParkedPlace {
  readonly jobRef: JobRef
  readonly index: number
  /** Wall ms. */
  readonly sinceMs: number
}

export interface ParkingOptions {
  readonly backlog: Backlog
  readonly channels: { get(name: string): Channel | undefined }
  readonly clock: Clock
  readonly endWithoutCall: (items: readonly UncalledOutcome[]) => void
  /** All items of jobs of a channel up to this place in its order are in theirs. */
  readonly admittedTo: (channel: string) => number
}

/** Parked items: which there are, what is decided on them, and when nobody decided for too long. Each keeps its place until then (ORD-4). */
export class Parking {
  readonly #options: ParkingOptions
  readonly #skips: KeySkips
  /** When a channel's longest parked item is skipped, by the channel's number; Infinity: not among the waits. */
  readonly #setUs: number[] = []

  constructor(options: ParkingOptions) {
    this.#options = options
    this.#skips = new KeySkips(options.backlog, options)
  }

  /** Parked items of one subscription by job, then index: an order that does not change while they are read page by page. */
  list(query: ParkedQuery): ParkedPlace[] {
    const { backlog, clock } = this.#options
    const { after, limit } = query
    const places: ParkedPlace[] = []
    for (const job of this.#jobsOf(query)) {
      const jobRef = job.live.record.ref
      if (after !== undefined && jobRef < after.jobRef) continue
      let index = job.parked!.next(after?.jobRef === jobRef ? after.index + 1 : 0)
      for (; index >= 0; index = job.parked!.next(index + 1)) {
        if (places.length === limit) return places
        const sinceUs = job.subscription.channel.parked.timeAt(backlog.partitions.items.link(job.handleOf[index]! - 1))
        places.push({ jobRef, index, sinceMs: Math.round(wallAt(clock, sinceUs)) })
      }
    }
    return places
  }

  /** @returns false when the item is not parked, or no longer */
  resolve(at: { ref: JobRef; index: number }, decision: ParkedDecision): boolean {
    const { backlog } = this.#options
    const job = backlog.job(at.ref)
    const handle = (job?.handleOf[at.index] ?? 0) - 1
    if (job === undefined || job.stopped || handle < 0) return false
    if (backlog.partitions.items.state(handle) !== ItemState.parked) return false
    if (typeof decision === 'object') this.#retry(handle, decision)
    else if (decision === 'retry') this.#retry(handle)
    else if (decision === 'skip') this.#skip(handle)
    else this.#skips.start(handle)
    return true
  }

  /** Sees to it that a channel's longest parked item is skipped in time, also when the channel's settings have changed. */
  watch(line: ChannelLine): void {
    const { backlog, channels } = this.#options
    const channel = channels.get(line.name)
    const setUs = this.#setUs[line.number] ?? Infinity
    const dueUs = channel === undefined ? Infinity : line.parked.earliest + parkForUs(channel)
    if (dueUs >= setUs) return // what is set too early looks again
    if (setUs !== Infinity) backlog.waits.remove(PARKING_ID + line.number)
    backlog.waits.add(PARKING_ID + line.number, dueUs)
    this.#setUs[line.number] = dueUs
  }

  /** The time of a channel's longest parked item may have come; it was just taken out of the waits. Skips one at most. */
  onDue(line: ChannelLine): void {
    const { backlog, channels, clock } = this.#options
    this.#setUs[line.number] = Infinity
    const channel = channels.get(line.name)
    if (channel !== undefined && line.parked.earliest + parkForUs(channel) <= clock.monotonicUs()) {
      const handle = line.parked.earliestId
      if (backlog.jobOf(handle).stopped) backlog.dropParked(handle)
      else this.#skip(handle)
    }
    this.watch(line)
  }

  /** Resumes the skip of a key, by its item that is parked after a start. */
  resumeSkip(handle: number, skipsKeyTo: number): void {
    this.#skips.resume(handle, skipsKeyTo)
  }

  /** @returns true: this commit of a parked item is that of a decision, it does not park again */
  decided(handle: number): boolean {
    return this.#skips.decided(handle)
  }

  /** Skips a bounded number of items behind decided ones. @returns true when more can be done at once */
  step(): boolean {
    return this.#skips.step()
  }

  /** Retries an item once that is durable: a start must not park it again. */
  #retry(handle: number, replacement?: NewData): void {
    const { backlog, endWithoutCall } = this.#options
    backlog.endWithoutCall(handle)
    const item = backlog.outcomeWithoutCall(handle, Verdict.retry)
    endWithoutCall([{ ...item, throttled: item.attempt, replacement }])
  }

  #skip(handle: number): void {
    const { backlog, endWithoutCall } = this.#options
    backlog.endWithoutCall(handle)
    endWithoutCall([backlog.outcomeWithoutCall(handle, Verdict.failed)])
  }

  #jobsOf({ subscription, channel, jobRef }: ParkedQuery): JobLine[] {
    const { backlog } = this.#options
    const jobs: JobLine[] = []
    for (const job of jobRef === undefined ? backlog.jobs() : [backlog.job(jobRef)]) {
      if (job === undefined || job.parked === null || job.subscription.name !== subscription) continue
      if (channel === undefined || job.subscription.channel.name === channel) jobs.push(job)
    }
    return jobs.sort((a, b) => a.live.record.ref - b.live.record.ref)
  }
}

/** How long a channel's parked items wait for a decision. */
export function parkForUs(channel: Channel): number {
  return channel.config.parkForSeconds * 1e6
}
