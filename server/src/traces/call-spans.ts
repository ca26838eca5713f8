import { type Attributes, SpanKind } from '@opentelemetry/api'
import { maskUrl } from '@waybill/spec/rules'
import { CallTraceIds, type CallTracing } from '../model/call-trace.ts'
import type { ChannelConfig } from '../model/channel.ts'
import type { OutcomeDetail } from '../model/item.ts'
import { OutcomeView, TRACE_CHOSEN, TRACE_SAME_CALL, Verdict } from '../model/outcome-batch.ts'
import type { Clock } from '../runtime/clock.ts'
import type { CalledItems, ReportedJob, TelemetryEvents } from '../runtime/telemetry.ts'
import type { EndedSpan, SpanPlace, SpanSink } from './ended-span.ts'
import { CallSample } from './sample-calls.ts'
import { jobPlace, placeOf, sendPlace } from './span-places.ts'

export interface CallSpansOptions {
  readonly clock: Pick<Clock, 'monotonicUs' | 'after'>
  readonly sink: SpanSink
  readonly tracing: CallTracing
  readonly channels: { get(name: string): { readonly config: ChannelConfig } | undefined }
}

/** Why a call has a span. */
type Reason = 'ratio' | 'failure' | 'slowest' | 'parent'

type JobOf = TelemetryEvents['outcomes.committed']['jobOf']

/** A call in a batch: its records `from` up to `to`. */
interface EndedCall {
  readonly from: number
  readonly to: number
  readonly failed: boolean
}

/** The most characters of an error code that an attribute holds: as many as answers do. */
const MAX_CODE = 128

/** Makes spans of some calls out of the records of their outcomes: one pass over a batch, and nothing is made for the other calls. */
export class CallSpans {
  readonly #clock: CallSpansOptions['clock']
  readonly #sink: SpanSink
  readonly #ids: CallTraceIds
  readonly #channels: CallSpansOptions['channels']
  readonly #sample: CallSample<EndedSpan>
  /** Of the job whose calls had the last span: the next one is mostly of the same job. */
  #last: { readonly jobId: string; readonly place: SpanPlace } | null = null

  constructor({ clock, sink, tracing, channels }: CallSpansOptions) {
    this.#clock = clock
    this.#sink = sink
    this.#ids = new CallTraceIds(tracing)
    this.#channels = channels
    this.#sample = new CallSample(clock, (span) => this.#sink.add(span))
  }

  committed({ called, jobOf }: TelemetryEvents['outcomes.committed']): void {
    const nowMs = this.#clock.monotonicUs() / 1000
    for (const batch of called) this.#addCalls(batch, { jobOf, nowMs })
  }

  /** Adds the slowest calls so far. */
  flush(): void {
    this.#sample.flush()
  }

  /** Looks at three numbers of a call; at more only where it may have a span. */
  #addCalls(batch: CalledItems, { jobOf, nowMs }: { readonly jobOf: JobOf; readonly nowMs: number }): void {
    const { channel } = batch
    const view = new OutcomeView(batch)
    const { count } = view
    let slowestMs = this.#sample.slowestMs(channel)
    // The rest of a call whose records came in two batches begins none.
    for (let from = view.findCall(0, slowestMs); from < count; from = view.findCall(from + 1, slowestMs)) {
      const chosen = (view.trace(from) & TRACE_CHOSEN) !== 0
      const durationMs = view.endedAtMs(from) - view.startedAtMs(from)
      const call = callAt(view, from, batch.uncalled)
      if (call === null) continue
      const isFailure = !chosen && call.failed && this.#sample.takeFailure(channel, nowMs)
      const isSlowest = !chosen && !isFailure && durationMs > slowestMs
      if (!chosen && !isFailure && !isSlowest) continue
      const job = jobOf(view.jobRef(from))
      if (job === undefined) continue
      // A caller's flag may choose every call: what is dropped is not made.
      if (!isSlowest && this.#sink.refuses()) continue
      const span = this.#spanOf({ ...call, chosen }, { view, job, isFailure })
      if (span === null) continue
      if (isSlowest) {
        this.#sample.noteSlowest(channel, span, durationMs)
        slowestMs = durationMs
      } else this.#sink.add(span)
    }
  }

