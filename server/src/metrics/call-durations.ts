import type { Clock } from '../runtime/clock.ts'
import type { Service } from '../runtime/service.ts'
import type { ChannelRows } from './channel-rows.ts'
import type { RowHistogram } from './row-histogram.ts'

/** How often the counts are kept, ms. */
const KEEP_EVERY_MS = 60_000
/** As many of them are kept: the window is one more minute long at most. */
const KEPT = 5

/** Durations of a channel's calls that became durable in the window. */
export interface CallDurationsView {
  /** Length of the window: 0 to 360. */
  readonly seconds: number
  /** 1 and up. */
  readonly calls: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p99Ms: number
}

interface KeptCounts {
  readonly atMs: number
  readonly counts: Float64Array
}

/**
 * How long calls of each channel took over the last five to six minutes: the counts of the histogram now, less those of then. Costs a copy of them a
 * minute. Made by `Metrics`.
 */
export class CallDurations implements Service {
  readonly #clock: Pick<Clock, 'monotonicUs' | 'after'>
  readonly #rows: Pick<ChannelRows, 'find' | 'onFreed'>
  readonly #histogram: RowHistogram
  readonly #kept: KeptCounts[] = []
  #cancel: () => void = () => {}

  constructor(
    clock: Pick<Clock, 'monotonicUs' | 'after'>,
    { rows, histogram }: { readonly rows: Pick<ChannelRows, 'find' | 'onFreed'>; readonly histogram: RowHistogram },
  ) {
    this.#clock = clock
    this.#rows = rows
    this.#histogram = histogram
    // It begins at 0 for its new channel.
    rows.onFreed((row) => {
      for (const { counts } of this.#kept) histogram.clearIn(counts, row)
    })
    this.#keep()
  }

  start(): void {
    this.#cancel = this.#clock.after(KEEP_EVERY_MS, () => {
      this.#keep()
      this.start()
    })
  }

  stop(): void {
    this.#cancel()
  }

  /** Null: no call of the channel became durable in the window, or it is not counted by itself. */
  of(channel: string): CallDurationsView | null {
    const row = this.#rows.find(channel)
    const oldest = this.#kept[0]
    if (row === null || oldest === undefined) return null
    const percentiles = this.#histogram.percentilesSince(oldest.counts, row, [0.5, 0.9, 0.99])
    if (percentiles === null) return null
    const { count, values } = percentiles
    const [p50Ms = 0, p90Ms = 0, p99Ms = 0] = values.map((seconds) => Math.round(seconds * 1e4) / 10)
    return { seconds: Math.round((this.#nowMs() - oldest.atMs) / 1000), calls: count, p50Ms, p90Ms, p99Ms }
  }

  #keep(): void {
    this.#kept.push({ atMs: this.#nowMs(), counts: this.#histogram.copy() })
    if (this.#kept.length > KEPT + 1) this.#kept.shift()
  }

  #nowMs(): number {
    return this.#clock.monotonicUs() / 1000
  }
}
