import type { ChannelLoad } from './channel-load.ts'
import type { Leftover } from './lane.ts'
import type { Lot, LotEvents } from './lot.ts'

/** An item that keeps ending its thread when it runs there alone is poison, not a neighbour of poison. */
const MAX_KILLS = 2

/** An item whose call may have been made when its thread was lost. */
export interface DoubtfulItem {
  readonly load: ChannelLoad
  readonly events: LotEvents
  readonly record: Leftover['record']
  /** Threads it ended while it ran alone. */
  readonly kills: number
}

/**
 * Items that were running when their thread was lost, or whose outcome was lost with it. Nobody can say which of them ended the thread:
 * each runs again alone, with the next attempt number and without using up an attempt (RTY-2), and then it is clear.
 */
export class DoubtfulItems {
  #waiting: DoubtfulItem[] = []
  /** The one that runs alone now. */
  current: DoubtfulItem | null = null

  get size(): number {
    return this.#waiting.length + (this.current === null ? 0 : 1)
  }

  /** Counts the lost call and queues the item. @returns false when it has ended its thread too often: it is to be failed */
  add(load: ChannelLoad, leftover: Leftover, alone: boolean): boolean {
    const kills = alone ? (this.current?.kills ?? 0) + 1 : 0
    if (kills >= MAX_KILLS) return false
    const { record } = leftover
    const events = alone && this.current !== null ? this.current.events : leftover.events
    const again = {
      load,
      events,
      kills,
      record: { ...record, attempt: record.attempt + 1, throttled: record.throttled + 1 },
    }
    this.#waiting.push(again)
    return true
  }

  /** Takes the first item that can run now. */
  take(canRun: (item: DoubtfulItem) => boolean): DoubtfulItem | null {
    const at = this.#waiting.findIndex(canRun)
    if (at === -1) return null
    this.current = this.#waiting.splice(at, 1)[0]!
    return this.current
  }

  /** The one that runs was handed back without a call. */
  putBack(): void {
    if (this.current !== null) this.#waiting.push(this.current)
    this.current = null
  }

  /** Everything that waits, for handing back at the end. */
  takeAll(): readonly DoubtfulItem[] {
    const all = this.#waiting
    this.#waiting = []
    return all
  }
}

/** A lot of one item. */
export function lotOfOne({ load, record }: DoubtfulItem): Lot {
  return {
    channel: load.channel,
    slotsTaken: 1,
    count: 1,
    slots: Uint32Array.of(record.slot),
    jobRefs: Uint32Array.of(record.jobRef),
    indexes: Uint32Array.of(record.index),
    attempts: Uint16Array.of(record.attempt),
    throttled: Uint16Array.of(record.throttled),
  }
}
