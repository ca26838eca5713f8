import type { Gate } from '../limits/gate.ts'

/** Tokens are handed over this long before they come up: a worker thread waits less than the hop would cost. */
export const HORIZON_US = 25_000
/** What was handed over counts as not yet taken for one to two of these; after that it was taken, handed back, or is stuck behind slow calls. */
const WINDOW_US = 25_000
/** After a lot came back because the gate was closed, tokens are handed over only once they are there. */
const CAUTION_US = 100_000
/** Lots of a limited channel are at least this far apart, so that a fast one gets several tokens a hop; RAT-3 allows 50 ms. */
const PACE_US = 2_000

/**
 * How much may be handed over on a limited channel, so that a limited item holds no worker (RAT-4): the tokens that come up soon,
 * without those that lots on their way are going to take.
 */
export class GateBudget {
  readonly gate: Gate
  #windowStartUs = -Infinity
  /** Units handed over in this window and the one before, and what had been taken when each began. */
  #handed = 0
  #handedBefore = 0
  #takenAtStart = 0
  #takenAtStartBefore = 0
  #cautiousUntilUs = -Infinity

  constructor(gate: Gate) {
    this.gate = gate
  }

  /** Units that may be handed over now; Infinity without a limit. */
  units(nowUs: number): number {
    const { units } = this.gate.available(nowUs, this.#horizonUs(nowUs))
    return Number.isFinite(units) ? Math.max(0, units - this.#outstanding(nowUs)) : units
  }

  handedOver(units: number, nowUs: number): void {
    this.#roll(nowUs)
    this.#handed += units
  }

  /** Units came back unused. */
  cameBack(units: number, nowUs: number): void {
    this.#handed = Math.max(0, this.#handed - units)
    this.#cautiousUntilUs = nowUs + CAUTION_US
  }

  /** When to look again after `units` said 0, monotonic µs; Infinity while paused. */
  nextUs(nowUs: number): number {
    const horizonUs = this.#horizonUs(nowUs)
    const outstanding = this.gate.limited ? this.#outstanding(nowUs) : 0
    const openUs = this.gate.opensAtUs(outstanding + 1, nowUs) - horizonUs
    if (outstanding === 0) return Math.max(openUs, nowUs + PACE_US)
    // What is on its way may never take its tokens: then they are to be had as soon as it no longer counts.
    const forgottenUs = Math.max(this.#windowStartUs + 2 * WINDOW_US, this.gate.opensAtUs(1, nowUs) - horizonUs)
    return Math.max(Math.min(openUs, forgottenUs), nowUs + PACE_US)
  }

  #horizonUs(nowUs: number): number {
    return nowUs < this.#cautiousUntilUs ? 0 : HORIZON_US
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
