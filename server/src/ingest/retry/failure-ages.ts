import type { Telemetry } from '../../runtime/telemetry.ts'
import type { RetriableItem } from './retriable-items.ts'

/** Two digits: of a million items that failed over a month some hundred ages are left. */
const SIGNIFICANT_DIGITS = 2

/** Counts failed items by the time since they had failed, for one event when they are retried. */
export class FailureAges {
  readonly #counts = new Map<number, number>()
  readonly #nowMs: number

  constructor(nowMs: number) {
    this.#nowMs = nowMs
  }

  add(items: readonly Pick<RetriableItem, 'failedAtMs'>[]): void {
    for (const { failedAtMs } of items) {
      if (failedAtMs === null) continue
      const ageMs = Number(Math.max(0, this.#nowMs - failedAtMs).toPrecision(SIGNIFICANT_DIGITS))
      this.#counts.set(ageMs, (this.#counts.get(ageMs) ?? 0) + 1)
    }
  }

  /** Reports the items, which are retried durably. */
  report(channel: string, telemetry: Telemetry): void {
    if (this.#counts.size > 0) telemetry.emit('dead_letters.retried', { channel, counts: this.#counts })
  }
}
