import { beforeEach, expect, test } from 'vitest'
import type { ChannelConfig } from '../model/channel.ts'
import { type OutcomeRecord, OutcomeWriter, TRACE_CHOSEN, TRACE_SAME_CALL, Verdict } from '../model/outcome-batch.ts'
import type { ReportedJob } from '../runtime/telemetry.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { CallSpans } from './call-spans.ts'
import type { EndedSpan } from './ended-span.ts'

const job: ReportedJob = {
  ...{ id: 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f708', subscription: 'acme', total: 100, createdAtMs: 0 },
  ...{ traceparent: null, tracestate: null, continuesTrace: false },
  envelope: { channel: 'shop', executionId: null, source: null },
}
const connector = { type: 'http', url: 'https://shop.example/items?key=abc', request: null }

let clock: FakeClock
let spans: EndedSpan[]
let calls: CallSpans

beforeEach(() => {
  clock = new FakeClock()
  spans = []
  calls = new CallSpans({
    clock,
    sink: { add: (span) => void spans.push(span), refuses: () => false },
    tracing: { seed: Uint32Array.of(1, 2, 3, 4), ratio: 0.01 },
    channels: { get: () => ({ config: { connector } as unknown as ChannelConfig }) },
  })
})

function record(index: number, more: Partial<OutcomeRecord> = {}): OutcomeRecord {
  return {
    ...{ jobRef: 1, chunk: 0, index, itemHandle: index, epoch: 1, attempt: 1, httpStatus: 200 },
    ...{ verdict: Verdict.succeeded, flags: 0, throttled: 0, startedAtMs: 1000, endedAtMs: 1010, retryAtMs: 0 },
    ...more,
  }
}

const failed = (code: string): Partial<OutcomeRecord> => ({
  ...{ verdict: Verdict.failed, httpStatus: 422 },
  detail: Buffer.from(JSON.stringify({ error: { code, detail: 'Ms Planted lives here' } })),
})

function commit(
  records: readonly OutcomeRecord[],
  { uncalled = null, of = job }: { uncalled?: Set<number> | null; of?: ReportedJob } = {},
) {
  const writer = new OutcomeWriter()
  for (const one of records) writer.add(one)
  const called = [{ ...writer.take()!, channel: 'shop', itemsPerCall: 10, uncalled }]
  calls.committed({
    ...{ commits: [], imbalances: 0, ended: [], deadLetters: [], calls: [] },
    ...{ called, eligibleAtMs: new Map(), jobOf: () => of },
  })
}

const reasons = () => spans.map(({ attributes }) => attributes['waybill.sampled_by'])

test('calls that were chosen have spans, and the slowest of the others after its 10 s', () => {
  commit([record(0), record(1, { trace: TRACE_CHOSEN }), record(2, { endedAtMs: 1500 }), record(3)])
  expect(spans.map(({ attributes }) => attributes['waybill.item.index'])).toEqual([1])
  clock.advance(10_000)
  expect(spans.map(({ attributes }) => attributes['waybill.item.index'])).toEqual([1, 2])
  expect(reasons()).toEqual(['ratio', 'slowest'])
  clock.advance(60_000)
  expect(spans).toHaveLength(2)
})

test('failures have spans, up to 10 a second', () => {
  commit(Array.from({ length: 50 }, (_, n) => record(n, failed('broken'))))
  expect(spans).toHaveLength(10)
  clock.advance(500)
  commit(Array.from({ length: 50 }, (_, n) => record(n, failed('broken'))))
  expect(spans.filter(({ attributes }) => attributes['waybill.sampled_by'] === 'failure')).toHaveLength(15)
  expect(spans[0]).toMatchObject({ error: 'broken', attributes: { 'error.type': 'broken' } })
  expect(JSON.stringify(spans)).not.toContain('Planted')
})

test('the records of one call are one span; the rest of a call in the next batch is none', () => {
  const next = { trace: TRACE_SAME_CALL }
  commit([record(7, { trace: TRACE_CHOSEN }), record(3, next), record(9, next), record(1, { trace: TRACE_CHOSEN })])
  commit([record(4, next), record(5, { trace: TRACE_CHOSEN })])
  expect(spans.map(({ attributes }) => [attributes['waybill.item.index'], attributes['waybill.call.items']])).toEqual([
    [7, 3],
    [1, 1],
    [5, 1],
  ])
})

test('a call that some items of succeeded has not failed; items that were not called make no span', () => {
  const next = { trace: TRACE_SAME_CALL }
  commit([record(0, { trace: TRACE_CHOSEN, ...failed('no') }), record(1, next), record(2, failed('invalid'))], {
    uncalled: new Set([2]),
  })
  expect(spans).toHaveLength(1)
  expect(spans[0]!.error).toBeUndefined()
})

test('a call that continues a trace is a child in it, if that is recorded', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0'
  const of = { ...job, continuesTrace: true, traceparent: `${traceparent}1`, tracestate: 'v=1' }
  commit([record(0, { trace: TRACE_CHOSEN })], { of })
  expect(spans[0]).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', tracestate: 'v=1' })
  expect(spans[0]!.parent?.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736')
  commit([record(1, failed('broken'))], { of: { ...of, traceparent: `${traceparent}0` } })
  expect(spans).toHaveLength(1)
})

test('a span names its target without what may be secret', () => {
  commit([record(0, { trace: TRACE_CHOSEN })])
  expect(spans[0]!.attributes).toMatchObject({
    ...{ 'http.request.method': 'POST', 'http.response.status_code': 200, 'server.address': 'shop.example' },
    ...{ 'server.port': 443, 'url.full': 'https://shop.example/items?key=***' },
  })
})
