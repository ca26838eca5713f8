import { describe, expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { isConnectionError, isWaybillError } from '../errors.ts'
import {
  answer,
  breakConnection,
  createFakeServer,
  type Handler,
  inTurn,
  jobAs,
  jobId,
  refuse,
} from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'
import type { NewItem } from './encode-items.ts'
import type { NewJob } from './submit.ts'

const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' } as const
const accepted = answer(202, jobAs({ status: 'pending' }))

function setUp(handler: Handler) {
  const server = createFakeServer(handler)
  const waybill = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  return { waybill, requests: server.requests }
}

function* yieldItems() {
  yield { id: 'a' }
  yield { id: 'b' }
}

async function* yieldItemsLater() {
  yield { id: 'a' }
  await Promise.resolve()
  yield { id: 'b' }
}

function createStream() {
  return new ReadableStream<NewItem>({
    start(controller) {
      for (const item of yieldItems()) controller.enqueue(item)
      controller.close()
    },
  })
}

/** As Safari's streams. */
function withoutIterator(stream: ReadableStream<NewItem>): AsyncIterable<NewItem> {
  return { getReader: () => stream.getReader() } as unknown as AsyncIterable<NewItem>
}

describe('jobs.submit', () => {
  it('sends the envelope with the number of items, then a line for each item', async () => {
    const { waybill, requests } = setUp(inTurn(accepted))
    const items = [
      { id: 'a', data: { price: 1990, name: 'Größe "M"\n' } },
      { id: 'b', partitionKey: 'k' },
    ]
    const job = await waybill.jobs.submit({ ...envelope, source: 'pim', metadata: { run: '42' }, items })
    const [request] = requests
    expect([request!.method, request!.url.pathname]).toEqual(['POST', '/v1/jobs'])
    expect(request!.headers.get('Content-Type')).toBe('application/x-ndjson')
    expect(request!.body.endsWith('\n')).toBe(true)
    const lines = request!.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect(lines).toEqual([{ ...envelope, source: 'pim', metadata: { run: '42' }, itemCount: 2 }, ...items])
    expect(job.id).toBe(jobId)
    expect(job.last?.status).toBe('pending')
  })

  it('sends a job without items, and one of more items than fit into one piece', async () => {
    for (const count of [0, 1, 999, 1_000, 1_001, 2_500]) {
      const { waybill, requests } = setUp(inTurn(accepted))
      await waybill.jobs.submit({ ...envelope, items: Array.from({ length: count }, (_, at) => ({ id: `sku-${at}` })) })
      const [first, ...lines] = requests[0]!.body.trimEnd().split('\n')
      expect((JSON.parse(first!) as { itemCount: number }).itemCount).toBe(count)
      expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(
        Array.from({ length: count }, (_, at) => `sku-${at}`),
      )
    }
  })

  it('keeps its idempotency key and its bytes over all retries', async () => {
    // triggerdotdev/trigger.dev#3989: lost on a retried batch.
    const { waybill, requests } = setUp(
      inTurn(breakConnection, refuse(503, 'overloaded'), refuse(409, 'idempotency_in_progress'), accepted),
    )
    await waybill.jobs.submit({ ...envelope, items: [{ id: 'a' }] })
    expect(requests).toHaveLength(4)
    const keys = requests.map(({ headers }) => headers.get('Idempotency-Key'))
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(new Set(keys).size).toBe(1)
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1)
  })

  it('makes a new key for every call, and takes one of the caller', async () => {
    const { waybill, requests } = setUp(inTurn(accepted))
    await waybill.jobs.submit({ ...envelope, items: [] })
    await waybill.jobs.submit({ ...envelope, items: [] })
    await waybill.jobs.submit({ ...envelope, items: [] }, { idempotencyKey: 'nightly/42' })
    const keys = requests.map(({ headers }) => headers.get('Idempotency-Key'))
    expect(keys[0]).not.toBe(keys[1])
    expect(keys[2]).toBe('nightly/42')
  })

  it('leaves its key with the error, so that the caller can continue with it', async () => {
    const { waybill, requests } = setUp((_, count) => (count < 6 ? breakConnection() : accepted.clone()))
    const error = await waybill.jobs.submit({ ...envelope, items: [] }).catch((error: unknown) => error)
    expect(isConnectionError(error)).toBe(true)
    const idempotencyKey = isWaybillError(error) ? error.idempotencyKey : undefined
    await waybill.jobs.submit({ ...envelope, items: [] }, { idempotencyKey })
    expect(new Set(requests.map(({ headers }) => headers.get('Idempotency-Key')))).toEqual(new Set([idempotencyKey]))
  })

  it.each([
    ['a Set', () => new Set([{ id: 'a' }, { id: 'b' }])],
    ['a generator', () => yieldItems()],
    ['an async generator', () => yieldItemsLater()],
    ['a stream', () => createStream()],
    ['a stream that is no async iterable', () => withoutIterator(createStream())],
  ])('takes %s', async (_, makeItems) => {
    const { waybill, requests } = setUp(inTurn(accepted))
    await waybill.jobs.submit({ ...envelope, items: makeItems() })
    expect(requests.map(({ body }) => body)).toEqual([
      `${JSON.stringify({ ...envelope, itemCount: 2 })}\n{"id":"a"}\n{"id":"b"}\n`,
    ])
  })

  it.each([
    [undefined, 'undefined'],
    [{ id: 'a' }, 'an object'],
    ['[]', '[]'],
  ])('refuses items that cannot be iterated, before anything is sent', async (items, shown) => {
    const { waybill, requests } = setUp(inTurn(accepted))
    const input = { ...envelope, items } as unknown as NewJob
    await expect(waybill.jobs.submit(input)).rejects.toThrow(
      new TypeError(
        `Cannot submit job as items must be an array, an iterable or an async iterable: current value is ${shown}`,
      ),
    )
    expect(requests).toHaveLength(0)
  })

  it('names the item that cannot be sent', async () => {
    const { waybill, requests } = setUp(inTurn(accepted))
    const withNull = [{ id: 'a' }, null] as unknown as NewJob['items']
    await expect(waybill.jobs.submit({ ...envelope, items: withNull })).rejects.toThrow(
      'Cannot submit job as item 1 must be an object: current value is null',
    )
    await expect(waybill.jobs.submit({ ...envelope, items: [{ id: 'a', data: 1n }] })).rejects.toThrow(
      'Cannot submit job as item 0 must be JSON: ',
    )
    const withText = [{ id: 'a', toJSON: () => 'a' }]
    await expect(waybill.jobs.submit({ ...envelope, items: withText })).rejects.toThrow(
      'Cannot submit job as item 0 must be an object as JSON: current value is "a"',
    )
    expect(requests).toHaveLength(0)
  })

  it('names the item that the server refuses, and nothing when it refuses the envelope', async () => {
    const refuseLine = (line: number) =>
      refuse(400, 'invalid_item', {}, { errors: [{ line, pointer: '/id', detail: 'must be there' }], errorCount: 1 })
    const { waybill } = setUp(inTurn(refuseLine(3), refuseLine(1)))
    const items = [{ id: 'a' }, { id: '' }]
    await expect(waybill.jobs.submit({ ...envelope, items })).rejects.toMatchObject({ itemIndex: 1 })
    const error = await waybill.jobs.submit({ ...envelope, items }).catch((error: unknown) => error)
    expect(isWaybillError(error) && error.itemIndex).toBeUndefined()
  })

  it('refuses a key that no header can carry', async () => {
    const { waybill } = setUp(inTurn(accepted))
    await expect(waybill.jobs.submit({ ...envelope, items: [] }, { idempotencyKey: '' })).rejects.toThrow(TypeError)
  })
})