  /** Null: the call is part of a trace that nobody records. */
  #spanOf(
    { from, to, failed, chosen }: EndedCall & { readonly chosen: boolean },
    { view, job, isFailure }: { readonly view: OutcomeView; readonly job: ReportedJob; readonly isFailure: boolean },
  ): EndedSpan | null {
    const { channel } = job.envelope
    const [jobRef, index, attempt] = [view.jobRef(from), view.index(from), view.attempt(from)]
    const own = this.#ids.idsOf({ jobRef, index, attempt })
    const continued = job.continuesTrace && job.traceparent !== null ? placeOf(job.traceparent) : null
    if (continued?.sampled === false) return null
    const reason: Reason = continued !== null ? 'parent' : chosen ? 'ratio' : isFailure ? 'failure' : 'slowest'
    const config = this.#channels.get(channel)?.config
    const status = view.httpStatus(from)
    const code = failed ? (errorCode(view.detail(from)) ?? (status === 0 ? 'failed' : String(status))) : undefined
    return {
      name: nameOf(config, channel),
      kind: SpanKind.CLIENT,
      traceId: continued?.traceId ?? own.traceId,
      spanId: own.spanId,
      ...(continued !== null && { parent: sendPlace(job), tracestate: job.tracestate }),
      links: [this.#placeOf(job)],
      startMs: view.startedAtMs(from),
      endMs: view.endedAtMs(from),
      attributes: {
        ...targetOf(config),
        ...(status !== 0 && { 'http.response.status_code': status }),
        ...(code !== undefined && { 'error.type': code }),
        'waybill.job.id': job.id,
        'waybill.channel': channel,
        'waybill.item.index': index,
        'waybill.attempt': attempt,
        'waybill.call.items': to - from,
        'waybill.sampled_by': reason,
      },
      error: code,
    }
  }

  #placeOf(job: ReportedJob): SpanPlace {
    if (this.#last?.jobId !== job.id) this.#last = { jobId: job.id, place: jobPlace(job) }
    return this.#last.place
  }
}

/** The call that begins with a record; null: nothing was called. */
function callAt(view: OutcomeView, from: number, uncalled: CalledItems['uncalled']): EndedCall | null {
  let to = from
  let isCalled = false
  let failed = true
  do {
    isCalled ||= uncalled === null || !uncalled.has(to)
    failed &&= view.verdict(to) !== Verdict.succeeded
    to++
  } while (to < view.count && (view.trace(to) & TRACE_SAME_CALL) !== 0)
  return isCalled ? { from, to, failed } : null
}

function nameOf(config: ChannelConfig | undefined, channel: string): string {
  return config?.connector.type === 'http' ? methodOf(config.connector) : `deliver ${channel}`
}

type HttpConnector = Extract<ChannelConfig['connector'], { type: 'http' }>

/** The attributes that every request of a channel has: nothing that is made of the data of an item. */
function targetOf(config: ChannelConfig | undefined): Attributes {
  if (config?.connector.type !== 'http') return {}
  const { connector } = config
  const url = new URL(connector.url)
  return {
    'http.request.method': methodOf(connector),
    'server.address': url.hostname,
    'server.port': url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
    'url.full': maskUrl(connector.url),
  }
}

/** `_OTHER`, as the semantic conventions have it, where it depends on the item's action. */
function methodOf({ request }: HttpConnector): string {
  const methods = new Set(Object.values(request ?? {}).map((template) => template?.method ?? 'POST'))
  if (methods.size === 0) return 'POST'
  return methods.size === 1 ? [...methods][0]! : '_OTHER'
}

/** The code of a failed call. Nothing else of its details is shown: they may hold data of items. */
function errorCode(detail: Uint8Array | null): string | null {
  if (detail === null) return null
  try {
    const { error } = JSON.parse(Buffer.from(detail).toString('utf8')) as OutcomeDetail
    return error?.code.slice(0, MAX_CODE) ?? null
  } catch {
    return null
  }
}
