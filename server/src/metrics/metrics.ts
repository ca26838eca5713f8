import type { Service } from '../runtime/service.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import type { StoreSizes } from '../store/store-sizes.ts'
import { CallDurations } from './call-durations.ts'
import { ChannelRows } from './channel-rows.ts'
import { EventCounts } from './event-counts.ts'
import { type LivePorts, takeFigures } from './live-figures.ts'
import { LoopDelay } from './loop-delay.ts'
import type { MetricFacts } from './metric-families.ts'
import { type MetricsFormat, MetricsText } from './metrics-text.ts'
import { RateUse } from './rate-use.ts'
import { type AskedServers, serverFigures } from './server-figures.ts'

export interface MetricsOptions extends LivePorts, AskedServers {
  readonly telemetry: Telemetry
  readonly order: MetricFacts['order']
  readonly epoch: number
  /** Bytes of the store, measured now; null: it is in memory, or cannot be measured. Never rejects. */
  readonly sizes: () => Promise<StoreSizes | null>
  readonly version: string
  /** The two counters of items have the label `subscription`, too. */
  readonly subscriptionLabel: boolean
}

/** The text of metrics, and its media type. */
export interface MetricsAnswer {
  readonly contentType: string
  /** UTF-8; all who get it share it. */
  readonly body: Buffer
}

/** A text is given to all who ask within this time: whoever asks more often costs nothing more. */
const KEPT_MS = 1000

/**
 * Counts what the stages report, and shows it with what is live as metrics for Prometheus. Counts per commit and per batch; one
 * text is made at a time, in slices, whoever asks. Made by the composition root; nobody but HTTP calls it.
 */
export class Metrics implements Service {
  readonly #options: MetricsOptions
  readonly #rows = new ChannelRows()
  readonly #counts: EventCounts
  readonly #rateUse = new RateUse()
  /** Of the calls of each channel. */
  readonly durations: CallDurations
  readonly #loopDelay: LoopDelay
  readonly #stopListening: () => void
  readonly #kept = new Map<MetricsFormat, { readonly atMs: number; readonly answer: Promise<MetricsAnswer> }>()
  readonly #writers = new Map<MetricsFormat, MetricsText>()
  /** The text that is being made. */
  #making: Promise<unknown> = Promise.resolve()

  /** Counts from here on: recovery is counted, too. */
  constructor(options: MetricsOptions) {
    this.#options = options
    this.#counts = new EventCounts(this.#rows, { bySubscription: options.subscriptionLabel })
    this.#rows.onFreed((row) => this.#rateUse.clear(row))
    this.durations = new CallDurations(options.clock, { rows: this.#rows, histogram: this.#counts.duration })
    this.#loopDelay = new LoopDelay(options.clock.monotonicUs() / 1000)
    this.#stopListening = this.#counts.listen(options.telemetry)
  }

  start(): void {
    this.#loopDelay.start()
    this.durations.start()
  }

  stop(): void {
    this.#stopListening()
    this.#loopDelay.stop()
    this.durations.stop()
  }

  /** The text as of now, or at most a second old. */
  read(format: MetricsFormat): Promise<MetricsAnswer> {
    const nowMs = this.#options.clock.monotonicUs() / 1000
    const kept = this.#kept.get(format)
    if (kept !== undefined && nowMs - kept.atMs < KEPT_MS) return kept.answer
    const answer = this.#making.then(() => this.#make(format))
    this.#making = answer.catch(() => null)
    this.#kept.set(format, { atMs: nowMs, answer })
    answer.catch(() => this.#kept.delete(format))
    return answer
  }

  async #make(format: MetricsFormat): Promise<MetricsAnswer> {
    const { clock, order, epoch, version } = this.#options
    const [figures, sizes, servers] = await Promise.all([
      takeFigures(this.#options, { rows: this.#rows, rateUse: this.#rateUse }),
      this.#options.sizes(),
      serverFigures(this.#options, clock),
    ])
    let writer = this.#writers.get(format)
    if (writer === undefined) this.#writers.set(format, (writer = new MetricsText(format)))
    const text = await writer.write({
      ...{ rows: this.#rows, counts: this.#counts, figures, order, sizes, servers, epoch, version },
      loopDelay: this.#loopDelay.seconds(clock.monotonicUs() / 1000),
      node: process.versions.node,
    })
    return { contentType: writer.contentType, body: Buffer.from(text) }
  }
}
