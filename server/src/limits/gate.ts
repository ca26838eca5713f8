import type { RateLimitConfig } from '../model/channel.ts'

/** The capacity of a gate, for sizing lots. */
export interface GateCapacity {
  /** Units that may start until the horizon; Infinity without a limit, 0 while closed. */
  readonly units: number
  /** When the next unit may start, monotonic µs: not later than now if `units` says one may; Infinity while paused. */
  readonly untilUs: number
}

const BYTES = 64
// Cells of 8 bytes, each the bits of a 64-bit float (one compare-exchange moves a whole one).
const TAT = 0
const BLOCKED_UNTIL = 1
/** Microseconds per unit; 0: no limit. */
const UNIT_US = 2
const BURST = 3
// Cells of 4 bytes.
const PAUSED = 8
/** Odd while the limit is being written: readers look again, so that they never pair an old rate with a new burst. */
const CONFIG_VERSION = 9
/** Units taken or waived, modulo 2^32. */
const TAKEN = 10
/** 1: no TAT may pass `DURABLE_TAT`. */
const GUARDED = 11
/** A cell of 8 bytes behind the words: the latest TAT that outlives the process; -Infinity: none does. */
const DURABLE_TAT = 6

const float = new Float64Array(1)
const bits = new BigInt64Array(float.buffer)

function toBits(value: number): bigint {
  float[0] = value
  return bits[0]!
}

function toFloat(value: bigint): number {
  bits[0] = value
  return float[0]!
}

/**
 * Lets calls of one channel start: paused or not, blocked until a time, and never more than the rate allows (GCRA, the "virtual
 * scheduling" form of ITU-T I.371). Lives in shared memory, so that the thread that makes a call takes its token itself,
 * immediately before it (RAT-1, RAT-2); no locks. All times are monotonic µs of the one clock all threads share.
 */
