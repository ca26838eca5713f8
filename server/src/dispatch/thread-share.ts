import type { ChannelLoad } from './channel-load.ts'
import type { Lane } from './lane.ts'

/** How long a lane keeps its thread at least before it has to make way: changing costs about a millisecond. */
const MIN_HOLD_US = 100_000
/** An idle lane makes way without that: longer than the commit between two items of a key, after which the next one comes. */
export const MIN_IDLE_US = 5_000

type Load = ChannelLoad<Lane>

/**
 * Which channel may have a thread of the module pool: each runs one channel's code at a time. A slow channel never gets the last free thread (when
 * there is more than one), and who waits for a thread gets one in turn: the lane that had its thread longest takes no
 * further lots and goes when it is empty; a lane that is idle goes first, and at once when its channel has no job. What a channel costs here does not depend on how many wait.
 */
export class ThreadShare {
  readonly #total: number
  /** Lanes whose thread is not free again yet. */
  readonly #lanes = new Set<Lane>()
  /** Waiting channels: slow ones apart, as they may be skipped. */
  readonly #slow = new WaitingLine()
  readonly #quick = new WaitingLine()
  #nextTicket = 0

  /** @param total threads, 1 and up */
  constructor(total: number) {
    this.#total = total
  }

  get free(): number {
    return this.#total - this.#lanes.size
  }

  mayTake(load: Load): boolean {
    return load.pace.slow ? this.#slowMayTake : this.free > 0
  }

  take(lane: Lane): void {
    this.#lanes.add(lane)
    this.#leave(lane.load)
  }

  release(lane: Lane): void {
    this.#lanes.delete(lane)
  }

  /** The channel has work and no lane. One that waits already keeps its turn. */
  wait(load: Load): void {
    if (this.#ticketOf(load) === undefined) this.#lineOf(load).add(load, this.#nextTicket++)
  }

  /** The channel has no work any more. */
  forget(load: Load): void {
    this.#leave(load)
  }

  /** A channel has no job any more: its lanes make way as soon as they have nothing to do. */
  lastJobEnded(name: string): void {
    for (const { load } of this.#lanes) if (load.channel.name === name) load.jobless = true
  }

  /** The channel may have become slow, or quick again. */
  paceChanged(load: Load): void {
    const ticket = this.#ticketOf(load)
    if (ticket === undefined || this.#lineOf(load).ticketOf(load) !== undefined) return
    this.#leave(load)
    this.#lineOf(load).add(load, ticket)
  }

  /** A channel has work and no lane. */
  get contended(): boolean {
    return this.#first() !== null
  }

  /**
   * Offers the free threads to the channels that wait, in the order in which they began to: as many are asked as it takes until no thread is left for
   * any, each once. One that takes no thread, and still has work, waits again.
   */
  offerFree(ask: (load: Load) => void): void {
    const endTicket = this.#nextTicket
    while (this.free > 0) {
      const first = this.#slowMayTake ? this.#first() : this.#quick.first()
      if (first === null || first.ticket >= endTicket) return
      this.#leave(first.load)
      ask(first.load)
    }
  }

  /** The lane that has to make way now, if one has to; it is not asked twice. */
  laneToDrain(nowUs: number): Lane | null {
    const first = this.#first()?.load
    const jobless = first === undefined ? undefined : [...this.#lanes].find(isJobless)
    if (jobless !== undefined) return jobless
    if ([...this.#lanes].some((lane) => !lane.open)) return null // one at a time
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

  get #slowMayTake(): boolean {
    return this.free > (this.#total > 1 ? 1 : 0)
  }

  /** Returns the channel that has waited longest. */
  #first(): Waiting | null {
    const slow = this.#slow.first()
    const quick = this.#quick.first()
    if (slow === null || quick === null) return slow ?? quick
    return slow.ticket < quick.ticket ? slow : quick
  }

  #lineOf(load: Load): WaitingLine {
    return load.pace.slow ? this.#slow : this.#quick
  }

  #ticketOf(load: Load): number | undefined {
    return this.#slow.ticketOf(load) ?? this.#quick.ticketOf(load)
  }

  #leave(load: Load): void {
    this.#slow.delete(load)
    this.#quick.delete(load)
  }

  #lastThreadIsHeldSlowly(): boolean {
    return this.#total > 1 && this.free <= 0 && [...this.#lanes].every((lane) => lane.load.pace.slow)
  }
}

/** Nothing more comes until somebody submits it. */
function isJobless({ open, outstanding, load }: Lane): boolean {
  return open && outstanding === 0 && load.jobless
}

interface Waiting {
  readonly load: Load
  /** A lower number began to wait earlier. */
  readonly ticket: number
}

/** Channels one behind another; every step takes constant time, amortized (the first of a `Set` is found behind all that were deleted before it). */
class WaitingLine {
  readonly #tickets = new Map<Load, number>()
  /** Those that left are passed over when they have come to the head. */
  #entries: Waiting[] = []
  #head = 0

  add(load: Load, ticket: number): void {
    this.#tickets.set(load, ticket)
    this.#entries.push({ load, ticket })
    if (this.#head * 2 <= this.#entries.length) return
    this.#entries = this.#entries.slice(this.#head)
    this.#head = 0
  }

  delete(load: Load): void {
    this.#tickets.delete(load)
  }

  ticketOf(load: Load): number | undefined {
    return this.#tickets.get(load)
  }

  first(): Waiting | null {
    for (; this.#head < this.#entries.length; this.#head++) {
      const entry = this.#entries[this.#head]!
      if (this.#tickets.get(entry.load) === entry.ticket) return entry
    }
    this.#entries = []
    this.#head = 0
    return null
  }
}
