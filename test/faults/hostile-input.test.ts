import type { Item, Job, Limits } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Body,
  ENVELOPE,
  envelopeLine,
  HostileWorld,
  itemLines,
  JSON_BODY,
  NDJSON,
  NOTHING_STORED,
  WORLD_ADMIN_TOKEN,
} from '../support/hostile-world.ts'

/*
 * Invalid jobs: each is one refusal that names the field or the line, and no job, nor a trace of one.
 */

let world: HostileWorld
beforeAll(async () => {
  world = await HostileWorld.start({ scopes: ['jobs:read', 'jobs:write', 'items:read'] })
})
afterAll(() => world.remove())

interface Wanted {
  readonly status: number
  readonly code: string
  /** Part of the first place that the problem names. */
  readonly place?: { readonly line?: number; readonly pointer?: string }
}

const badRequest = (pointer: string): Wanted => ({ status: 400, code: 'bad_request', place: { pointer } })
const invalidItem = (line: number, pointer?: string): Wanted => ({
  status: 400,
  code: 'invalid_item',
  place: pointer === undefined ? { line } : { line, pointer },
})
const unknownField = (pointer: string): Wanted => ({ status: 400, code: 'unknown_field', place: { pointer } })

async function expectRefused(body: Body, headers: Record<string, string>, wanted: Wanted): Promise<void> {
  const { status, problem } = await world.refused('/v1/jobs', { method: 'POST', body, headers })
  expect({ status, code: problem.code }).toEqual({ status: wanted.status, code: wanted.code })
  expect(problem.status).toBe(wanted.status)
  expect(problem.detail).not.toBe('')
  expect(problem.requestId).toMatch(/^req_[0-9a-f]{32}$/)
  if (wanted.place !== undefined) expect(problem.errors?.[0]).toMatchObject(wanted.place)
}

const onLine1 = (wanted: Wanted): Wanted => ({ ...wanted, place: { line: 1, ...wanted.place } })

describe('the URL of a webhook of a job', () => {
  test.each([
    ['with a password', 'https://me:pw@shop.example/'],
    ['of the network', 'https://169.254.169.254/'],
    ['of this machine in other words', 'https://0x7f.1/'],
    ['of this machine in IPv6', 'https://[::ffff:127.0.0.1]/'],
    ['without TLS', 'http://shop.example/'],
  ])('%s is refused', async (_, url) => {
    const headers = { ...JSON_BODY, authorization: `Bearer ${WORLD_ADMIN_TOKEN}` }
    const body = JSON.stringify({ ...ENVELOPE, webhook: { url }, items: [{ id: 'a' }] })
    const { status, problem } = await world.refused('/v1/jobs', { method: 'POST', body, headers })
    expect([status, problem.code, problem.errors?.[0]?.pointer]).toEqual([400, 'bad_request', '/webhook/url'])
  })
})

