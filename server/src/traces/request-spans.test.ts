import { SpanKind } from '@opentelemetry/api'
import { beforeEach, expect, test } from 'vitest'
import type { ReportedJob, TelemetryEvents } from '../runtime/telemetry.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import type { EndedSpan } from './ended-span.ts'
import { RequestSpans } from './request-spans.ts'

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const caller = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`, tracestate: 'v=1' }

let spans: EndedSpan[]
let requests: RequestSpans

beforeEach(() => {
  spans = []
  requests = new RequestSpans({
    clock: new FakeClock(),
    sink: { add: (span) => void spans.push(span), refuses: () => false },
  })
})

function jobOf(number: number, more: Partial<ReportedJob> = {}): ReportedJob {
  return {
    id: `job_${number.toString(16).padStart(32, '0')}`,
    ...{ subscription: 'acme', total: 5, createdAtMs: 0, traceparent: null, tracestate: null, continuesTrace: false },
    envelope: { channel: 'shop', executionId: null, source: null },
    ...more,
  }
}

function answered(more: Partial<TelemetryEvents['request.ended']>) {
  requests.requestEnded({
    ...{ operation: 'submitJob', route: 'POST /v1/jobs', subscription: 'acme', requestId: 'req_1', trace: null },
    ...{ made: [], status: 202, statusClass: '2xx', durationMs: 3, ...more },
  })
}

const ofKind = (kind: SpanKind) => spans.filter((span) => span.kind === kind)

test('a request that made a job is a child of its caller, and the job a child of it', () => {
  const job = jobOf(1, { traceparent: caller.traceparent })
  requests.jobCreated(job)
  expect(spans).toEqual([])
  answered({ made: [job.id], trace: caller })
  const [server, send] = [ofKind(SpanKind.SERVER)[0]!, ofKind(SpanKind.PRODUCER)[0]!]
  expect(server).toMatchObject({ traceId: TRACE_ID, parent: { spanId: '00f067aa0ba902b7' }, tracestate: 'v=1' })
  expect(send).toMatchObject({ traceId: TRACE_ID, parent: { spanId: server.spanId }, links: [] })
})

test('the jobs of an execution share its request, of their subscription alone', () => {
  const envelope = { channel: 'shop', executionId: 'nightly', source: null }
  for (const n of [1, 2]) requests.jobCreated(jobOf(n, { envelope }))
  requests.jobCreated(jobOf(3, { envelope, subscription: 'globex' }))
  answered({ made: ['nightly'], route: 'POST /v1/executions' })
  const [server] = ofKind(SpanKind.SERVER)
  expect(ofKind(SpanKind.PRODUCER).map(({ parent }) => parent?.spanId)).toEqual([server!.spanId, server!.spanId])
})

test('a job that names an execution is of the request that made it', () => {
  const envelope = { channel: 'shop', executionId: 'nightly', source: null }
  for (const n of [1, 2]) requests.jobCreated(jobOf(n, { envelope }))
  answered({ made: [jobOf(2).id] })
  expect(ofKind(SpanKind.PRODUCER).map(({ attributes }) => attributes['waybill.job.id'])).toEqual([jobOf(2).id])
})

test('jobs of one request without a trace are linked to it where they are not in its trace', () => {
  for (const n of [1, 2]) requests.jobCreated(jobOf(n))
  answered({ made: [jobOf(1).id, jobOf(2).id], operation: 'retryDeadLetters' })
  const [server] = ofKind(SpanKind.SERVER)
  const [first, second] = ofKind(SpanKind.PRODUCER)
  expect(first).toMatchObject({ traceId: server!.traceId, parent: { spanId: server!.spanId } })
  expect(second).toMatchObject({ parent: null, links: [{ traceId: server!.traceId, spanId: server!.spanId }] })
})

test('a refusal is recorded in the trace of a caller who records it, and nowhere else', () => {
  answered({ status: 400, statusClass: '4xx' })
  answered({
    status: 400,
    statusClass: '4xx',
    trace: { ...caller, traceparent: caller.traceparent.replace(/1$/, '0') },
  })
  answered({ status: 200, operation: 'getJob', trace: caller })
  expect(spans).toEqual([])
  answered({ status: 503, statusClass: '5xx', trace: caller })
  expect(spans).toMatchObject([{ traceId: TRACE_ID, error: '503' }])
})

test('jobs whose requests are never answered do not pile up, and have their spans', () => {
  for (let n = 0; n < 1500; n++) requests.jobCreated(jobOf(n))
  expect(spans).toHaveLength(500)
  requests.flush()
  expect(spans).toHaveLength(1500)
})
