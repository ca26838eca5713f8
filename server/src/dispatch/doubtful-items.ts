import type { Clock } from '../runtime/clock.ts'
import type { RateReservation } from '../limits/rate-reservation.ts'
import type { ChannelLoad } from './channel-load.ts'
import type { Lane, Leftover } from './lane.ts'
import type { Lot, LotEvents } from './lot.ts'

/** An item that keeps ending its thread when it runs there alone is poison, not a neighbour of poison. */
const MAX_KILLS = 2
/** Wait until items are looked at again that could not run. */
const LOOK_AGAIN_MS = 50

/** An item whose call may have been made when its thread was lost. */
interface DoubtfulItem {
  readonly load: ChannelLoad<Lane>
  readonly record: Leftover['record']
  /** Threads it ended while it ran alone. */
  readonly kills: number
}

export interface DoubtfulItemsOptions {
  readonly clock: Clock
  readonly tats: RateReservation
  /** Opens a lane that runs one item at a time on a thread of its own. */
  readonly open: (load: ChannelLoad<Lane>) => Lane
  readonly deliver: (lane: Lane, lot: Lot, events: LotEvents) => void
}

/**
 * Items that were running when their thread was lost, or whose outcome was lost with it. Nobody can say which of them ended the thread:
 * each runs again alone, with the next attempt number and without using up an attempt (RTY-2), and then it is clear.
 */
export class DoubtfulItems {
  readonly #options: DoubtfulItemsOptions
  #waiting: DoubtfulItem[] = []
  /** The one that runs alone now. */
  #current: DoubtfulItem | null = null
  /** The lane it runs in, until that lane's thread is free again. */
  #lane: Lane | null = null
  #cancelLook: (() => void) | null = null
  #stopped = false

  constructor(options: DoubtfulItemsOptions) {
    this.#options = options
  }

  /** Counts the lost call and queues the item. @returns false when it has ended its thread too often: it is to be failed */
  add(lane: Lane, { record }: Leftover): boolean {
    const kills = lane.alone ? (this.#current?.kills ?? 0) + 1 : 0
    if (kills >= MAX_KILLS) return false
    this.#waiting.push({
      load: lane.load,
      kills,
      record: { ...record, attempt: record.attempt + 1, throttled: record.throttled + 1 },
    })
    return true
  }

  /** The item that ran alone has an outcome, or is among those that wait again. */
  currentEnded(): void {
    this.#current = null
  }

  /** The item that ran alone was returned without a call: it stays in doubt, as it was called before. */
  putBack(): void {
    if (this.#current !== null) this.#waiting.push(this.#current)
    this.#current = null
    this.#lookAgain()
  }

  /** Runs the next item that can run now. */
  runNext(): void {
    if (this.#stopped || this.#current !== null) return
    if (this.#waiting.length === 0) {
      this.#lane?.finish()
      return
    }
    if (this.#lane !== null && !this.#lane.open) return // until its thread is free
    const at = this.#waiting.findIndex(({ load }) => this.#mayRun(load))
    const item = this.#waiting[at]
    if (item === undefined) {
      this.#lookAgain()
      return
    }
    if (this.#lane !== null && (this.#lane.load !== item.load || this.#lane.pool !== item.load.pool)) {
      this.#lane.finish()
      return
    }
    this.#waiting.splice(at, 1)
    this.#current = item
    const lane = (this.#lane ??= this.#options.open(item.load))
    lane.outstanding += 1
    this.#options.deliver(lane, lotOfOne(item), {
      onUnstarted: () => {
        if (this.#current === item) this.putBack()
      },
      onCapacity: () => {
        if (this.#current === item) this.currentEnded() // its payload is lost, and it has failed for that
        this.runNext()
      },
    })
  }

  onThreadFree(lane: Lane): void {
    if (this.#lane === lane) this.#lane = null
    this.runNext()
  }

  /** Forgets the items of a channel: they have no outcome, and run again where it is adopted next. */
  drop(load: ChannelLoad<Lane>): void {
    this.#waiting = this.#waiting.filter((item) => item.load !== load)
    if (this.#current?.load === load) this.#current = null
  }

  stop(): void {
    this.#stopped = true
    this.#cancelLook?.()
  }

  #mayRun({ free, channel, suspendedUntilUs, held }: ChannelLoad<Lane>): boolean {
    const { clock, tats } = this.#options
    if (held) return false
    if (suspendedUntilUs > clock.monotonicUs()) return false
    return free > 0 && channel.gate.available(clock.monotonicUs()).units > 0 && tats.durableUnits(channel, 1) > 0
  }

  #lookAgain(): void {
    this.#cancelLook ??= this.#options.clock.after(LOOK_AGAIN_MS, () => {
      this.#cancelLook = null
      this.runNext()
    })
  }
}

/** A lot of one item. */
function lotOfOne({ load, record }: DoubtfulItem): Lot {
  return {
    channel: load.channel,
    permits: 1,
    count: 1,
    itemHandles: Uint32Array.of(record.itemHandle),
    jobRefs: Uint32Array.of(record.jobRef),
    indexes: Uint32Array.of(record.index),
    attempts: Uint16Array.of(record.attempt),
    throttled: Uint16Array.of(record.throttled),
    batched: null,
  }
}
