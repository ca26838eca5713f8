import { monotonicUs } from './clock.ts'

/** A moment, by both clocks of a process. */
export interface LeaseTime {
  readonly monotonicUs: number
  readonly wallMs: number
}

/** A lease ends so long before others may take it away: for clocks that differ, and calls between the last check and the socket. */
const MARGIN_MS = 2000
/** The same for a short one, as a share of it. */
const SHORT_MARGIN = 1 / 5

/** Returns the end of a lease that was confirmed by a beat sent at that moment. @param ttlMs after so long without a beat others may fence the server */
export function leaseUntil(sent: LeaseTime, ttlMs: number): LeaseTime {
  const ms = ttlMs - Math.min(MARGIN_MS, ttlMs * SHORT_MARGIN)
  return { monotonicUs: sent.monotonicUs + ms * 1000, wallMs: sent.wallMs + ms }
}

/** Whether a lease has not ended: by neither clock, as the monotonic one stands while a machine sleeps, and the wall clock may be set back. */
export function isBefore(now: LeaseTime, until: LeaseTime): boolean {
  return now.monotonicUs < until.monotonicUs && now.wallMs < until.wallMs
}

/** Returns the present moment. */
export function leaseNow(): LeaseTime {
  return { monotonicUs: monotonicUs(), wallMs: Date.now() }
}

// Cells of 8 bytes: whole microseconds.
const UNTIL_MONOTONIC = 0
const UNTIL_WALL = 1
/** A cell of 4 bytes behind them. */
const MOVES = 4
const BYTES = 24

/**
 * Whether this server may call and answer for its channels. Lives in shared memory: the store's thread extends it, every thread checks it right
 * before a call. A server that shares its store with no other always holds it.
 */
export class Lease {
  /** The memory that another thread passes to `Lease.attach`; null: it never ends. */
  readonly shared: SharedArrayBuffer | null
  readonly #until: BigInt64Array | null
  readonly #words: Int32Array | null
  #wasRefused = false

  private constructor(shared: SharedArrayBuffer | null) {
    this.shared = shared
    this.#until = shared === null ? null : new BigInt64Array(shared, 0, 2)
    this.#words = shared === null ? null : new Int32Array(shared)
  }

  /** A lease that nobody can take. */
  static permanent(): Lease {
    return new Lease(null)
  }

  /** A lease that is not held yet. */
  static create(): Lease {
    return new Lease(new SharedArrayBuffer(BYTES))
  }

  /** The same lease, on another thread. */
  static attach(shared: SharedArrayBuffer | null): Lease {
    return new Lease(shared)
  }

  /** Whether it is held now. */
  holds(): boolean {
    if (this.#until === null || isBefore(leaseNow(), this.until)) return true
    this.#wasRefused = true
    return false
  }

  /** Whether `holds` of this object has returned false since the last call: whoever asked waits for the lease. */
  takeRefused(): boolean {
    const wasRefused = this.#wasRefused
    this.#wasRefused = false
    return wasRefused
  }

  /** Time until it ends unless it is extended, ms; 0: it is not held; Infinity: it never ends. */
  remainingMs(): number {
    if (this.#until === null) return Infinity
    const { monotonicUs: endUs, wallMs: endMs } = this.until
    const now = leaseNow()
    return Math.max(0, Math.min((endUs - now.monotonicUs) / 1000, endMs - now.wallMs))
  }

  /** When it ends. */
  get until(): LeaseTime {
    if (this.#until === null) return { monotonicUs: Infinity, wallMs: Infinity }
    return {
      monotonicUs: Number(Atomics.load(this.#until, UNTIL_MONOTONIC)),
      wallMs: Number(Atomics.load(this.#until, UNTIL_WALL)) / 1000,
    }
  }

  /** Moves its end. One thread only. */
  extend(until: LeaseTime): void {
    if (this.#until === null) return
    Atomics.store(this.#until, UNTIL_MONOTONIC, BigInt(Math.floor(until.monotonicUs)))
    Atomics.store(this.#until, UNTIL_WALL, BigInt(Math.floor(until.wallMs * 1000)))
  }

  /** Ends it now. The thread that extends it does so no more. */
  end(): void {
    this.extend({ monotonicUs: 0, wallMs: 0 })
  }

  /** Shows that the main thread's event loop turns: without it the lease is not extended. */
  move(): void {
    if (this.#words !== null) Atomics.add(this.#words, MOVES, 1)
  }

  /** Counts the calls of `move`, modulo 2^32. */
  get moves(): number {
    return this.#words === null ? 0 : Atomics.load(this.#words, MOVES)
  }
}
