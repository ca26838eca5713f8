import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PayloadConfig } from '../../model/channel.ts'
import { FLAG_PERMANENT, FLAG_RETRY_AFTER, FLAG_UNRESOLVED } from '../../model/outcome-batch.ts'
import { callItemOf } from '../testing/fake-call-item.ts'
import { detailOf } from '../testing/fake-http-calls.ts'
import { payloadConfig } from '../testing/fake-payloads.ts'
import { answerJson, FakeShop, type ShopRequest } from '../testing/fake-shop.ts'
import type { ResolvedPayload } from './payload-answer.ts'
import { PayloadResolver, type PayloadSetup } from './payload-resolver.ts'
import { resolvePayloads } from './resolve-payloads.ts'

let pim: FakeShop
let origin: string
const resolvers: PayloadResolver[] = []
const blockedUntilMs: number[] = []

beforeEach(async () => {
  pim = new FakeShop()
  origin = await pim.start()
})

afterEach(async () => {
  blockedUntilMs.length = 0
  await Promise.all(resolvers.splice(0).map((resolver) => resolver.close()))
  await pim.stop()
})

function resolverOf(options: Partial<PayloadConfig> = {}): PayloadResolver {
  const setup: PayloadSetup = {
    config: { concurrency: 4, maxRetryAfterMs: 3_600_000 },
    allowPrivateAddresses: false,
    throttle: (untilMs) => blockedUntilMs.push(untilMs),
  }
  const resolver = new PayloadResolver(payloadConfig(origin, options), setup)
  resolvers.push(resolver)
  return resolver
}

function resolve(ids: string[], resolver = resolverOf(), subscription = 'acme') {
  return resolver.resolve({ subscription, objectType: 'product', ids, signal: new AbortController().signal })
}

async function resolveOne(id: string, resolver = resolverOf()): Promise<ResolvedPayload> {
  return (await resolve([id], resolver))[0]!
}

/** The JSON of a payload, or the code, status and detail of its failure. */
function seen(payload: ResolvedPayload | undefined): unknown {
  if (payload === undefined) return undefined
  if ('data' in payload) return payload.data.toString()
  const { code, status, detail } = detailOf(payload.failure).error!
  return { code, status, detail }
}

function answerText(text: string | Buffer, status = 200, headers: Record<string, string> = {}): void {
  pim.answer = (_request, response) => {
    response.writeHead(status, headers).end(text)
  }
}

