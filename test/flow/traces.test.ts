import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Job, Receipt } from '@waybill/spec'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type CollectedSpan, OtlpCollector } from '../support/otlp-collector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { untilDone } from '../support/submit.ts'

/*
 * Traces over real processes: a caller with a trace of its own, the server, a target system, and a collector that takes spans.
 */

const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }
const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-01`
const unsampled = `00-${CALLER.traceId}-${CALLER.spanId}-00`
/** As long as a machine under load may take to export. */
const patience = { timeout: 30_000 }

let shop: Server
let collector: OtlpCollector
let server: ServerProcess
let received: { readonly headers: IncomingHttpHeaders; readonly indexes: readonly number[] }[]
let status = 200

beforeAll(async () => {
  collector = await OtlpCollector.start()
  shop = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { items } = JSON.parse(body.toString()) as { items: { index: number }[] }
      received.push({ headers: request.headers, indexes: items.map(({ index }) => index) })
      response
        .writeHead(status)
        .end(JSON.stringify({ results: items.map(({ index }) => ({ index, status: 'succeeded' })) }))
    })
  })
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/items?key=planted-secret`
  const retry = { maxAttempts: 1 }
  server = await ServerProcess.create({
    config: {
      channels: {
        shop: { connector: { type: 'http', url }, retry, circuit: null },
        bulk: { connector: { type: 'http', url, batchSize: 10 }, retry },
        follow: { connector: { type: 'http', url }, retry, trace: 'continue' },
      },
    },
    args: ['--threads', '1'],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER_ARG: '1',
      OTEL_SERVICE_NAME: 'waybill-under-test',
    },
  })
  await server.start()
})

afterAll(async () => {
  await server.remove()
  await collector.stop()
  shop.closeAllConnections()
  await new Promise((resolve) => shop.close(resolve))
})

beforeEach(() => {
  received = []
  collector.spans.length = 0
  status = 200
})

