import type { Gate } from '../limits/gate.ts'

/** A worker thread waits for a token that comes up this soon, and hands items back that would have to wait longer (RAT-4). */
const SHORT_WAIT_US = 4_000
/** Where no call waits longer than that for the one before it, tokens are handed over this long before they come up: fewer hops. */
const HORIZON_US = 25_000
/** What was handed over counts as not yet taken for one to two of these; after that it was taken, handed back, or stands behind slow calls. */
const WINDOW_US = 25_000
/** After a lot came back because the gate was closed, tokens are handed over only once they are there. */
const CAUTION_US = 100_000
/** The shortest time until the next look, so that a fast channel gets several tokens a hop. */
const PACE_US = 2_000
/** Calls that could take more items than there are tokens for wait this long for further ones; RAT-3 allows 50 ms. */
const GATHER_US = 35_000

/**
 * How much may be handed over on a limited channel, so that a limited item holds no worker (RAT-4): the tokens that come up soon,
 * without those that lots on their way are going to take. A call takes `perCall` units when it is full.
 */
export class GateBudget {
  readonly gate: Gate
  #windowStartUs = -Infinity
  /** Units handed over in this window and the one before, and what had been taken when each began. */
  #handed = 0
  #handedBefore = 0
  #takenAtStart = 0
  #takenAtStartBefore = 0
  #lastHandedUs = -Infinity
  #cautiousUntilUs = -Infinity

  constructor(gate: Gate) {
    this.gate = gate
  }

  /** Units that may be handed over now; Infinity without a limit. */
  units(nowUs: number, perCall: number): number {
    const horizonUs = this.#horizonUs(nowUs, perCall)
    const { units, untilUs } = this.gate.available(nowUs, horizonUs)
    if (untilUs > nowUs + SHORT_WAIT_US) return 0
    if (units === Infinity) return units
    const free = units - this.#outstanding(nowUs)
    if (free < perCall && nowUs < this.#lastHandedUs + this.#gatherUs(perCall)) return 0
    return Math.max(0, free)
  }

  handedOver(units: number, nowUs: number): void {
    this.#roll(nowUs)
    this.#handed += units
    this.#lastHandedUs = nowUs
  }

  /** Units came back unused. */
  cameBack(units: number, nowUs: number): void {
    this.#handed = Math.max(0, this.#handed - units)
    this.#cautiousUntilUs = nowUs + CAUTION_US
  }

  /** When to look again after `units` said 0, monotonic µs; Infinity while paused. */
  nextUs(nowUs: number, perCall: number): number {
    const { gate } = this
    const outstanding = gate.unitUs === 0 ? 0 : this.#outstanding(nowUs)
    const horizonUs = this.#horizonUs(nowUs, perCall)
    const fullUs = gate.opensAtUs(outstanding + perCall, nowUs) - horizonUs
    const someUs = Math.max(gate.opensAtUs(outstanding + 1, nowUs) - horizonUs, this.#lastHandedUs + this.#gatherUs(perCall))
    let nextUs = Math.min(fullUs, someUs)
    if (outstanding > 0) {
      // What is on its way may never take its tokens: then they are to be had as soon as it no longer counts.
      const forgottenUs = Math.max(this.#windowStartUs + 2 * WINDOW_US, gate.opensAtUs(1, nowUs) - horizonUs)
      nextUs = Math.min(nextUs, forgottenUs)
    }
    return Math.max(nextUs, gate.opensAtUs(1, nowUs) - SHORT_WAIT_US, nowUs + PACE_US)
  }

  #horizonUs(nowUs: number, perCall: number): number {
    if (nowUs < this.#cautiousUntilUs) return 0
    return perCall * this.gate.unitUs <= SHORT_WAIT_US ? HORIZON_US : SHORT_WAIT_US
  }

  #gatherUs(perCall: number): number {
    return perCall > 1 ? GATHER_US : 0
  }

  #outstanding(nowUs: number): number {
    this.#roll(nowUs)
    const taken = (this.gate.takenUnits - this.#takenAtStartBefore) | 0
    return Math.max(0, this.#handedBefore + this.#handed - taken)
  }

  #roll(nowUs: number): void {
    const elapsedUs = nowUs - this.#windowStartUs
    if (elapsedUs < WINDOW_US) return
    const taken = this.gate.takenUnits
    const quiet = elapsedUs >= 2 * WINDOW_US
    this.#handedBefore = quiet ? 0 : this.#handed
    this.#takenAtStartBefore = quiet ? taken : this.#takenAtStart
    this.#handed = 0
    this.#takenAtStart = taken
    this.#windowStartUs = nowUs
  }
}
