import type { Gate } from '../limits/gate.ts'
import { MAX_CHANNELS } from './metric-table.ts'

/** At least this long is looked back. */
const WINDOW_US = 10e6

/** The share of its allowed rate that each channel used over the last 10 to 20 s. */
export class RateUse {
  /** Of each row two looks at the gate, the older one first: when, and what had been taken (a counter that wraps). */
  readonly #atUs = new Float64Array(MAX_CHANNELS * 2)
  readonly #taken = new Int32Array(MAX_CHANNELS * 2)

  /** Forgets the looks of a row: it is another channel's. */
  clear(row: number): void {
    if (row < MAX_CHANNELS) this.#atUs.fill(0, row * 2, row * 2 + 2)
  }

  /** Looks at the gate of a row's channel. @returns 0 to 1; null: there is no limit, or this is the first look */
  look(row: number, gate: Pick<Gate, 'unitUs' | 'takenUnits'>, nowUs: number): number | null {
    const { unitUs, takenUnits } = gate
    if (unitUs === 0) {
      this.clear(row)
      return null
    }
    const older = row * 2
    const newer = older + 1
    if (this.#atUs[newer] === 0 || nowUs - this.#atUs[newer]! >= WINDOW_US) {
      this.#atUs[older] = this.#atUs[newer]!
      this.#taken[older] = this.#taken[newer]!
      this.#atUs[newer] = nowUs
      this.#taken[newer] = takenUnits
    }
    const from = this.#atUs[older] === 0 ? newer : older
    const elapsedUs = nowUs - this.#atUs[from]!
    if (elapsedUs <= 0) return null
    return Math.min(1, (((takenUnits - this.#taken[from]!) | 0) * unitUs) / elapsedUs)
  }
}