describe('an envelope', () => {
  const later = { priority: 1 }
  const envelopes: readonly (readonly [string, object, Wanted])[] = [
    ['an unknown field', { colour: 'red' }, unknownField('/colour')],
    ['a field whose name must be escaped', { 'a/b~c': 1 }, unknownField('/a~1b~0c')],
    ...Object.entries(later).map(([name, value]) => [`${name}`, { [name]: value }, unknownField(`/${name}`)] as const),
    [
      'an unknown channel',
      { channel: 'nowhere' },
      { status: 400, code: 'unknown_channel', place: { pointer: '/channel' } },
    ],
    ['a channel that is a path', { channel: '../../etc/passwd' }, badRequest('/channel')],
    ['no object type', { objectType: undefined }, badRequest('/objectType')],
    ['an empty object type', { objectType: '' }, badRequest('/objectType')],
    ['half a surrogate pair', { objectType: '\ud800' }, badRequest('/objectType')],
    ['an unknown action', { action: 'upsert' }, badRequest('/action')],
    ['a number for a text', { source: 7 }, badRequest('/source')],
    ['a pointer that is none', { partitionBy: 'data/shop' }, badRequest('/partitionBy')],
    ['a webhook that is a text', { webhook: 'https://shop.example' }, badRequest('/webhook')],
    ['a webhook without a URL', { webhook: { events: ['job.ended'] } }, badRequest('/webhook/url')],
    ['a webhook of another scheme', { webhook: { url: 'gopher://shop.example/' } }, badRequest('/webhook/url')],
    [
      'a webhook for too many events',
      { webhook: { url: 'https://a.example/', events: new Array(8).fill('job.ended') } },
      badRequest('/webhook/events'),
    ],
    ['a webhook for no events', { webhook: { url: 'https://a.example/', events: [] } }, badRequest('/webhook/events')],
    [
      'a long URL of a webhook',
      { webhook: { url: `https://a.example/${'x'.repeat(2048)}` } },
      badRequest('/webhook/url'),
    ],
    ['metadata that is no text', { metadata: { a: 1 } }, badRequest('/metadata/a')],
    ['a count below zero', { itemCount: -1 }, badRequest('/itemCount')],
    ['a count that is no whole number', { itemCount: 1.5 }, badRequest('/itemCount')],
    [
      'a count that is not that of the items',
      { itemCount: 2 },
      { status: 400, code: 'item_count_mismatch', place: { pointer: '/itemCount' } },
    ],
    [
      'a count beyond the limit',
      { itemCount: 1_000_001 },
      { status: 413, code: 'too_many_items', place: { pointer: '/itemCount' } },
    ],
    ['items in an open job', { open: true }, badRequest('/open')],
  ]
  test.each(envelopes)('with %s is refused, as NDJSON', async (_, changes, wanted) => {
    const line = wanted.code === 'item_count_mismatch' || 'open' in changes ? wanted : onLine1(wanted)
    await expectRefused(envelopeLine(changes) + itemLines(1), NDJSON, line)
  })
  test.each(envelopes.filter(([, changes]) => !('itemCount' in changes && changes.itemCount === 1_000_001)))(
    'with %s is refused, as JSON',
    async (_, changes, wanted) => {
      await expectRefused(JSON.stringify({ ...ENVELOPE, ...changes, items: [{ id: 'sku' }] }), JSON_BODY, wanted)
    },
  )

  test('names the channels there are when it names another one', async () => {
    const { problem } = await world.refused('/v1/jobs', {
      method: 'POST',
      body: envelopeLine({ channel: 'nowhere' }),
      headers: NDJSON,
    })
    expect(problem).toMatchObject({ channels: ['shop'] })
  })
})

