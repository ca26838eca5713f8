import type { MessagePort } from 'node:worker_threads'
import type { OutcomeRecord } from '../model/outcome-batch.ts'
import type { ChannelLoad, LanePermits } from './channel-load.ts'
import type { GatheredLot, LotEvents } from './lot.ts'
import { type FromLane, ItemState, type LaneProgress, type Pulse, type ToLane } from './messages.ts'
import { encodeLot } from './messages-lot.ts'

/** Receives the events of a lane. */
export interface LaneListener {
  onReady(lane: Lane): void
  /** The connector cannot be loaded. */
  onUnavailable(lane: Lane, reason: string): void
  /** Items that ended are counted already; `unstarted` are for the lane's owner to return. */
  onProgress(lane: Lane, progress: LaneProgress, unstarted: readonly UnstartedItems[]): void
  onStuck(lane: Lane): void
  onLog(lane: Lane, log: Extract<FromLane, { kind: 'log' }>): void
  /** The port is closed; everything the thread posted has been received. What is left of the lots is in `leftovers()`. */
  onClosed(lane: Lane): void
}

export interface UnstartedItems {
  readonly events: LotEvents
  readonly itemHandles: Uint32Array
}

/** An item whose outcome was not received before its thread was gone. */
export interface Leftover {
  readonly events: LotEvents
  readonly state: number
  /** Start of a call that did not end after its time-out, wall ms; null: it is not known to be one. */
  readonly stuckSinceMs: number | null
  /** As the outcome's record would begin. */
  readonly record: Pick<OutcomeRecord, 'jobRef' | 'chunk' | 'index' | 'itemHandle' | 'attempt' | 'throttled'>
}

interface SentLot {
  readonly items: GatheredLot
  readonly events: LotEvents
  readonly base: number
  readonly states: Uint8Array
  /** 1 for items that are accounted for. */
  readonly received: Uint8Array
  left: number
  /** Items that were returned without a call. */
  unstarted: number
  /** Null: nobody wants to know of its end. */
  readonly onEnded: (() => void) | null
}

export interface LaneOptions {
  readonly load: ChannelLoad<Lane>
  readonly pool: 'http' | 'module'
  /** Runs items in doubt, one at a time, on a thread of its own. */
  readonly alone: boolean
  readonly port: MessagePort
  readonly pulse: Pulse
  readonly openedAtUs: number
  readonly listener: LaneListener
  /** Ends the lane's thread; null where the thread is shared with other channels. */
  readonly endThread: (() => void) | null
}

/** A thread that has not begun, or not loaded its connector, after this time will not. */
const START_US = 30_000_000
/** How much later than its own time-out a thread may show a sign of life on a busy machine. */
const BEAT_SLACK_US = 500_000
/** A lane that has had nothing to do for so long lets go of its connections, and a module's of its thread. */
const IDLE_US = 30_000_000

/** The main thread's half of a lane: what is in it, and what became of it. */
export class Lane implements LanePermits {
  readonly load: ChannelLoad<Lane>
  readonly pool: LaneOptions['pool']
  readonly alone: boolean
  readonly pulse: Pulse
  readonly openedAtUs: number
  /** Calls the thread may run at once for this lane. */
  granted = 0
  /** Permits asked back and not yet returned. */
  owed = 0
  /** Items sent, or being loaded, that are not accounted for. */
  outstanding = 0
  ready = false
  /** Gets no further lot: another channel needs the thread. */
  draining = false
  finishing = false
  /** The port is closed: nothing comes any more. */
  closed = false
  /** Resolves when everything of it was accounted for after that. */
  readonly whenClosed: Promise<void>
  /** The thread is being ended. */
  killed = false
  /** The connector could not be loaded, and that was reported. */
  unavailable = false
  lastUsedUs: number
  readonly #port: MessagePort
  readonly #endThread: (() => void) | null
  readonly #stuck = new Map<number, number>()
  #blocked = false
  #lots: SentLot[] = []
  #nextItem = 0

