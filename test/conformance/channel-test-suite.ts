import { randomUUID } from 'node:crypto'
import type { ChannelTest, DeliveryRequest, ItemInput, Problem } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { json, send } from './api.ts'
import { checkAnswer, checkProblem } from './check-answer.ts'
import type { UseTarget } from './target.ts'
import { freshChannelName } from './world.ts'

const url = 'https://shop.example/T0KENSEGMENT9/deliver?key=k3y'

/** Tests of channels: what is shown of a request, and how a call is judged; nothing of them is left. */
export function describeChannelTests(target: UseTarget): void {
  const test = (channel: string, body: object) =>
    send(target(), { operationId: 'testChannel', pathParams: { channel }, body })
  const tested = async (channel: string, body: object): Promise<ChannelTest> => {
    const answer = await test(channel, body)
    expect(answer.status, answer.text).toBe(200)
    checkAnswer(answer)
    return json<ChannelTest>(answer)
  }
  const put = async (config: object = {}): Promise<string> => {
    const channel = freshChannelName()
    const { connector, ...rest } = { connector: {}, ...config }
    const body = { connector: { type: 'http', url, ...connector }, ...rest }
    expect((await send(target(), { operationId: 'putChannel', pathParams: { channel }, body })).status).toBe(201)
    return channel
  }
  const sandboxed = (sandbox: object): ItemInput => ({ id: randomUUID(), data: { sandbox } })

  describe('a test of a channel', () => {
    it('shows the request of the connector contract, without secrets and without a call', async () => {
      const channel = await put({ connector: { headers: { 'x-tenant': 'secret-tenant' } } })
      const item = { id: 'sku-1', partitionKey: 'k', data: { price: 1 } }
      const { request, ...rest } = await tested(channel, { item, objectType: 'product', action: 'create' })
      expect(rest).toEqual({ sent: false, answer: null, result: null })
      expect(request).toMatchObject({
        ...{ method: 'POST', url: 'https://shop.example/***/deliver?key=***', bodyTruncated: false },
        bodyBytes: Buffer.byteLength(request!.body!),
      })
      expect(request!.headers).toContainEqual({ name: 'x-tenant', value: '***' })
      const { jobId, items, ...delivery } = JSON.parse(request!.body!) as DeliveryRequest
      expect(delivery).toEqual({ subscription: 'default', channel, objectType: 'product', action: 'create' })
      expect(items).toEqual([{ index: 0, attempt: 1, idempotencyKey: `${jobId}/0`, ...item }])
      expect(request!.headers).toContainEqual({ name: 'Idempotency-Key', value: `${jobId}/0` })
    })

    it('takes the action of the item before that of the request', async () => {
      const channel = await put()
      const { request } = await tested(channel, { item: { id: 'a', action: 'delete' }, action: 'create' })
      expect(JSON.parse(request!.body!)).toMatchObject({ objectType: 'object', action: 'delete' })
    })

    it('has the partition key that orders the item', async () => {
      const channel = await put()
      const keyOf = async (partitionBy: string) => {
        const { request } = await tested(channel, { item: { id: 'a', data: { shop: 7 } }, partitionBy })
        return (JSON.parse(request!.body!) as DeliveryRequest).items[0]!.partitionKey
      }
      expect([await keyOf('item'), await keyOf('/data/shop'), await keyOf('none')]).toEqual(['a', '7', null])
      checkProblem(await test(channel, { item: { id: 'a' }, partitionBy: '/data/shop' }), 'invalid_item')
    })

    it('makes no job, and no count of the channel', async () => {
      await tested('sandbox', { item: sandboxed({ status: 422 }), send: true })
      const channel = await put()
      await tested(channel, { item: { id: 'a' } })
      const listed = await send(target(), { operationId: 'listJobs', query: { channel } })
      expect(json<{ jobs: unknown[] }>(listed).jobs).toEqual([])
      const deleted = await send(target(), { operationId: 'deleteChannel', pathParams: { channel } })
      expect(deleted.status).toBe(204)
    })

    it.each([
      [{ status: 200 }, { outcome: 'succeeded', verdict: 'succeeded', error: null }],
      [
        { status: 422 },
        { outcome: 'failed', verdict: 'failed', error: { code: 'http_422', status: 422, retryable: false } },
      ],
      [
        { status: 500 },
        { outcome: 'failed', verdict: 'retry', error: { code: 'http_500', status: 500, retryable: true } },
      ],
      [
        { status: 422, times: 0 },
        { outcome: 'succeeded', verdict: 'succeeded' },
      ],
    ] as const)('judges the call of an item that asks for %j', async (sandbox, expected) => {
      const { sent, request, answer, result } = await tested('sandbox', { item: sandboxed(sandbox), send: true })
      expect([sent, request, answer]).toEqual([true, null, null])
      expect(result).toMatchObject(expected)
      expect(result!.retryAt === null).toBe(expected.verdict !== 'retry')
    })

    it('holds the channel by the Retry-After of its answer, and is refused until then or until it is unblocked', async () => {
      const item = sandboxed({ status: 429, retryAfterSeconds: 60 })
      const { result } = await tested('sandbox', { item, send: true })
      expect(result).toMatchObject({ outcome: 'failed', verdict: 'throttled' })
      const refused = await test('sandbox', { item: { id: 'a' }, send: true })
      checkProblem(refused, 'channel_held')
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(json<Problem>(refused).detail).toContain('a Retry-After has not passed')
      expect((await tested('sandbox', { item: { id: 'a' } })).sent).toBe(false)
      await send(target(), { operationId: 'unblockChannel', pathParams: { channel: 'sandbox' } })
      expect((await tested('sandbox', { item: { id: 'a' }, send: true })).sent).toBe(true)
    })

    it('is refused by a paused channel, which names no time', async () => {
      const channel = await put()
      await send(target(), { operationId: 'pauseChannel', pathParams: { channel } })
      const refused = await test(channel, { item: { id: 'a' }, send: true })
      checkProblem(refused, 'channel_held')
      expect(refused.headers.get('retry-after')).toBeNull()
    })

    it('reports the worker that an item ends, and the next one has another', async () => {
      const { crashingChannel } = target()
      const { result } = await tested(crashingChannel, { item: { id: 'a', data: { crash: true } }, send: true })
      expect(result).toMatchObject({ outcome: 'failed', verdict: 'failed', error: { code: 'worker_crashed' } })
      expect((await tested(crashingChannel, { item: { id: 'a' }, send: true })).result!.outcome).toBe('succeeded')
    })

    it('names every field that is wrong, and a line too large', async () => {
      const answer = await test('sandbox', { item: { id: 'a' }, send: 1, objectType: '' })
      checkProblem(answer, 'bad_request')
      expect(
        json<Problem>(answer)
          .errors!.map(({ pointer }) => pointer)
          .sort(),
      ).toEqual(['/objectType', '/send'])
      checkProblem(await test('sandbox', { item: { id: 'a', data: 'x'.repeat(1024 * 1024) } }), 'line_too_large')
    })
  })
}
