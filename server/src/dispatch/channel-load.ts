import type { Channel } from '../limits/channel-registry.ts'
import { Pace } from './lot-size.ts'

/** A lane as far as its calls are counted. */
export interface LanePermits {
  readonly alone: boolean
  /** May take lots. */
  readonly open: boolean
  /** Calls the thread may run at once for this lane. */
  granted: number
  /** Permits asked back and not yet returned. */
  owed: number
  /** Items sent, or being loaded, that are not accounted for. */
  readonly outstanding: number
  changePermits(change: number): void
}

/** Where the next lot of a channel goes, and how large it may be. */
export interface Placement<L extends LanePermits> {
  /** Null: a lane that is to be opened. */
  readonly lane: L | null
  readonly permits: number
  readonly items: number
}

/** The state of one channel on dispatch's main thread: its lanes, the calls it may run, its pace. */
export class ChannelLoad<L extends LanePermits> {
  readonly channel: Channel
  readonly pace = new Pace()
  /** Those that take lots from the scheduler. */
  readonly lanes = new Set<L>()
  /** No lot before this time (monotonic µs): payloads, or the connector, could not be loaded. */
  suspendedUntilUs = 0
  /** How often in a row the connector could not be loaded. */
  failedLoads = 0
  /** It takes no lot: the channel is being released. */
  held = false
  /** Its channel had no job any more after its last lot. */
  jobless = false
  /** The configuration its lanes have. */
  version: number
  #alone: L | null = null

  constructor(channel: Channel) {
    this.channel = channel
    this.version = channel.version
  }

  get batchSize(): number {
    const { connector } = this.channel.config
    return connector.type === 'sandbox' ? 1 : connector.batchSize
  }

  get pool(): 'http' | 'module' {
    return this.channel.config.connector.type === 'module' ? 'module' : 'http'
  }

  add(lane: L): void {
    if (lane.alone) this.#alone = lane
    else this.lanes.add(lane)
  }

  remove(lane: L): void {
    if (this.#alone === lane) this.#alone = null
    this.lanes.delete(lane)
  }

  /** Calls of the channel that are promised to threads. */
  get granted(): number {
    let granted = this.#alone?.granted ?? 0
    for (const lane of this.lanes) granted += lane.granted
    return granted
  }

  get free(): number {
    return Math.max(0, this.channel.config.concurrency - this.granted)
  }

  get running(): number {
    let running = this.#alone === null ? 0 : Math.min(this.#alone.granted, this.#alone.outstanding)
    for (const lane of this.lanes) running += Math.min(lane.granted, lane.outstanding)
    return running
  }

  /** Its lanes wait for the next token: another one would wait for the same. */
  waitsForToken(nowUs: number): boolean {
    return this.lanes.size > 0 && this.channel.gate.opensAtUs(1, nowUs) > nowUs
  }

  /**
   * Where a lot would go now; null: nowhere. A lane takes what it may run at once and about 20 ms of work waiting behind it, so
   * that its thread has the next item while the next lot is on its way.
   * @param mayOpen a thread is there for another lane
   */
  place(mayOpen: boolean): Placement<L> | null {
    const more = mayOpen && this.#needsAnotherLane()
    const share = this.#share(more)
    if (more && this.free > 0) {
      const permits = Math.min(share, this.free)
      return { lane: null, permits, items: this.#fullCalls(this.#capacity(permits)) }
    }
    let best: L | null = null
    let bestSpace = 0
    for (const lane of this.lanes) {
      if (!lane.open) continue
      const space = this.#capacity(lane.granted - lane.owed + this.#takeable(lane, share)) - lane.outstanding
      if (space > bestSpace) {
        best = lane
        bestSpace = space
      }
    }
    // Half a lot at least: a lane that is short of work asks for more in one piece, not for every item that ends.
    if (best === null || bestSpace < Math.max(1, this.#lotItems >> 1)) return null
    return {
      lane: best,
      permits: Math.max(1, best.granted - best.owed + this.#takeable(best, share)),
      items: this.#fullCalls(Math.min(bestSpace, this.pace.maxItems)),
    }
  }

  /** Returns the permits to send to a lane for the items that are in it; counts them as granted. */
  grant(lane: L): number {
    const share = lane.alone ? 1 : this.#share(false)
    const useful = Math.min(lane.outstanding, share) - lane.granted
    const permits = Math.max(0, Math.min(useful, this.free))
    lane.granted += permits
    return permits
  }

  /** Asks lanes for the permits they hold beyond their share: a lane was added, or the channel's concurrency was lowered. */
  askBack(): void {
    const share = this.#share(false)
    for (const lane of this.lanes) {
      const excess = lane.granted - lane.owed - share
      if (excess <= 0) continue
      lane.owed += excess
      lane.changePermits(-excess)
    }
  }

  /** More than its present lanes can do is to be done, and they cannot as their threads are busy. */
  #needsAnotherLane(): boolean {
    if (this.lanes.size === 0) return true
    if (this.lanes.size >= this.channel.config.concurrency || !this.pace.needsThread) return false
    const lot = this.#lotItems
    return [...this.lanes].every((lane) => !lane.open || lane.outstanding >= lot)
  }

  #share(withAnother: boolean): number {
    const lanes = Math.max(1, this.lanes.size + (withAnother ? 1 : 0))
    return Math.max(1, Math.ceil(this.channel.config.concurrency / lanes))
  }

  #takeable(lane: L, share: number): number {
    return Math.max(0, Math.min(this.free, share - lane.granted))
  }

  /** About 20 ms of work; where payloads are resolved first, as many items as a request for them takes. */
  get #lotItems(): number {
    const items = this.pace.lotItems(this.batchSize)
    const { payload } = this.channel.config
    return payload === null ? items : Math.min(Math.max(items, payload.batchSize), this.pace.maxItems)
  }

  /** As many items as fill calls: the rest of a lot would be a call of its own, whatever the next lot brings. */
  #fullCalls(items: number): number {
    return items < this.batchSize ? items : items - (items % this.batchSize)
  }

  #capacity(permits: number): number {
    const lot = this.#lotItems
    return Math.min(Math.max(permits * this.batchSize, lot) + lot, this.pace.maxLaneItems)
  }
}