  constructor(options: LaneOptions) {
    this.load = options.load
    this.pool = options.pool
    this.alone = options.alone
    this.pulse = options.pulse
    this.openedAtUs = options.openedAtUs
    this.lastUsedUs = options.openedAtUs
    this.#endThread = options.endThread
    this.#port = options.port
    const { listener } = options
    this.#port.on('message', (message: FromLane) => {
      this.#receive(message, listener)
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    this.whenClosed = promise
    this.#port.on('close', () => {
      this.closed = true
      listener.onClosed(this)
      resolve()
    })
  }

  /** May take lots. */
  get open(): boolean {
    return !this.draining && !this.finishing && !this.killed
  }

  /** The thread shows no sign of life for longer than any call may take. */
  isLate(nowUs: number): boolean {
    if (this.pool !== 'module' || this.killed) return false
    const { lastBeatUs } = this.pulse
    if (!this.ready) return nowUs - this.openedAtUs > START_US
    const { connector } = this.load.channel.config
    const allowedMs = connector.timeoutMs + (connector.type === 'module' ? connector.abortGraceMs : 0)
    return nowUs - lastBeatUs > allowedMs * 1000 + BEAT_SLACK_US
  }

  isUnused(nowUs: number): boolean {
    return this.outstanding === 0 && nowUs - this.lastUsedUs > IDLE_US
  }

  /** The thread, or what the lane's task was to run on, never began. */
  get neverBegan(): boolean {
    return this.pulse.lastBeatUs === 0
  }

  /** @param options.onEnded called when all items are accounted for, and some of them were called. @default nobody */
  send(
    items: GatheredLot,
    events: LotEvents,
    { permits, onEnded = null }: { readonly permits: number; readonly onEnded?: (() => void) | null },
  ): void {
    const states = new SharedArrayBuffer(items.count)
    const lot: SentLot = {
      items,
      events,
      base: this.#nextItem,
      states: new Uint8Array(states),
      received: new Uint8Array(items.count),
      left: items.count,
      unstarted: 0,
      onEnded,
    }
    this.#nextItem = (this.#nextItem + items.count) >>> 0
    this.#lots.push(lot)
    const buffer = encodeLot(items.table, items)
    this.#post({ kind: 'lot', buffer, states, base: lot.base, permits }, [buffer])
  }

  changePermits(change: number): void {
    this.#post({ kind: 'permits', change })
  }

  configure(): void {
    this.#post({ kind: 'configure', config: this.load.channel.config })
  }

  /** Returns what has not started, ends what runs, then closes the port. */
  finish(): void {
    if (this.finishing) return
    this.finishing = true
    this.#post({ kind: 'finish' })
  }

  /**
   * Ends the thread, or where it is shared only this lane's connection to it.
   * @param options.blocked the thread shows no sign of life: the call on its stack is the one that does not end
   */
  kill(options: { readonly blocked: boolean }): void {
    this.killed = true
    this.#blocked = options.blocked
    if (this.#endThread === null) this.#port.close()
    else this.#endThread()
  }

  /** Closes the port at once; nothing more is received. */
  close(): void {
    this.#port.close()
  }

  /** Returns the items that are not accounted for after the port has closed. */
  leftovers(): readonly Leftover[] {
    const leftovers: Leftover[] = []
    for (const { items, events, base, states, received, onEnded } of this.#lots) {
      onEnded?.()
      for (let n = 0; n < items.count; n++) {
        if (received[n] === 1) continue
        leftovers.push({
          events,
          state: states[n]!,
          stuckSinceMs:
            this.#stuck.get((base + n) >>> 0) ??
            (this.#blocked && states[n] === ItemState.onStack ? this.pulse.callStartedAtMs : null),
          record: {
            jobRef: items.jobRefs[n]!,
            chunk: items.chunks[n]!,
            index: items.indexes[n]!,
            itemHandle: items.itemHandles[n]!,
            attempt: items.attempts[n]!,
            throttled: items.throttled[n]!,
          },
        })
      }
    }
    this.#lots = []
    this.outstanding = 0
    return leftovers
  }

  #receive(message: FromLane, listener: LaneListener): void {
    switch (message.kind) {
      case 'ready':
        this.ready = true
        listener.onReady(this)
        break
      case 'progress': {
        if (message.items !== null) for (const item of message.items) this.#account(item, true)
        const unstarted = message.unstarted === null ? [] : this.#takeUnstarted(message.unstarted)
        this.granted -= message.freedPermits
        this.owed = Math.max(0, this.owed - message.freedPermits)
        listener.onProgress(this, message, unstarted)
        break
      }
      case 'unavailable':
        listener.onUnavailable(this, message.reason)
        break
      case 'stuck':
        message.items.forEach((item, n) => this.#stuck.set(item, message.startedAtMs[n]!))
        listener.onStuck(this)
        break
      case 'log':
        listener.onLog(this, message)
        break
      case 'finished':
        this.#port.close()
        break
    }
  }

  /** Marks an item as accounted for. @returns its lot and its number in it */
  #account(item: number, called: boolean): { lot: SentLot; number: number } {
    for (const lot of this.#lots) {
      const number = (item - lot.base) >>> 0
      if (number >= lot.items.count) continue
      lot.received[number] = 1
      this.outstanding--
      if (!called) lot.unstarted++
      if (--lot.left === 0) {
        this.#lots.splice(this.#lots.indexOf(lot), 1)
        if (lot.unstarted < lot.items.count) lot.onEnded?.()
      }
      return { lot, number }
    }
    throw new Error(`Cannot account for item ${item} as the lane must hold it: it holds ${this.#lots.length} lots`)
  }

  #takeUnstarted(items: Uint32Array): UnstartedItems[] {
    const byEvents = new Map<LotEvents, number[]>()
    for (const item of items) {
      const { lot, number } = this.#account(item, false)
      const itemHandles = byEvents.get(lot.events) ?? []
      itemHandles.push(lot.items.itemHandles[number]!)
      byEvents.set(lot.events, itemHandles)
    }
    return [...byEvents].map(([events, itemHandles]) => ({ events, itemHandles: Uint32Array.from(itemHandles) }))
  }

  #post(message: ToLane, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer)
  }
}
