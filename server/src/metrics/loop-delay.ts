import { type ELDHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import { quantiles } from './metric-table.ts'

const RESOLUTION_MS = 20
/** At least this long is looked back. */
const WINDOW_MS = 10_000

/** How late the main thread's timers are: over the last 10 to 20 s, however many look. */
export class LoopDelay {
  readonly #histograms: readonly [ELDHistogram, ELDHistogram]
  /** The one that covers the last time span; the other one began later. */
  #older: 0 | 1 = 0
  #swappedAtMs: number

  constructor(nowMs: number) {
    this.#histograms = [
      monitorEventLoopDelay({ resolution: RESOLUTION_MS }),
      monitorEventLoopDelay({ resolution: RESOLUTION_MS }),
    ]
    this.#swappedAtMs = nowMs
  }

  start(): void {
    for (const histogram of this.#histograms) histogram.enable()
  }

  stop(): void {
    for (const histogram of this.#histograms) histogram.disable()
  }

  /** Seconds by quantile, in the order of `quantiles`. */
  seconds(nowMs: number): readonly number[] {
    const read = this.#histograms[this.#older]
    // Each sample is the time between two ticks: what is above its own distance is the delay.
    const delays = quantiles.map((quantile) => {
      const ns = quantile === 1 ? read.max : read.percentile(quantile * 100)
      return read.count === 0 ? 0 : Math.max(0, ns / 1e9 - RESOLUTION_MS / 1000)
    })
    if (nowMs - this.#swappedAtMs >= WINDOW_MS) {
      read.reset()
      this.#older = this.#older === 0 ? 1 : 0
      this.#swappedAtMs = nowMs
    }
    return delays
  }
}
