import type { ChannelLoad } from './channel-load.ts'
import type { Lane } from './lane.ts'

/** How long a lane keeps its thread at least before it has to make way: changing costs about a millisecond. */
const MIN_HOLD_US = 100_000
/** An idle lane makes way without that: longer than the commit between two items of a key, after which the next one comes. */
export const MIN_IDLE_US = 5_000

/**
 * Which channel may have a thread of the module pool: each runs one channel's code at a time. A slow channel never gets the last free thread (when
 * there is more than one), and who waits for a thread gets one in turn: the lane that had its thread longest takes no
 * further lots and goes when it is empty; a lane that is idle goes first.
 */
export class ThreadShare {
  readonly #total: number
  /** Lanes whose thread is not free again yet. */
  readonly #lanes = new Set<Lane>()
  readonly #waiting = new Set<ChannelLoad<Lane>>()

  /** @param total threads, 1 and up */
  constructor(total: number) {
    this.#total = total
  }

  get free(): number {
    return this.#total - this.#lanes.size
  }

  mayTake(load: ChannelLoad<Lane>): boolean {
    if (this.free <= 0) return false
    return !(this.free === 1 && this.#total > 1 && load.pace.slow)
  }

  take(lane: Lane): void {
    this.#lanes.add(lane)
    this.#waiting.delete(lane.load)
  }

  release(lane: Lane): void {
    this.#lanes.delete(lane)
  }

  /** The channel has work and no lane. */
  wait(load: ChannelLoad<Lane>): void {
    this.#waiting.add(load)
  }

  /** A channel has work and no lane. */
  get contended(): boolean {
    return this.#waiting.size > 0
  }

  /** Channels that may have a thread now, in the order in which they began to wait; each is asked once. */
  takeWaiting(): readonly ChannelLoad<Lane>[] {
    const able = [...this.#waiting].filter((load) => this.mayTake(load))
    for (const load of able) this.#waiting.delete(load)
    return able
  }

  /** The lane that has to make way now, if one has to; it is not asked twice. */
  laneToDrain(nowUs: number): Lane | null {
    if ([...this.#lanes].some((lane) => !lane.open)) return null // one at a time
    const [first] = this.#waiting
    const isIdle = (lane: Lane): boolean => lane.outstanding === 0 && nowUs - lane.lastUsedUs >= MIN_IDLE_US
    const held = [...this.#lanes].filter((lane) => nowUs - lane.openedAtUs >= MIN_HOLD_US || isIdle(lane))
    if (first === undefined)
      return this.#lastThreadIsHeldSlowly() ? (held.findLast((lane) => lane.load.pace.slow) ?? null) : null
    const candidates = first.pace.slow && this.#total > 1 ? held.filter((lane) => lane.load.pace.slow) : held
    const idle = candidates.find((lane) => lane.outstanding === 0)
    if (idle !== undefined) return idle
    const most = Math.max(0, ...candidates.map((lane) => lane.load.lanes.size))
    return candidates.find((lane) => lane.load.lanes.size === most) ?? null
  }

  #lastThreadIsHeldSlowly(): boolean {
    return this.#total > 1 && this.free <= 0 && [...this.#lanes].every((lane) => lane.load.pace.slow)
  }
}