describe('a body of lines', () => {
  const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`
  const item = (json: string, wanted: Wanted): [string, Wanted] => [`${envelopeLine()}${itemLines(1)}${json}\n`, wanted]
  const bodies: Record<string, readonly [Body, Wanted]> = {
    'nothing at all': ['', onLine1({ status: 400, code: 'bad_request' })],
    'nothing but blank lines': ['\n \r\n\t\n', onLine1({ status: 400, code: 'bad_request' })],
    'half an envelope': ['{"channel":"shop","objectType":', onLine1({ status: 400, code: 'bad_request' })],
    'an envelope that is a list': ['[]\n{"id":"a"}', onLine1({ status: 400, code: 'bad_request' })],
    'an envelope with a field twice': [
      envelopeLine().replace('{', '{"channel":"sandbox",') + itemLines(1),
      onLine1(badRequest('/channel')),
    ],
    'an envelope with __proto__': [
      envelopeLine().replace('{', '{"__proto__":{"open":true},') + itemLines(1),
      onLine1(unknownField('/__proto__')),
    ],
    'an envelope nested 100,000 deep': [
      envelopeLine().replace('{', `{"metadata":${deep(30_000)},`),
      onLine1(badRequest('/metadata')),
    ],
    'an envelope with bytes that are no UTF-8': [
      Buffer.from(envelopeLine().replace('product', 'pr\u00f6duct'), 'latin1'),
      onLine1(badRequest('/objectType')),
    ],
    'an envelope and nothing else': [
      envelopeLine(),
      { status: 400, code: 'items_missing', place: { pointer: '/items' } },
    ],
    'a second envelope': item(envelopeLine().trim(), invalidItem(3, '/channel')),
    'half an item': item('{"id":"a"', invalidItem(3)),
    'two items on one line': item('{"id":"a"}{"id":"b"}', invalidItem(3)),
    'a comma after an item': item('{"id":"a"},', invalidItem(3)),
    'an item that is a list': item('["a"]', invalidItem(3)),
    'an item that is null': item('null', invalidItem(3)),
    'an item without id': item('{"data":1}', invalidItem(3, '/id')),
    'an item with an empty id': item('{"id":""}', invalidItem(3, '/id')),
    'an item with a number as id': item('{"id":7}', invalidItem(3, '/id')),
    'an item with an id of 257 bytes': item(`{"id":"${'\u00e4'.repeat(128)}x"}`, invalidItem(3, '/id')),
    'an item with half a surrogate pair': item('{"id":"\\ud83d"}', invalidItem(3, '/id')),
    'an item with an unknown field': item('{"id":"a","colour":"red"}', invalidItem(3, '/colour')),
    'an item with an unknown action': item('{"id":"a","action":"upsert"}', invalidItem(3, '/action')),
    'an item with __proto__': item('{"id":"a","__proto__":{}}', invalidItem(3, '/__proto__')),
    'an item with an id twice': item('{"id":"a","id":"b"}', invalidItem(3, '/id')),
    'an item with an id twice, once in another spelling': item('{"id":"a","\\u0069d":"a"}', invalidItem(3, '/id')),
    'an item with data twice': item('{"id":"a","data":{},"data":{}}', invalidItem(3, '/data')),
    'a number beyond all numbers': item('{"id":"a","data":{"price":1e999}}', invalidItem(3, '/data/price')),
    'an item nested 65 deep': item(`{"id":"a","data":${deep(64)}}`, invalidItem(3)),
    'an item nested 500,000 deep': item(`{"id":"a","data":${deep(500_000)}}`, invalidItem(3)),
    'an item of 500,000 brackets never closed': item('['.repeat(500_000), invalidItem(3)),
    'a control character in a text': item('{"id":"a\u0001b"}', invalidItem(3)),
    'a zero byte': item('\u0000', invalidItem(3)),
    'a byte order mark in the middle': item('\ufeff{"id":"a"}', invalidItem(3)),
    'bytes that are no UTF-8': [
      Buffer.concat([Buffer.from(`${envelopeLine()}{"id":"a","data":"`), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
      invalidItem(2),
    ],
    'an item with what it is partitioned by twice': [
      `${envelopeLine({ partitionBy: '/data/shop' })}{"id":"a","data":{"shop":"x","sh\\u006fp":"y"}}\n`,
      invalidItem(2, '/data/shop'),
    ],
    'an item without what it is partitioned by': [
      `${envelopeLine({ partitionBy: '/data/shop' })}{"id":"a","data":{}}\n`,
      invalidItem(2, '/data/shop'),
    ],
  }
  test.each(Object.entries(bodies))('%s is refused', async (_, [body, wanted]) => {
    await expectRefused(body, NDJSON, wanted)
  })

  test('whose line 17,203 is broken is refused with that line, and only that', async () => {
    const lines = (envelopeLine() + itemLines(20_000, 200)).split('\n')
    lines[17_202] = '{"id":"sku-17201","data":{"price":19,90}}'
    const { status, problem } = await world.refused('/v1/jobs', {
      method: 'POST',
      body: lines.join('\n'),
      headers: NDJSON,
    })
    expect(status).toBe(400)
    expect(problem).toMatchObject({ code: 'invalid_item', errorCount: 1, errors: [{ line: 17_203 }] })
    expect(problem.errors).toHaveLength(1)
    expect(problem.detail).toContain('line 17203')
    expect(await world.jobs()).toEqual([])
  })

  test('with many broken lines names the first 100 and the number of all', async () => {
    const lines = (envelopeLine() + itemLines(5000)).split('\n').map((line, at) => (at % 10 === 9 ? '{' : line))
    const { problem } = await world.refused('/v1/jobs', { method: 'POST', body: lines.join('\n'), headers: NDJSON })
    expect(problem).toMatchObject({ code: 'invalid_item', errorCount: 500 })
    expect(problem.errors?.map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, n) => 10 * (n + 1)))
  })
})

describe('a body of JSON', () => {
  const open = JSON.stringify(ENVELOPE).slice(0, -1)
  const bodies: Record<string, readonly [Body, Wanted]> = {
    'nothing at all': ['', badRequest('')],
    null: ['null', badRequest('')],
    'a list': ['[]', badRequest('')],
    'a body that breaks off': [`${open},"items":[{"id":"a"}`, badRequest('')],
    'a body with something after it': [`${open},"items":[{"id":"a"}]} {}`, badRequest('')],
    'items that are an object': [`${open},"items":{}}`, badRequest('/items')],
    'items that are null': [`${open},"items":null}`, badRequest('/items')],
    'items twice': [`${open},"items":[],"items":[]}`, badRequest('/items')],
    'no items': [`${open}}`, { status: 400, code: 'items_missing', place: { pointer: '/items' } }],
    'a broken item': [
      `${open},"items":[{"id":"a"},{"id":1}]}`,
      { status: 400, code: 'invalid_item', place: { pointer: '/items/1/id' } },
    ],
    'an item nested 500,000 deep': [
      `${open},"items":[{"id":"a","data":${'['.repeat(500_000)}${']'.repeat(500_000)}}]}`,
      { status: 400, code: 'invalid_item', place: { pointer: '/items/0' } },
    ],
    'an item that is no JSON': [`${open},"items":[{"id":"a"},{"id":"b","data":[1}}]}`, badRequest('/items/1')],
    'items that are no JSON, of which each may fail alone': [
      `${open},"onInvalidItem":"fail","items":[{"id":"a"},{"id":"b","data":[1}},{"id":"c"},[{"id":"d"}]]}`,
      badRequest('/items/1'),
    ],
    'an item with an id twice': [
      `${open},"items":[{"id":"a","id":"b"}]}`,
      { status: 400, code: 'invalid_item', place: { pointer: '/items/0/id' } },
    ],
    'an envelope nested 30,000 deep': [`${open},"metadata":${'{"a":'.repeat(10_000)}`, badRequest('/metadata')],
    'bytes that are no UTF-8': [Buffer.from(`${open},"source":"\u00e4"}`, 'latin1'), badRequest('/source')],
    'UTF-16': [Buffer.from(`${open},"items":[]}`, 'utf16le'), badRequest('')],
  }
  test.each(Object.entries(bodies))('%s is refused', async (_, [body, wanted]) => {
    await expectRefused(body, JSON_BODY, wanted)
  })
})