export class Gate {
  /** The memory that another thread passes to `Gate.attach`. */
  readonly shared: SharedArrayBuffer
  readonly #cells: BigInt64Array
  readonly #words: Int32Array
  /** Time per unit that the TAT was counted in; a while without a limit leaves it as it is. Only where it is configured. */
  #owedInUs = 0

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(BYTES)) {
    this.shared = shared
    this.#cells = new BigInt64Array(shared)
    this.#words = new Int32Array(shared)
  }

  /** The same gate, on another thread. */
  static attach(shared: SharedArrayBuffer): Gate {
    return new Gate(shared)
  }

  /**
   * Sets the rate; null: no limit. It holds from the next call on: units taken stay taken, but what is still owed for them is paid back at
   * the new rate, so that nobody waits an hour for the last token of a limit that is no more. One thread only.
   */
  configure(rateLimit: RateLimitConfig | null, nowUs: number): void {
    const unitUs = rateLimit === null ? 0 : (rateLimit.periodMs * 1000) / rateLimit.limit
    const burst = rateLimit?.burst ?? 1
    Atomics.add(this.#words, CONFIG_VERSION, 1)
    // What is durable counts in another currency: nothing starts until it has been written anew.
    if (this.guarded && unitUs > 0 && unitUs !== this.#owedInUs) this.#write(DURABLE_TAT, -Infinity)
    this.#write(UNIT_US, unitUs)
    this.#write(BURST, burst)
    if (unitUs > 0) {
      if (this.#owedInUs > 0) this.#convertOwed({ nowUs, factor: unitUs / this.#owedInUs, mostUs: burst * unitUs })
      this.#owedInUs = unitUs
    }
    Atomics.add(this.#words, CONFIG_VERSION, 1)
  }

  pause(): void {
    Atomics.store(this.#words, PAUSED, 1)
  }

  resume(): void {
    Atomics.store(this.#words, PAUSED, 0)
  }

  get paused(): boolean {
    return Atomics.load(this.#words, PAUSED) === 1
  }

  /** Time between two units at the full rate, µs; 0: no limit. */
  get unitUs(): number {
    return this.#read(UNIT_US)
  }

  /** Units taken or waived since the gate was made, as a signed 32-bit number that wraps: only differences mean something. */
  get takenUnits(): number {
    return Atomics.load(this.#words, TAKEN)
  }

  /** Counts units as over that items on their way do not need after all: nobody waits for them to be taken. The rate stays as it is. */
  waive(units: number): void {
    Atomics.add(this.#words, TAKEN, units)
  }

  /** The theoretical arrival time: until then what was taken is owed. */
  get tatUs(): number {
    return this.#read(TAT)
  }

  /** Time per unit that the TAT is counted in, µs; 0: nothing was ever counted. Only where it is configured. */
  get owedInUs(): number {
    return this.#owedInUs
  }

  /** Another number after each change of the limit. */
  get configVersion(): number {
    return Atomics.load(this.#words, CONFIG_VERSION)
  }

  get guarded(): boolean {
    return Atomics.load(this.#words, GUARDED) === 1
  }

  /** The latest TAT that outlives the process, for a guarded gate; -Infinity: none does. */
  get durableTatUs(): number {
    return this.#read(DURABLE_TAT)
  }

  /** Lets nothing start any more whose TAT does not outlive the process (RAT-1 over restarts); so far none does. */
  guard(): void {
    this.#write(DURABLE_TAT, -Infinity)
    Atomics.store(this.#words, GUARDED, 1)
  }

  unguard(): void {
    Atomics.store(this.#words, GUARDED, 0)
  }

  /** Goes on where an earlier process may have come to, guarded: before the first `configure`, which converts it to the limit of today.
   * `isDurable` false: it is to be written anew. */
  restore({ tatUs, unitUs, isDurable }: { tatUs: number; unitUs: number; isDurable: boolean }): void {
    this.guard()
    this.#owedInUs = unitUs
    this.#write(TAT, tatUs)
    if (isDurable) this.#write(DURABLE_TAT, tatUs)
  }

  /** A later TAT outlives the process now. */
  raiseDurable(tatUs: number): void {
    this.#raise(DURABLE_TAT, tatUs)
  }

  /** Units that may start now or soon as far as the durable TAT goes; Infinity without a guard. */
  durableUnits(nowUs: number): number {
    if (!this.guarded) return Infinity
    const { unitUs } = this.#limit()
    if (unitUs === 0) return Infinity
    return Math.max(0, Math.floor((this.durableTatUs - Math.max(this.tatUs, nowUs)) / unitUs))
  }

  get blockedUntilUs(): number {
    return this.#read(BLOCKED_UNTIL)
  }

  /** Lets nothing start before a time. An earlier time than the one already set changes nothing. */
  blockUntil(untilUs: number): void {
    this.#raise(BLOCKED_UNTIL, untilUs)
  }

  /** Lets calls start again before the time set by `blockUntil`. */
  unblock(): void {
    this.#write(BLOCKED_UNTIL, 0)
  }

  /** Units that were taken and are not refilled; 0 without a limit. */
  owedUnits(nowUs: number): number {
    const { unitUs } = this.#limit()
    return unitUs === 0 ? 0 : Math.max(0, (this.tatUs - nowUs) / unitUs)
  }

  /** Sets how much of the bucket counts as taken, at most all of it: an earlier process knew it. Before the first unit is taken. */
  startOwing(units: number, nowUs: number): void {
    const { unitUs, burst } = this.#limit()
    this.#write(TAT, nowUs + Math.min(units, burst) * unitUs)
  }

  /** Empties the bucket: what an earlier process may have taken counts as taken (RAT-1 over restarts). */
  startEmpty(nowUs: number): void {
    const { unitUs, burst } = this.#limit()
    this.#raise(TAT, nowUs + burst * unitUs)
  }

  /**
   * Takes `cost` units if they may start now.
   * @returns 0 when taken; else how long until they might be, in µs: Infinity while paused, when `cost` is above the burst, or until
   *   a later TAT is durable
   */
  tryTake(cost: number, nowUs: number): number {
    const closedUs = this.#closedForUs(nowUs)
    if (closedUs > 0) return closedUs
    for (;;) {
      // Read anew after every try: the rate may have changed, and the TAT with it.
      const { unitUs, burst } = this.#limit()
      if (unitUs === 0) break
      if (cost > burst) return Infinity
      const seen = Atomics.load(this.#cells, TAT)
      const tatUs = toFloat(seen)
      const waitUs = tatUs - nowUs - (burst - cost) * unitUs
      if (waitUs > 0) return waitUs
      const nextUs = Math.max(nowUs, tatUs) + cost * unitUs
      if (this.#passesDurable(nextUs)) return Infinity
      if (Atomics.compareExchange(this.#cells, TAT, seen, toBits(nextUs)) !== seen) continue
      // The limit may have changed meanwhile, and what is durable with it: the token is lost then, the call does not start.
      if (this.#passesDurable(nextUs)) return Infinity
      break
    }
    Atomics.add(this.#words, TAKEN, cost)
    // Another thread may have read a Retry-After meanwhile (RAT-2): the token is lost then, the call does not start.
    return this.#closedForUs(nowUs)
  }

  /** Returns the capacity until `nowUs + horizonUs`, if nobody else takes anything. */
  available(nowUs: number, horizonUs = 0): GateCapacity {
    const untilUs = this.opensAtUs(1, nowUs)
    const { unitUs, burst } = this.#limit()
    const endUs = nowUs + horizonUs
    if (untilUs > endUs) return { units: 0, untilUs }
    if (unitUs === 0) return { units: Infinity, untilUs }
    // Nothing is saved up beyond the burst: the count begins when the bucket is as full as it will be at the opening.
    const fromUs = Math.max(this.#read(TAT), nowUs, this.blockedUntilUs)
    return { units: Math.max(1, Math.floor((endUs - fromUs) / unitUs) + burst), untilUs }
  }

  /** When the `units`-th unit from now on may start, if nobody else takes anything; Infinity while paused. */
  opensAtUs(units: number, nowUs: number): number {
    if (this.paused) return Infinity
    const { unitUs, burst } = this.#limit()
    const openUs = Math.max(nowUs, this.blockedUntilUs)
    if (unitUs === 0) return openUs
    return Math.max(openUs, Math.max(this.#read(TAT), openUs) + (units - burst) * unitUs)
  }

  #passesDurable(tatUs: number): boolean {
    return this.guarded && tatUs > this.durableTatUs
  }

  #closedForUs(nowUs: number): number {
    if (this.paused) return Infinity
    return Math.max(0, this.blockedUntilUs - nowUs)
  }

  #limit(): { unitUs: number; burst: number } {
    for (;;) {
      const version = Atomics.load(this.#words, CONFIG_VERSION)
      const unitUs = this.#read(UNIT_US)
      const burst = this.#read(BURST)
      if ((version & 1) === 0 && Atomics.load(this.#words, CONFIG_VERSION) === version) return { unitUs, burst }
    }
  }

  /** Converts the time owed for units taken to another unit; a bucket is never emptier than empty. */
  #convertOwed({ nowUs, factor, mostUs }: { nowUs: number; factor: number; mostUs: number }): void {
    for (;;) {
      const seen = Atomics.load(this.#cells, TAT)
      const owedUs = toFloat(seen) - nowUs
      if (owedUs <= 0) return
      const next = toBits(nowUs + Math.min(owedUs * factor, mostUs))
      if (Atomics.compareExchange(this.#cells, TAT, seen, next) === seen) return
    }
  }

  #read(cell: number): number {
    return toFloat(Atomics.load(this.#cells, cell))
  }

  #write(cell: number, value: number): void {
    Atomics.store(this.#cells, cell, toBits(value))
  }

  /** Sets a cell to a value unless it holds a larger one. */
  #raise(cell: number, value: number): void {
    for (;;) {
      const seen = Atomics.load(this.#cells, cell)
      if (toFloat(seen) >= value) return
      if (Atomics.compareExchange(this.#cells, cell, seen, toBits(value)) === seen) return
    }
  }
}
