import { SpanKind } from '@opentelemetry/api'
import type { Clock } from '../runtime/clock.ts'
import type { ReportedJob, TelemetryEvents } from '../runtime/telemetry.ts'
import type { EndedSpan, SpanPlace, SpanSink } from './ended-span.ts'
import { newSpanId, placeOf, sendPlace } from './span-places.ts'

/** Jobs whose requests have not been answered. Beyond it the oldest ones have no request in their traces. */
const MAX_UNANSWERED = 1000

interface UnansweredJob {
  readonly job: ReportedJob
  readonly total: number
  readonly atMs: number
}

/**
 * Spans of the caller's trace: one of each request that makes jobs, and below it one of each job. Requests whose caller does not record its trace
 * have none; those without a trace begin one.
 */
export class RequestSpans {
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #sink: SpanSink
  /** By the id of the job. */
  readonly #unanswered = new Map<string, UnansweredJob>()

  constructor({ clock, sink }: { readonly clock: Pick<Clock, 'nowMs'>; readonly sink: SpanSink }) {
    this.#clock = clock
    this.#sink = sink
  }

  jobCreated(job: ReportedJob): void {
    if (!sendPlace(job).sampled) return
    const unanswered = { job, total: job.total, atMs: this.#clock.nowMs() }
    this.#unanswered.set(keyOf(job.subscription, job.id), unanswered)
    if (this.#unanswered.size > MAX_UNANSWERED) this.#addOrphan(this.#unanswered.keys().next().value!)
  }

  requestEnded(event: TelemetryEvents['request.ended']): void {
    const { made, operation, requestId, route, status, durationMs, subscription, trace } = event
    const jobs = made.flatMap((id) => this.#take(subscription, id))
    const caller = trace === null ? null : placeOf(trace.traceparent)
    const first = jobs[0]
    // A refusal is recorded where somebody records the trace; one that begins none has nobody who looks for it.
    if (first === undefined && (caller?.sampled !== true || !makingOperations.has(operation ?? ''))) return
    const endMs = this.#clock.nowMs()
    const server: SpanPlace = {
      traceId: caller?.traceId ?? sendPlace(first!.job).traceId,
      spanId: newSpanId(),
      sampled: true,
    }
    this.#sink.add({
      ...{ name: route, kind: SpanKind.SERVER, traceId: server.traceId, spanId: server.spanId },
      ...{ parent: caller, tracestate: trace?.tracestate ?? null, startMs: endMs - durationMs, endMs },
      attributes: {
        'http.request.method': route.slice(0, route.indexOf(' ')),
        'http.route': route.slice(route.indexOf(' ') + 1),
        'http.response.status_code': status,
        'waybill.request.id': requestId,
        ...(status >= 500 && { 'error.type': String(status) }),
      },
      error: status >= 500 ? String(status) : undefined,
    })
    for (const made of jobs) this.#sink.add(sendSpan(made, server))
  }

  /** Adds the spans of jobs whose requests were not answered. */
  flush(): void {
    for (const key of this.#unanswered.keys()) this.#addOrphan(key)
  }

  #addOrphan(key: string): void {
    const unanswered = this.#unanswered.get(key)
    this.#unanswered.delete(key)
    if (unanswered !== undefined) this.#sink.add(sendSpan(unanswered, null))
  }

  /** The job of this id, or those of the execution that an answer names. */
  #take(subscription: string, id: string): UnansweredJob[] {
    const one = this.#unanswered.get(keyOf(subscription, id))
    if (one !== undefined) {
      this.#unanswered.delete(keyOf(subscription, id))
      return [one]
    }
    const jobs = [...this.#unanswered].filter(
      ([, { job }]) => job.subscription === subscription && job.envelope.executionId === id,
    )
    for (const [key] of jobs) this.#unanswered.delete(key)
    return jobs.map(([, job]) => job)
  }
}

const makingOperations: ReadonlySet<string> = new Set([
  'submitJob',
  'deliverItem',
  'createExecution',
  'retryJob',
  'retryDeadLetters',
])

function keyOf(subscription: string, id: string): string {
  return `${subscription}\n${id}`
}

function sendSpan({ job, total, atMs }: UnansweredJob, server: SpanPlace | null): EndedSpan {
  const { channel, executionId } = job.envelope
  const { traceId, spanId } = sendPlace(job)
  // Of several jobs that one request makes without a trace of the caller, each has its own.
  const isOfRequest = server?.traceId === traceId
  const caller = job.traceparent === null ? null : placeOf(job.traceparent)
  return {
    ...{ name: `send ${channel}`, kind: SpanKind.PRODUCER, traceId, spanId },
    parent: isOfRequest ? server : caller,
    links: isOfRequest || server === null ? [] : [server],
    startMs: job.createdAtMs,
    endMs: Math.max(atMs, job.createdAtMs),
    attributes: {
      'messaging.system': 'waybill',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': channel,
      'messaging.batch.message_count': total,
      'waybill.job.id': job.id,
      ...(executionId !== null && { 'waybill.execution.id': executionId }),
    },
  }
}