async function post<T>(path: string, body: object, headers: Record<string, string> = {}): Promise<T> {
  const answer = await server.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** Delivers items `item-0` and on, and returns the ended job. */
async function run(channel: string, items: number, headers: Record<string, string> = {}): Promise<Job> {
  const body = {
    ...{ channel, objectType: 'product', action: 'update' },
    items: Array.from({ length: items }, (_, n) => ({ id: `item-${n}`, data: { name: 'planted-data' } })),
  }
  const { id } = await post<Job>('/v1/jobs', body, headers)
  return untilDone(server, id)
}

const ofJob =
  ({ id }: Pick<Job, 'id'>) =>
  (span: CollectedSpan) =>
    span.attributes['waybill.job.id'] === id

/** Waits for spans of a job. */
async function spansOf(job: Pick<Job, 'id'>, kind: Parameters<OtlpCollector['ofKind']>[0], count: number) {
  await expect.poll(() => collector.ofKind(kind).filter(ofJob(job)).length, patience).toBe(count)
  return collector.ofKind(kind).filter(ofJob(job))
}

/** The fields of a `traceparent`. */
function headerOf(header: unknown): { readonly traceId: string; readonly spanId: string; readonly flags: string } {
  const [, traceId, spanId, flags] = String(header).split('-') as [string, string, string, string]
  return { traceId, spanId, flags }
}

test('a job leads from the trace of its caller to its own, and from there to its calls', async () => {
  const job = await run('shop', 3, { traceparent, tracestate: 'vendor=state' })
  const calls = await spansOf(job, 'client', 3)
  const [whole] = await spansOf(job, 'consumer', 1)
  const [send] = await spansOf(job, 'producer', 1)
  const request = collector.ofKind('server').find(({ spanId }) => spanId === send!.parentSpanId)!

  expect(request).toMatchObject({
    ...{ traceId: CALLER.traceId, parentSpanId: CALLER.spanId, traceState: 'vendor=state', name: 'POST /v1/jobs' },
    attributes: { 'http.request.method': 'POST', 'http.route': '/v1/jobs', 'http.response.status_code': 202 },
    service: 'waybill-under-test',
  })
  expect(send).toMatchObject({
    ...{ traceId: CALLER.traceId, name: 'send shop' },
    attributes: { 'messaging.batch.message_count': 3, 'messaging.destination.name': 'shop' },
  })
  expect(whole).toMatchObject({
    ...{ traceId: job.id.slice(4), parentSpanId: null, name: 'process shop', status: 0 },
    links: [{ traceId: CALLER.traceId, spanId: send!.spanId }],
    events: ['accepted', 'started'],
    attributes: { 'waybill.items.succeeded': 3, 'waybill.job.outcome': 'succeeded' },
  })
  const lots = await spansOf(job, 'internal', collector.ofKind('internal').filter(ofJob(job)).length)
  expect(lots.length).toBeGreaterThan(0)
  for (const lot of lots) expect(lot).toMatchObject({ traceId: whole!.traceId, parentSpanId: whole!.spanId })
  for (const call of calls) {
    expect(call).toMatchObject({
      ...{ name: 'POST', parentSpanId: null, links: [{ traceId: whole!.traceId, spanId: whole!.spanId }] },
      attributes: {
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'server.address': '127.0.0.1',
        'waybill.attempt': 1,
        'waybill.sampled_by': 'ratio',
      },
    })
  }
  // Each a trace of its own.
  expect(new Set([...calls, whole!, send!].map(({ traceId }) => traceId)).size).toBe(5)
})

test('a call carries the ids and the flag of its span', async () => {
  const job = await run('shop', 20)
  const calls = await spansOf(job, 'client', 20)
  const sent = received.map(({ headers, indexes }) => ({ ...headerOf(headers['traceparent']), index: indexes[0] }))
  expect(sent.map(({ flags }) => flags)).toEqual(Array.from(sent, () => '01'))
  const byIndex = (a: { index?: unknown }, b: { index?: unknown }) => Number(a.index) - Number(b.index)
  expect(sent.map(({ traceId, spanId, index }) => ({ traceId, spanId, index })).toSorted(byIndex)).toEqual(
    calls
      .map(({ traceId, spanId, attributes }) => ({ traceId, spanId, index: attributes['waybill.item.index'] }))
      .toSorted(byIndex),
  )
  expect(received.map(({ headers }) => headers['tracestate'])).toEqual(Array.from(received, () => undefined))
})

test('a call of several items has one span', async () => {
  const job = await run('bulk', 35)
  const calls = await spansOf(job, 'client', received.length)
  const sent = received.map(({ headers, indexes }) => ({
    spanId: headerOf(headers['traceparent']).spanId,
    items: indexes.length,
  }))
  const bySpan = (a: { spanId: string }, b: { spanId: string }) => (a.spanId < b.spanId ? -1 : 1)
  expect(
    calls
      .map(({ spanId, attributes }) => ({ spanId, items: Number(attributes['waybill.call.items']) }))
      .toSorted(bySpan),
  ).toEqual(sent.toSorted(bySpan))
})

test('calls of a channel that continues traces are part of the trace of the request', async () => {
  const job = await run('follow', 3, { traceparent, tracestate: 'vendor=state' })
  const [send] = await spansOf(job, 'producer', 1)
  const calls = await spansOf(job, 'client', 3)
  for (const call of calls)
    expect(call).toMatchObject({ traceId: CALLER.traceId, parentSpanId: send!.spanId, traceState: 'vendor=state' })
  for (const { headers } of received) {
    expect(headerOf(headers['traceparent'])).toMatchObject({ traceId: CALLER.traceId, flags: '01' })
    expect(headers['tracestate']).toBe('vendor=state')
  }
  expect(received.map(({ headers }) => headerOf(headers['traceparent']).spanId).toSorted()).toEqual(
    calls.map(({ spanId }) => spanId).toSorted(),
  )
})

test('a delivered item continues the trace of its request, as its channel does not say otherwise', async () => {
  const body = { channel: 'shop', objectType: 'product', action: 'update', item: { id: 'one' } }
  const { job } = await post<Receipt>('/v1/items', body, { traceparent, prefer: 'wait=30' })
  const [call] = await spansOf(job, 'client', 1)
  expect(call).toMatchObject({ traceId: CALLER.traceId, attributes: { 'waybill.sampled_by': 'parent' } })
  expect(headerOf(received[0]!.headers['traceparent'])).toEqual({
    ...{ traceId: CALLER.traceId, spanId: call!.spanId, flags: '01' },
  })
})

test('a caller that does not record its trace is not recorded here either', async () => {
  const job = await run('follow', 2, { traceparent: unsampled })
  const [whole] = await spansOf(job, 'consumer', 1)
  expect(whole!.links[0]).toMatchObject({ traceId: CALLER.traceId })
  expect(received.map(({ headers }) => headerOf(headers['traceparent']).flags)).toEqual(['00', '00'])
  // What was exported with the job's span, or before it.
  expect(collector.spans.filter(({ traceId }) => traceId === CALLER.traceId)).toEqual([])
})

test('a failed call says why, and its job that it failed', async () => {
  status = 422
  const job = await run('shop', 1)
  const [call] = await spansOf(job, 'client', 1)
  expect(call).toMatchObject({
    status: 2,
    attributes: { 'error.type': 'http_422', 'http.response.status_code': 422 },
  })
  const [whole] = await spansOf(job, 'consumer', 1)
  expect(whole).toMatchObject({ status: 2, attributes: { 'waybill.job.outcome': 'failed', 'waybill.items.failed': 1 } })
})

test('no span holds data of an item or a secret', async () => {
  const job = await run('shop', 1)
  const [call] = await spansOf(job, 'client', 1)
  expect(call!.attributes['url.full']).toMatch(/items\?key=\*\*\*$/)
  expect(collector.bodies.join('\n')).not.toMatch(/planted-|item-0/)
})
