import { type HrTime, type SpanContext, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import type { TraceState } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace'
import type { Clock } from '../runtime/clock.ts'
import type { EndedSpan, SpanPlace, SpanSink } from './ended-span.ts'

export interface OtlpSpansOptions {
  readonly url: string
  readonly serviceName: string
  readonly version: string
  readonly clock: Pick<Clock, 'monotonicUs'>
  readonly onDropped: (cause: DropCause, count: number) => void
  /** Spans were exported. */
  readonly onExported?: () => void
}

/** Why spans are dropped: too many at once, too many that wait for the collector, or it did not take them. */
export type DropCause = 'rate' | 'queue_full' | 'export_failed'

/** Spans that wait for the collector: about 4 MB. */
const MAX_QUEUED = 2048
/** Spans of one request to the collector: what is made JSON in 2 ms. */
const MAX_BATCH = 256
const EXPORT_EVERY_MS = 1000
/** Making a span and sending it takes the main thread some 20 µs: at most 0.1 % of it. */
const MAX_PER_SECOND = 50
const BURST = 200
/** How long the last spans may take at the stop: a collector that does not answer holds nothing up. */
const CLOSE_MS = 2000

const scope = { name: 'waybill' }

/**
 * Sends spans to a collector by OTLP over HTTP (JSON), a batch at a time. Bounded in memory and work: what is too much, or not taken, is dropped and
 * reported, and nothing ever waits for the collector.
 */
export class OtlpSpans implements SpanSink {
  readonly #options: OtlpSpansOptions
  readonly #processor: SpanProcessor
  readonly #form: SpanForm
  #queued = 0
  #tokens = BURST
  #refilledAtMs: number

  private constructor(
    options: OtlpSpansOptions,
    { processorOf, form }: { processorOf: (exporter: SpanExporter) => SpanProcessor; form: SpanForm },
    exporter: SpanExporter,
  ) {
    this.#options = options
    this.#form = form
    this.#refilledAtMs = options.clock.monotonicUs() / 1000
    this.#processor = processorOf({
      export: (spans, done) => {
        this.#queued -= spans.length
        exporter.export(spans, (result) => {
          // ExportResultCode.SUCCESS
          if (result.code === 0) this.#options.onExported?.()
          else this.#options.onDropped('export_failed', spans.length)
          done(result)
        })
      },
      shutdown: () => exporter.shutdown(),
    })
  }

  /** Loads the libraries, which nothing else does. */
  static async open(options: OtlpSpansOptions): Promise<OtlpSpans> {
    const [sdk, { OTLPTraceExporter }, { defaultResource, resourceFromAttributes }, { TraceState }] = await Promise.all(
      [
        import('@opentelemetry/sdk-trace'),
        import('@opentelemetry/exporter-trace-otlp-http'),
        import('@opentelemetry/resources'),
        import('@opentelemetry/core'),
      ],
    )
    const { url, serviceName, version } = options
    const resource = defaultResource().merge(
      resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    )
    const processorOf = (exporter: SpanExporter): SpanProcessor =>
      new sdk.BatchSpanProcessor({
        exporter,
        maxQueueSize: MAX_QUEUED,
        maxExportBatchSize: MAX_BATCH,
        scheduledDelayMillis: EXPORT_EVERY_MS,
      })
    return new OtlpSpans(options, { processorOf, form: { resource, TraceState } }, new OTLPTraceExporter({ url }))
  }

  add(span: EndedSpan): void {
    if (this.refuses()) return
    this.#tokens--
    this.#queued++
    this.#processor.onEnd(readableSpan(span, this.#form))
  }

  refuses(): boolean {
    const nowMs = this.#options.clock.monotonicUs() / 1000
    this.#tokens = Math.min(BURST, this.#tokens + ((nowMs - this.#refilledAtMs) * MAX_PER_SECOND) / 1000)
    this.#refilledAtMs = nowMs
    if (this.#tokens >= 1 && this.#queued < MAX_QUEUED) return false
    this.#options.onDropped(this.#tokens < 1 ? 'rate' : 'queue_full', 1)
    return true
  }

  /** Exports what is left, for 2 s at most. */
  async close(): Promise<void> {
    const time = Promise.withResolvers<void>()
    const timer = setTimeout(time.resolve, CLOSE_MS)
    // What is not taken is reported by the exporter.
    await Promise.race([this.#processor.shutdown().catch(() => {}), time.promise])
    clearTimeout(timer)
  }
}

/** The facts that all spans share: the process they are of, and a class of a library that is loaded late. */
export interface SpanForm {
  readonly resource: Resource
  readonly TraceState: typeof TraceState
}

/** A span in the form that processors and exporters take. */
export function readableSpan(span: EndedSpan, { resource, TraceState }: SpanForm): ReadableSpan {
  const { name, kind, startMs, attributes, error } = span
  const endMs = Math.max(startMs, span.endMs)
  const state = span.tracestate == null ? undefined : new TraceState(span.tracestate)
  const context: SpanContext = {
    ...{ traceId: span.traceId, spanId: span.spanId, traceFlags: TraceFlags.SAMPLED },
    ...(state && { traceState: state }),
  }
  return {
    ...{ name, kind, attributes, resource, instrumentationScope: scope, ended: true },
    spanContext: () => context,
    ...(span.parent != null && { parentSpanContext: contextOf(span.parent, span.kind === SpanKind.SERVER) }),
    ...{ startTime: hrTime(startMs), endTime: hrTime(endMs), duration: hrTime(endMs - startMs) },
    status: error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
    links: (span.links ?? []).map((place) => ({ context: contextOf(place, false), attributes: {} })),
    events: (span.events ?? []).map((event) => ({ name: event.name, time: hrTime(event.atMs), attributes: {} })),
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
  }
}

function contextOf({ traceId, spanId, sampled }: SpanPlace, isRemote: boolean): SpanContext {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote }
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}