test('none of this has left a job', async () => {
  expect(await world.jobs()).toEqual([])
  expect(world.connector.calls).toEqual([])
})

describe('onInvalidItem: fail', () => {
  test('accepts the job and fails the invalid items with their reason, each in its place', async () => {
    const { maxInvalidLineTextBytes } = (await (await world.fetch('/v1/limits')).json()) as Limits
    expect(maxInvalidLineTextBytes).toBe(4096)
    const long = `{"broken":"${'\u00e4'.repeat(5000)}`
    const lines = ['{"id":"a"}', '{"id":', long, '{"id":7}', '{"id":"b","colour":1}', 'no \u0000 JSON', '{"id":"c"}']
    const body = envelopeLine({ onInvalidItem: 'fail' }) + lines.join('\n')
    const accepted = await world.post('/v1/jobs', body, NDJSON)
    expect(accepted.status).toBe(202)
    const { id } = (await accepted.json()) as Job
    expect(await world.untilDone(id)).toMatchObject({
      outcome: 'partial',
      counts: { total: 7, succeeded: 2, failed: 5 },
    })

    const { items } = (await (await world.fetch(`/v1/jobs/${id}/items?include=data`)).json()) as { items: Item[] }
    expect(items.map(({ index, id, status }) => [index, id, status])).toEqual([
      ...[[0, 'a', 'succeeded'] as const, [1, '', 'failed'] as const, [2, '', 'failed'] as const],
      ...[[3, '', 'failed'] as const, [4, 'b', 'failed'] as const, [5, '', 'failed'] as const],
      [6, 'c', 'succeeded'],
    ])
    const errors = items.map(({ error }) => error)
    for (const n of [1, 2, 3, 4, 5])
      expect(errors[n]).toMatchObject({ code: 'invalid_item', origin: 'engine', retryable: false })
    expect(errors[3]).toMatchObject({ pointer: '/id' })
    expect(errors[4]).toMatchObject({ pointer: '/colour' })
    expect(errors[1]).toMatchObject({ text: '{"id":' })
    expect(errors[5]).toMatchObject({ text: 'no   JSON' })
    const { text } = errors[2] as unknown as { text: string }
    expect(long.startsWith(text)).toBe(true)
    expect(Buffer.byteLength(text)).toBeGreaterThan(4096 - 4)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096)
    expect(world.connector.calls.map(({ index }) => index).sort()).toEqual([0, 6])
    expect((await world.fetch(`/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204)
  })

  test('accepts a job of nothing but invalid items, which has failed at once', async () => {
    const body = envelopeLine({ onInvalidItem: 'fail' }) + 'x\n'.repeat(3000)
    const job = (await (await world.post('/v1/jobs', body, NDJSON)).json()) as Job
    expect(job).toMatchObject({ done: true, outcome: 'failed', counts: { total: 3000, failed: 3000 } })
    expect((await world.fetch(`/v1/jobs/${job.id}`, { method: 'DELETE' })).status).toBe(204)
  })
})

test('the server is well, its log is clean, and nothing of all this is stored', async () => {
  expect(await world.deliverSomething()).toEqual([])
  for (const { id } of await world.jobs()) await world.fetch(`/v1/jobs/${id}`, { method: 'DELETE' })
  await expect.poll(() => world.storedRows(), { timeout: 30_000 }).toMatchObject(NOTHING_STORED)
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
