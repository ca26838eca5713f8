import { OutcomeView } from '../model/outcome-batch.ts'
import type { LaneProgress } from './messages.ts'

/** Work in a lot: long enough that the hop to the thread costs nothing beside it, short enough that no channel holds a thread. */
const LOT_US = 20_000
/** Where a lot's own cost on the main thread (copying lines) comes near the 5 ms that nothing of ours may take. */
const MAX_LOT_ITEMS = 5000
/** Memory of a lot in flight. */
export const MAX_LOT_BYTES = 8 * 1024 * 1024
/** Memory of all that a lane holds, running or waiting: 64 of the largest items. */
const MAX_LANE_BYTES = 64 * 1024 * 1024
/** The first lots of a channel nobody has measured: calls in them. */
const FIRST_CALLS = 16
/** Over what time a measurement fades to 1/e. */
const FADE_US = 200_000
/** A channel whose calls take longer holds a thread for a time that others would notice. */
const SLOW_CALL_MS = 100

/** How fast a channel's lanes get through their items, measured; decides how large its lots are. */
export class Pace {
  #items = 0
  #busyUs = 0
  #activeUs = 0
  #bytes = 0
  #sizedItems = 0
  #callMs = 0

  /**
   * Takes what a lane did in a time in which it had something to do.
   * @param progress.callMs how long one of its calls took; null: none ended
   */
  add(progress: { items: number; busyUs: number; activeUs: number; callMs: number | null }): void {
    const fade = Math.exp(-progress.busyUs / FADE_US)
    this.#items = this.#items * fade + progress.items
    this.#busyUs = this.#busyUs * fade + progress.busyUs
    this.#activeUs = this.#activeUs * fade + Math.min(progress.activeUs, progress.busyUs)
    if (progress.callMs !== null) this.#callMs += (progress.callMs - this.#callMs) / 4
  }

  addProgress({ outcomes, busyUs, activeUs }: Pick<LaneProgress, 'outcomes' | 'busyUs' | 'activeUs'>): void {
    if (outcomes === null) {
      this.add({ items: 0, busyUs, activeUs, callMs: null })
      return
    }
    const view = new OutcomeView(outcomes)
    this.add({ items: view.count, busyUs, activeUs, callMs: view.endedAtMs(0) - view.startedAtMs(0) })
  }

  addSizes(items: number, bytes: number): void {
    this.#sizedItems = this.#sizedItems / 2 + items
    this.#bytes = this.#bytes / 2 + bytes
  }

  /** Items that a lane gets through in about 20 ms. */
  lotItems(batchSize: number): number {
    const items =
      this.#busyUs > 0 && this.#items > 0 ? Math.round((this.#items / this.#busyUs) * LOT_US) : FIRST_CALLS * batchSize
    return Math.min(Math.max(items, 1), this.maxItems)
  }

  /** Items that a lot may hold at most, by number and by memory. */
  get maxItems(): number {
    return Math.min(MAX_LOT_ITEMS, this.#itemsIn(MAX_LOT_BYTES))
  }

  /** Items that a lane may hold at most, by memory. */
  get maxLaneItems(): number {
    return this.#itemsIn(MAX_LANE_BYTES)
  }

  /** Whether its thread runs code for most of the time: then another thread would bring more. */
  get needsThread(): boolean {
    return this.#activeUs > this.#busyUs / 2
  }

  get slow(): boolean {
    return this.#callMs > SLOW_CALL_MS
  }

  #itemsIn(bytes: number): number {
    if (this.#sizedItems < 1) return Infinity
    return Math.max(1, Math.floor(bytes / (this.#bytes / this.#sizedItems)))
  }
}