describe('a payload of one id', () => {
  test('is the body of the answer, byte for byte, on one line', async () => {
    answerText('{ "price":\r\n 12345678901234567890.10,\n"text": "a\\nb" }')
    expect(seen(await resolveOne('sku/1 ?#ä'))).toBe('{ "price":   12345678901234567890.10, "text": "a\\nb" }')
    const { method, url, headers, text } = pim.requests[0]!
    expect([method, url, text]).toEqual(['GET', '/product/sku%2F1%20%3F%23%C3%A4', ''])
    expect(headers).toMatchObject({ accept: 'application/json', 'user-agent': 'waybill' })
    expect(headers['traceparent']).toMatch(/^00-/)
    expect(headers['content-type']).toBeUndefined()
  })

  test.each(['null', '0', '"x"', '[]', 'true'])('may be %s', async (text) => {
    answerText(text)
    expect(seen(await resolveOne('a'))).toBe(text)
  })

  test('may be compressed', async () => {
    answerText(gzipSync('{"a":1}'), 200, { 'content-encoding': 'gzip' })
    expect(seen(await resolveOne('a'))).toBe('{"a":1}')
  })

  test.each(['.', '..'])('is not asked for where the id is %s', async (id) => {
    expect(seen(await resolveOne(id))).toMatchObject({ code: 'payload_invalid', status: null })
    expect(pim.requests).toEqual([])
  })

  test('is asked for with exactly the id, whatever it is', async () => {
    const resolver = resolverOf({ resolveUrl: `${origin}/a/{objectType}/{id}/b?c=d` })
    pim.answer = (request, response) => {
      answerJson(response, request.url)
    }
    const part = fc.oneof(
      fc.constantFrom(
        '.',
        '..',
        '%2e',
        '%2E%2e',
        '/',
        '../x',
        '?',
        '#',
        '\r\nX: y',
        '\n',
        '\u0000',
        'é',
        '💶',
        '\\',
        '%',
      ),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((id) => id.isWellFormed()),
    )
    await fc.assert(
      fc.asyncProperty(part, async (id) => {
        const before = pim.requests.length
        const payload = await resolveOne(id, resolver)
        if (id === '.' || id === '..') {
          expect(seen(payload)).toMatchObject({ code: 'payload_invalid' })
          expect(pim.requests).toHaveLength(before)
          return
        }
        const url = JSON.parse(seen(payload) as string) as string
        const [, encoded] = /^\/a\/product\/([^/?#]+)\/b\?c=d$/.exec(url) ?? []
        expect(decodeURIComponent(encoded!)).toBe(id)
        expect(pim.requests[before]!.headers['x']).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    [404, 'payload_not_found', FLAG_PERMANENT],
    [410, 'payload_not_found', FLAG_PERMANENT],
    [400, 'payload_unavailable', FLAG_PERMANENT],
    [401, 'payload_unavailable', FLAG_PERMANENT],
    [302, 'payload_unavailable', FLAG_PERMANENT],
    [204, 'payload_unavailable', 0],
    [408, 'payload_unavailable', 0],
    [429, 'payload_unavailable', 0],
    [500, 'payload_unavailable', 0],
    [503, 'payload_unavailable', 0],
  ])('that is answered with %i ends as %s', async (status, code, flags) => {
    answerText(status === 204 ? '' : 'why', status, { location: `${origin}/elsewhere` })
    const payload = await resolveOne('a')
    expect(seen(payload)).toMatchObject({ code, status })
    expect('failure' in payload && payload.failure.flags).toBe(flags | FLAG_UNRESOLVED)
    expect(pim.requests).toHaveLength(1)
  })

  test.each([
    ['', 'payload_unavailable', 'it is empty'],
    ['<html>', 'payload_unavailable', 'it is no JSON'],
    ['{"a":1', 'payload_unavailable', 'breaks at byte 6 of 6'],
    ['{"a":1}{', 'payload_unavailable', 'it is no JSON'],
    ['1,2', 'payload_unavailable', 'it is no JSON'],
    ['\ufeff{}', 'payload_unavailable', 'it is no JSON'],
    [`${'['.repeat(64)}${']'.repeat(64)}`, 'payload_invalid', 'nested'],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'payload_invalid', 'nested'],
    ['{"a":1e999}', 'payload_invalid', 'numbers'],
    [`"${'x'.repeat(1024 * 1024)}"`, 'payload_invalid', 'longer than 1 MiB'],
  ])('is refused where the answer is wrong (%#)', async (text, code, detail) => {
    answerText(text)
    expect(seen(await resolveOne('a'))).toMatchObject({ code, detail: expect.stringContaining(detail) as string })
  })

  test('may be as deep as an item allows, and must be UTF-8 and decodable', async () => {
    answerText(`${'['.repeat(63)}${']'.repeat(63)}`)
    expect(seen(await resolveOne('a'))).toMatch(/^\[\[/)
    answerText(Buffer.from([0x22, 0xff, 0x22]))
    expect(seen(await resolveOne('a'))).toMatchObject({ code: 'payload_unavailable' })
    answerText(Buffer.from('x'), 200, { 'content-encoding': 'gzip' })
    expect(seen(await resolveOne('a'))).toMatchObject({ code: 'payload_unavailable' })
    answerText(gzipSync('x'.repeat(2_000_000)), 200, { 'content-encoding': 'gzip' })
    expect(seen(await resolveOne('a'))).toMatchObject({ code: 'payload_invalid' })
  })

  test('holds the channel for a Retry-After of 429 and 503, and of no other status', async () => {
    const beforeMs = Date.now()
    answerText('busy', 503, { 'retry-after': '7' })
    const payload = await resolveOne('a')
    const { flags, retryAtMs } = 'failure' in payload ? payload.failure : { flags: 0, retryAtMs: 0 }
    expect(flags & FLAG_RETRY_AFTER).toBe(FLAG_RETRY_AFTER)
    expect(retryAtMs).toBeGreaterThanOrEqual(beforeMs + 7000)
    expect(blockedUntilMs).toEqual([retryAtMs])
    answerText('busy', 500, { 'retry-after': '7' })
    const other = await resolveOne('a')
    expect('failure' in other && other.failure.retryAtMs).toBe(0)
    expect(blockedUntilMs).toHaveLength(1)
  })

  test('ends in time, and without a connection', async () => {
    pim.answer = () => {}
    const resolver = resolverOf({ timeoutMs: 50 })
    expect(seen(await resolveOne('a', resolver))).toEqual({
      code: 'payload_unavailable',
      status: null,
      detail: 'No answer within 50 ms',
    })
    const nowhere = resolverOf({ resolveUrl: 'http://127.0.0.1:1/{id}' })
    expect(seen(await resolveOne('a', nowhere))).toMatchObject({
      code: 'payload_unavailable',
      detail: expect.stringContaining('ECONNREFUSED') as string,
    })
    const forbidden = resolverOf({ allowPrivateAddresses: false })
    expect(seen(await resolveOne('a', forbidden))).toMatchObject({
      code: 'payload_unavailable',
      detail: expect.stringContaining('private') as string,
    })
  })

  test('is asked for with the headers of the channel and the credentials of its subscription, which no failure shows', async () => {
    const credentials = {
      acme: { type: 'bearer', token: 'token-of-acme' },
      default: { type: 'bearer', token: 'token-of-default' },
      '*': { type: 'header', name: 'X-Api-Key', value: 'key-of-all' },
      signer: { type: 'hmac', header: 'x-signature', secret: 'secret-of-signer', content: 'method + path + body' },
    } as const
    const resolver = resolverOf({
      headers: { 'X-Tenant': 'tenant-secret', accept: 'application/hal+json' },
      credentials,
    })
    pim.answer = ({ headers }: ShopRequest, response: ServerResponse) => {
      response.writeHead(500).end(JSON.stringify(headers))
    }
    const [failure] = await resolve(['a'], resolver)
    expect(pim.requests[0]!.headers).toMatchObject({
      authorization: 'Bearer token-of-acme',
      'x-tenant': 'tenant-secret',
      accept: 'application/hal+json',
    })
    expect(JSON.stringify(seen(failure))).not.toMatch(/token-of-acme|tenant-secret/)
    await resolve(['a'], resolver, 'other')
    expect(pim.requests[1]!.headers['x-api-key']).toBe('key-of-all')
    expect(pim.requests[1]!.headers.authorization).toBeUndefined()
    await resolve(['a'], resolver, 'signer')
    expect(pim.requests[2]!.headers['x-signature']).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('payloads of many ids', () => {
  const batch = { batchSize: 100 }

  test('are asked for at once, and read from their entries in any order', async () => {
    answerText(
      '{"meta":{"items":[{"id":"a","data":0}]},"items":[{"data":{"n":1.0,"id":"x","data":2},"id":"b"}, {"id":"a","x":[{"id":"c"}],"data":"A"},{"id":"a","data":"second"},{"id":"stranger","data":1},7,{"id":5,"data":5},{"id":"\\u0064","data":null}],"items2":[]}',
    )
    const payloads = await resolve(['a', 'b', 'c', 'd'], resolverOf(batch))
    expect(payloads.map(seen)).toEqual([
      '"A"',
      '{"n":1.0,"id":"x","data":2}',
      { code: 'payload_not_found', status: null, detail: expect.any(String) as string },
      'null',
    ])
    const { method, url, headers, text } = pim.requests[0]!
    expect([method, url, text]).toEqual(['POST', '/bulk/product', '{"ids":["a","b","c","d"]}'])
    expect(headers['content-type']).toBe('application/json')
  })

  test.each(['[]', '{}', '{"items":{}}', '{"items":[', '[{"items":[]}]', '', 'null', '<html>'])(
    'are unavailable where the answer is %s',
    async (text) => {
      answerText(text)
      const payloads = await resolve(['a', 'b'], resolverOf(batch))
      expect(payloads.map(seen)).toEqual(
        Array.from({ length: 2 }, () => expect.objectContaining({ code: 'payload_unavailable' }) as object),
      )
    },
  )

  test('a 404 says nothing of an id, and is not tried again', async () => {
    answerText('no such page', 404)
    const [payload] = await resolve(['a'], resolverOf(batch))
    expect(seen(payload)).toMatchObject({ code: 'payload_unavailable', status: 404 })
    expect('failure' in payload! && payload.failure.flags & FLAG_PERMANENT).toBe(FLAG_PERMANENT)
  })

  test('one that is deeper than items may be fails alone', async () => {
    answerText(`{"items":[{"id":"a","data":${'['.repeat(64)}${']'.repeat(64)}},{"id":"b","data":1}]}`)
    const payloads = await resolve(['a', 'b'], resolverOf(batch))
    expect(payloads.map(seen)).toEqual([expect.objectContaining({ code: 'payload_invalid' }), '1'])
  })

  test('are asked for in halves while the answer is too long', async () => {
    const long = 'x'.repeat(900_000)
    pim.answer = ({ text }, response) => {
      const { ids } = JSON.parse(text) as { ids: string[] }
      answerJson(response, { items: ids.map((id) => ({ id, data: id + long })) })
    }
    const ids = Array.from({ length: 40 }, (_, n) => `id${n}`)
    const payloads = await resolve(ids, resolverOf(batch))
    expect(
      payloads.map((payload) => 'data' in payload && payload.data.toString('utf8', 1, 5).replace(/x+$/, '')),
    ).toEqual(ids)
    expect(pim.requests.length).toBeLessThanOrEqual(7)
    pim.answer = (_request, response) => {
      answerJson(response, { items: [{ id: 'a', data: 'y'.repeat(17_000_000) }] })
    }
    expect(seen((await resolve(['a', 'b'], resolverOf(batch)))[0])).toMatchObject({ code: 'payload_invalid' })
  })

  test('of an objectType that is a dot segment are not asked for', async () => {
    const signal = new AbortController().signal
    const request = { subscription: 'acme', objectType: '..', ids: ['a'], signal }
    const payloads = await resolverOf(batch).resolve(request)
    expect(seen(payloads[0])).toMatchObject({ code: 'payload_invalid' })
    expect(pim.requests).toEqual([])
  })
})

describe('resolvePayloads', () => {
  const job = { subscription: 'acme', objectType: 'product', action: 'update' } as const

  function linesOf(items: string[], options: Partial<PayloadConfig> = {}) {
    return resolvePayloads(
      items.map((line, n) => callItemOf(line, { index: n, attempt: 1 })),
      { resolver: resolverOf(options), job, signal: new AbortController().signal },
    )
  }

  test('completes the items that lack data, and asks once for an id', async () => {
    pim.answer = (request, response) => {
      answerJson(response, { url: request.url })
    }
    const items = [
      '{"id":"a"}',
      '{ "partitionKey":"k" , "id" : "a" }  ',
      '{"id":"b","data":null}',
      '{"id":"c","action":"delete"}',
      '{"id":"d","data":{"x":1}}',
      '{"id":"a","action":"create"}',
      '{"\\u0069d":"e"}',
      '{"id":"f","d\\u0061ta":1}',
    ]
    const resolved = await linesOf(items)
    expect(resolved.map((item) => 'line' in item && item.line.toString())).toEqual([
      '{"id":"a","data":{"url":"/product/a"}}',
      '{ "partitionKey":"k" , "id" : "a" ,"data":{"url":"/product/a"}}',
      ...items.slice(2, 5),
      '{"id":"a","action":"create","data":{"url":"/product/a"}}',
      '{"\\u0069d":"e","data":{"url":"/product/e"}}',
      items[7],
    ])
    expect(pim.requests.map(({ url }) => url)).toEqual(['/product/a', '/product/e'])
  })

  test('fails the items of which it makes none', async () => {
    pim.answer = (request, response) => {
      response.writeHead(request.url === '/product/large' ? 200 : 404)
      response.end(request.url === '/product/large' ? `"${'x'.repeat(1024 * 1024 - 10)}"` : '')
    }
    const resolved = await linesOf(['{"id":"large"}', '{"id":"missing"}'])
    const codes = resolved.map((item) => ('failure' in item ? detailOf(item.failure).error!.code : null))
    expect(codes).toEqual(['payload_invalid', 'payload_not_found'])
  })
})
