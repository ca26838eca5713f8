import type { Gate } from '../../limits/gate.ts'

/** A worker thread waits for a token that comes up this soon, and hands items back that would have to wait longer (RAT-4). */
const SHORT_WAIT_US = 4_000
/** Where no call waits longer than that for the one before it, items are dispatched this long before their tokens come up: fewer hops. */
const HORIZON_US = 25_000
/**
 * The same where workers resolve payloads first: each item is there this long before its token, and a worker waits for twice as long. Most APIs answer
 * within it.
 */
const PAYLOAD_HORIZON_US = 500_000
/** When no token was taken or promised for this long, those on their way are not waited for: they stand behind slow calls, or never come. */
const STALE_US = 40_000
/** The same where payloads are resolved first: an API that takes longer gets further requests meanwhile. */
const PAYLOAD_STALE_US = 2_000_000
/** After a lot was returned because the gate was closed, tokens are promised only once they are there. */
const CAUTION_US = 100_000
/** Lots are this far apart while tokens are on their way, so that a fast channel gets several a hop. */
const PACE_US = 5_000
/** The same where one request resolves the payloads of many items: enough to fill it, and still long before their tokens. */
const PAYLOAD_PACE_US = 150_000
/** The shortest time until the next look: timers are no better. */
const LOOK_US = 1_000
/** Calls that could take more items than there are tokens for wait this long for further ones; RAT-3 allows 50 ms. */
const GATHER_US = 35_000

/**
 * The budget of a limited channel, so that a limited item holds no worker (RAT-4): the tokens that come up soon,
 * without those that lots on their way are going to take. A call takes `perCall` units when it is full.
 */
export class GateBudget {
  readonly gate: Gate
  /** Whether workers resolve payloads before they take tokens. */
  resolvesPayloads = false
  /** Whether one request resolves those of many items. */
  resolvesMany = false
  #onTheWay = 0
  #takenSeen: number
  #lastMoveUs = -Infinity
  #lastHandedUs = -Infinity
  #cautiousUntilUs = -Infinity

  constructor(gate: Gate) {
    this.gate = gate
    this.#takenSeen = gate.takenUnits
  }

  /** Units that may be dispatched now; Infinity without a limit. */
  units(nowUs: number, perCall: number): number {
    const horizonUs = this.#horizonUs(nowUs, perCall)
    const { units, untilUs } = this.gate.available(nowUs, horizonUs)
    if (untilUs > nowUs + this.#aheadUs || this.gate.blockedUntilUs > nowUs + SHORT_WAIT_US) return 0
    if (units === Infinity) return units
    const onTheWay = this.onTheWay(nowUs)
    const free = units - onTheWay
    // Less than a pace's worth, and the workers still have work.
    if (onTheWay > 0 && nowUs < this.#lastHandedUs + this.#paceUs && free * this.gate.unitUs < this.#paceUs) return 0
    if (free < perCall && nowUs < this.#lastHandedUs + this.#gatherUs(perCall)) return 0
    return Math.max(0, free)
  }

  dispatched(units: number, nowUs: number): void {
    this.#onTheWay = this.onTheWay(nowUs) + units
    this.#lastHandedUs = nowUs
    this.#lastMoveUs = nowUs
  }

  /** Units were returned unused. */
  returned(units: number, nowUs: number): void {
    this.#onTheWay = Math.max(0, this.onTheWay(nowUs) - units)
    this.#cautiousUntilUs = nowUs + CAUTION_US
  }

  /** When to look again after `units` said 0, monotonic µs; Infinity while paused. */
  nextUs(nowUs: number, perCall: number): number {
    const { gate } = this
    const onTheWay = gate.unitUs === 0 ? 0 : this.onTheWay(nowUs)
    const horizonUs = this.#horizonUs(nowUs, perCall)
    const fullUs = gate.opensAtUs(onTheWay + perCall, nowUs) - horizonUs
    const someUs = Math.max(
      gate.opensAtUs(onTheWay + 1, nowUs) - horizonUs,
      this.#lastHandedUs + this.#gatherUs(perCall),
    )
    let nextUs = Math.min(fullUs, someUs)
    if (onTheWay > 0) {
      // What is on its way may never take its tokens: then they are to be had as soon as it no longer counts.
      nextUs = Math.min(Math.max(nextUs, this.#lastHandedUs + this.#paceUs), this.#lastMoveUs + this.#staleUs)
    }
    // Nothing is resolved before a `Retry-After` has passed either.
    const freeUs = Math.max(gate.opensAtUs(1, nowUs) - this.#aheadUs, gate.blockedUntilUs - SHORT_WAIT_US)
    return Math.max(nextUs, freeUs, nowUs + LOOK_US)
  }

  #horizonUs(nowUs: number, perCall: number): number {
    if (nowUs < this.#cautiousUntilUs) return 0
    if (this.resolvesPayloads) return PAYLOAD_HORIZON_US
    return perCall * this.gate.unitUs <= SHORT_WAIT_US ? HORIZON_US : SHORT_WAIT_US
  }

  /** How long before the next token items may be dispatched. */
  get #aheadUs(): number {
    return this.resolvesPayloads ? PAYLOAD_HORIZON_US : SHORT_WAIT_US
  }

  get #paceUs(): number {
    return this.resolvesMany ? PAYLOAD_PACE_US : PACE_US
  }

  get #staleUs(): number {
    return this.resolvesPayloads ? PAYLOAD_STALE_US : STALE_US
  }

  #gatherUs(perCall: number): number {
    return perCall > 1 ? GATHER_US : 0
  }

  /** Units dispatched that were not taken yet, as far as can be seen. */
  onTheWay(nowUs: number): number {
    const taken = (this.gate.takenUnits - this.#takenSeen) | 0
    if (taken > 0) {
      this.#takenSeen = (this.#takenSeen + taken) | 0
      this.#onTheWay = Math.max(0, this.#onTheWay - taken)
      this.#lastMoveUs = nowUs
    } else if (nowUs >= this.#lastMoveUs + this.#staleUs) this.#onTheWay = 0
    return this.#onTheWay
  }
}
