import { SpanKind } from '@opentelemetry/api'
import { isHiddenChannel } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import type { ReportedEnd, ReportedJob, TelemetryEvents } from '../runtime/telemetry.ts'
import type { SpanEvent, SpanPlace, SpanSink } from './ended-span.ts'
import { jobPlace, newSpanId, sendPlace } from './span-places.ts'

/** Jobs whose states are kept until they end: about 10 MB. Of others the span has only what the job's record has. */
const MAX_JOBS = 10_000
const MAX_EVENTS = 32
/** Spans of lots in a job's trace. */
const MAX_LOT_SPANS = 100
/** The first lots have spans, later ones ever fewer, each this much further on: 100 spans reach to lot 400,000, with 20 ms of work each. */
const ALL_LOTS = 50
const LOT_STRIDE = 1.2

interface LiveTrace {
  readonly events: SpanEvent[]
  lots: number
  lotSpans: number
  nextLot: number
  /** Made for the first lot. */
  place: SpanPlace | null
}

/** Spans of jobs' own traces: one of the whole job at its end, linked to the request that created it, and below it some of its lots. */
export class JobSpans {
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #sink: SpanSink
  readonly #live = new Map<string, LiveTrace>()
  /** Of the job that had the last lot: the next one is mostly of the same job. */
  #lastJob: ReportedJob | null = null
  #lastTrace: LiveTrace | null = null

  constructor({ clock, sink }: { readonly clock: Pick<Clock, 'nowMs'>; readonly sink: SpanSink }) {
    this.#clock = clock
    this.#sink = sink
  }

  jobCreated(job: ReportedJob): void {
    this.#traceOf(job)
  }

  /** A job's state changed: an event of its span. */
  stateChanged(job: ReportedJob, state: string): void {
    const events = this.#traceOf(job)?.events
    if (events !== undefined && events.length < MAX_EVENTS) events.push({ name: state, atMs: this.#clock.nowMs() })
  }

  lotEnded({ channel, startedAtMs, endedAtMs, jobs }: TelemetryEvents['lot.ended']): void {
    for (const { job, items } of jobs) {
      if (this.#lastJob !== job) {
        this.#lastJob = job
        this.#lastTrace = isHiddenChannel(channel) ? null : this.#traceOf(job)
      }
      const trace = this.#lastTrace
      if (trace === null || trace.lots++ < trace.nextLot || trace.lotSpans >= MAX_LOT_SPANS) continue
      trace.lotSpans++
      trace.nextLot = trace.lots < ALL_LOTS ? trace.lots : Math.ceil(trace.lots * LOT_STRIDE)
      // What is dropped is not made.
      if (this.#sink.refuses()) continue
      const place = (trace.place ??= jobPlace(job))
      this.#sink.add({
        ...{ name: `lot ${channel}`, kind: SpanKind.INTERNAL, traceId: place.traceId, spanId: newSpanId() },
        ...{ parent: place, startMs: startedAtMs, endMs: endedAtMs },
        attributes: {
          'messaging.batch.message_count': items,
          'waybill.job.id': job.id,
          'waybill.lot.number': trace.lots,
        },
      })
    }
  }

  jobEnded(job: ReportedEnd): void {
    const { end, id, subscription, total, createdAtMs } = job
    const { channel, executionId } = job.envelope
    const events = this.#live.get(id)?.events ?? eventsOf(job)
    this.#live.delete(id)
    if (this.#lastJob?.id === id) this.#lastJob = this.#lastTrace = null
    if (end === null) return
    const { traceId, spanId } = jobPlace(job)
    const failed = end.outcome === 'failed' || end.outcome === 'expired'
    this.#sink.add({
      ...{ name: `process ${channel}`, kind: SpanKind.CONSUMER, traceId, spanId, events },
      ...{ links: [sendPlace(job)], startMs: createdAtMs, endMs: end.endedAtMs },
      attributes: {
        'messaging.system': 'waybill',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': channel,
        'messaging.batch.message_count': total,
        'waybill.job.id': id,
        'waybill.subscription': subscription,
        'waybill.job.outcome': end.outcome,
        'waybill.items.succeeded': end.succeeded,
        'waybill.items.failed': end.failed,
        'waybill.items.cancelled': end.cancelled,
        ...(executionId !== null && { 'waybill.execution.id': executionId }),
        ...(failed && { 'error.type': end.outcome }),
      },
      error: failed ? end.outcome : undefined,
    })
  }

  #traceOf(job: ReportedEnd | ReportedJob): LiveTrace | null {
    if ('end' in job && job.end !== null) return null
    let trace = this.#live.get(job.id)
    if (trace !== undefined) return trace
    if (this.#live.size >= MAX_JOBS) return null
    trace = { events: eventsOf(job), lots: 0, lotSpans: 0, nextLot: 0, place: null }
    this.#live.set(job.id, trace)
    return trace
  }
}

/** The states that a job's record remembers. */
function eventsOf(job: ReportedJob | ReportedEnd): SpanEvent[] {
  const startedAtMs = 'end' in job ? job.end?.startedAtMs : null
  return [
    { name: 'accepted', atMs: job.createdAtMs },
    ...(startedAtMs == null ? [] : [{ name: 'started', atMs: startedAtMs }]),
  ]
}
