import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Credentials, HttpConnectorConfig } from '../model/channel.ts'
import type { PartitionBy } from '../model/job.ts'
import { FLAG_RETRY_AFTER, FLAG_RETRYABLE } from '../model/outcome-batch.ts'
import { callOf, httpConnector, detailOf } from './testing/fake-http-calls.ts'
import { answerJson, FakeShop } from './testing/fake-shop.ts'
import type { HttpConnector } from './http-connector.ts'

const shop = new FakeShop()
let origin = ''
let connector: HttpConnector
let throttledUntil: number[] = []

function connect(options: Partial<HttpConnectorConfig> = {}): HttpConnector {
  connector = httpConnector(origin, options, (untilMs) => {
    throttledUntil.push(untilMs)
  })
  return connector
}

beforeEach(async () => {
  origin = await shop.start()
  throttledUntil = []
  shop.requests.length = 0
  shop.answer = (_request, response) => response.end()
})

afterEach(async () => {
  await connector.close()
  await shop.stop()
})

describe('http connector', () => {
  it('posts one item with the headers that make it recognisable', async () => {
    const answers = await connect().deliver(callOf(['{"id":"sku-1","data":{"price":9007199254740993}}']))
    const [request] = shop.requests
    expect(request).toMatchObject({ method: 'POST', url: '/deliver?shop=eu' })
    expect(request!.text).toBe(
      '{"jobId":"job_0192f0c1a2b37c4d8e9fa0b1c2d3e4f5","subscription":"acme","channel":"shop-eu","objectType":"product","action":"update",' +
        '"items":[{"index":40,"idempotencyKey":"job_0192f0c1a2b37c4d8e9fa0b1c2d3e4f5/40","attempt":1,"partitionKey":"sku-1","id":"sku-1","data":{"price":9007199254740993}}]}',
    )
    expect(request!.headers).toMatchObject({
      'content-type': 'application/json',
      'x-shop': 'eu',
      'waybill-epoch': '7',
      'waybill-attempt': '1',
      'waybill-timeout-ms': '5000',
      'idempotency-key': 'job_0192f0c1a2b37c4d8e9fa0b1c2d3e4f5/40',
    })
    expect(request!.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    expect(request!.headers['traceparent']).not.toContain('0192f0c1a2b37c4d8e9fa0b1c2d3e4f5')
    expect(answers).toEqual([{ succeeded: true, httpStatus: 200, flags: 0, retryAtMs: 0, detail: null }])
  })

  it("sends the channel's own time-out in place of its", async () => {
    await connect({ headers: { 'Waybill-Timeout-Ms': '100' } }).deliver(callOf(['{"id":"sku-1"}']))
    expect(shop.requests[0]!.headers['waybill-timeout-ms']).toBe('100')
  })

  it.each<[PartitionBy, string, string]>([
    ['item', '{"id":"a"}', '"partitionKey":"a","data":null,"id":"a"}'],
    ['item', '{"id":"a","partitionKey":"k","data":1}', '"id":"a","partitionKey":"k","data":1}'],
    ['job', '{"id":"a","partitionKey":"k","data":1}', '"partitionKey":null,"id":"a","data":1}'],
    ['none', '{"id":"a","data":null}', '"partitionKey":null,"id":"a","data":null}'],
    ['/data/shop', '{"id":"a","data":{"shop":"eu"}}', '"partitionKey":"eu","id":"a","data":{"shop":"eu"}}'],
    ['/data/n', '{"id":"a","data":{"n":7.50}}', '"partitionKey":"7.5","id":"a","data":{"n":7.50}}'],
    ['/partitionKey', '{"id":"a","partitionKey":"k","data":1}', '"id":"a","partitionKey":"k","data":1}'],
    [
      '/id',
      '{ "partition\\u004bey" : "k}\\"," , "data" : [{"partitionKey":9007199254740993},-1e2] , "id" : "a\\\\" }',
      '"partitionKey":"a\\\\",data" : [{"partitionKey":9007199254740993},-1e2],"id" : "a\\\\"}',
    ],
  ])(
    'delivers the key of partitionBy %s and data, whichever the item omits: %s',
    async (partitionBy, line, expected) => {
      await connect().deliver(callOf([line], { job: { ...callOf([]).job, partitionBy } }))
      const { text } = shop.requests[0]!
      expect(text.slice(text.indexOf('"attempt":1,') + 12, -2)).toBe(expected.replace(',data"', ',"data"'))
    },
  )

  it('posts many items in one call, without the headers of one', async () => {
    shop.answer = (_request, response) => {
      answerJson(response, {
        results: [
          { index: 41, status: 'succeeded' },
          { index: 40, status: 'failed', error: { code: 'no_brand', detail: 'gone', retryable: true } },
        ],
      })
    }
    const lines = ['{"id":"a","partitionKey":"p","action":"delete"}', '{"id":"b","partitionKey":"q","action":"delete"}']
    const answers = await connect({ batchSize: 10 }).deliver(callOf(lines))
    const body = JSON.parse(shop.requests[0]!.text) as { action: string; items: object[] }
    expect(body.action).toBe('delete')
    expect(body.items).toMatchObject([
      { index: 40, id: 'a', partitionKey: 'p', attempt: 1 },
      { index: 41, id: 'b', partitionKey: 'q', attempt: 2 },
    ])
    expect(shop.requests[0]!.headers).not.toHaveProperty('idempotency-key')
    expect(answers.map(({ succeeded, flags }) => ({ succeeded, flags }))).toEqual([
      { succeeded: false, flags: FLAG_RETRYABLE },
      { succeeded: true, flags: 0 },
    ])
    expect(detailOf(answers[0]).error).toMatchObject({
      code: 'no_brand',
      detail: 'gone',
      status: 200,
      retryable: true,
      origin: 'connector',
    })
  })

  it('closes the gate as soon as it reads a Retry-After, before the body', async () => {
    shop.answer = (_request, response) => {
      response.writeHead(429, { 'retry-after': '2' })
      response.flushHeaders()
      setTimeout(() => response.end('slow down'), 100)
    }
    const delivery = connect().deliver(callOf(['{"id":"a"}']))
    const startedMs = Date.now()
    while (throttledUntil.length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
    const [answer] = await delivery
    expect(answer).toMatchObject({
      succeeded: false,
      httpStatus: 429,
      flags: FLAG_RETRY_AFTER,
      retryAtMs: throttledUntil[0],
    })
    expect(throttledUntil[0]).toBeGreaterThanOrEqual(startedMs + 1900)
    expect(detailOf(answer).error).toMatchObject({ code: 'http_429', detail: 'slow down', retryable: true })
  })

  it('keeps a Retry-After of other errors for the item alone', async () => {
    shop.answer = (_request, response) => response.writeHead(500, { 'retry-after': '3' }).end()
    const [answer] = await connect().deliver(callOf(['{"id":"a"}']))
    expect(throttledUntil).toEqual([])
    expect(answer).toMatchObject({ httpStatus: 500, flags: FLAG_RETRY_AFTER })
  })

  it('drops a result that is nested too deeply to be written', async () => {
    shop.answer = (_request, response) => {
      const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
      response.end(`{"results":[{"index":40,"status":"succeeded","result":${deep}}]}`)
    }
    const [answer] = await connect().deliver(callOf(['{"id":"a"}']))
    expect(answer).toMatchObject({ succeeded: true })
    expect(detailOf(answer).warnings).toMatchObject([{ code: 'result_dropped' }])
  })

  it('sends no call whose time is up before it has a connection', async () => {
    shop.answer = () => {}
    connect()
    const held = [1, 2, 3, 4].map(() => callOf(['{"id":"held"}']))
    const deliveries = held.map((call) => connector.deliver(call))
    while (shop.requests.length < 4) await new Promise((resolve) => setTimeout(resolve, 2))
    const late = callOf(['{"id":"late"}'])
    const delivery = connector.deliver(late)
    late.onTimedOut!(new DOMException('too late', 'TimeoutError'))
    expect(detailOf((await delivery)[0]).error?.detail).toContain('too late')
    for (const call of held) call.onTimedOut!(new DOMException('over', 'TimeoutError'))
    await Promise.all(deliveries)
    shop.answer = (_request, response) => response.end()
    await connector.deliver(callOf(['{"id":"next"}']))
    expect(shop.requests.map(({ text }) => /"id":"(\w+)"/.exec(text)![1])).not.toContain('late')
  })

  it('does not follow redirects', async () => {
    shop.answer = (_request, response) => response.writeHead(302, { location: `${origin}/elsewhere` }).end()
    const [answer] = await connect().deliver(callOf(['{"id":"a"}']))
    expect(detailOf(answer).error?.code).toBe('http_302')
    expect(shop.requests).toHaveLength(1)
  })

  it('reports that there was no answer when the connection breaks or cannot be made', async () => {
    shop.answer = (_request, response) => response.socket?.destroy()
    const [broken] = await connect().deliver(callOf(['{"id":"a"}']))
    expect(detailOf(broken).error).toMatchObject({ code: 'connection_failed', origin: 'engine', retryable: true })
    await connector.close()
    const [refused] = await connect({ url: 'http://127.0.0.1:1/' }).deliver(callOf(['{"id":"a"}']))
    expect(detailOf(refused).error?.code).toBe('connection_failed')
    expect(detailOf(refused).error?.detail).toContain('ECONNREFUSED')
  })

  it('ends a call that is aborted', async () => {
    shop.answer = () => {}
    const call = callOf(['{"id":"a"}'])
    const delivery = connect().deliver(call)
    while (shop.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
    call.onTimedOut!(new DOMException('too late', 'TimeoutError'))
    const [answer] = await delivery
    expect(answer?.succeeded).toBe(false)
    expect(detailOf(answer).error?.detail).toContain('too late')
  })

  it('refuses private addresses, as they stand in the URL and as names lead to them', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433']) {
      const url = origin.replace('127.0.0.1', host)
      const [answer] = await connect({ url, allowPrivateAddresses: false }).deliver(callOf(['{"id":"a"}']))
      await connector.close()
      expect(detailOf(answer).error, host).toMatchObject({ code: 'connection_failed' })
      expect(detailOf(answer).error?.detail, host).toContain('private')
    }
    expect(shop.requests).toHaveLength(0)
  })

  it('refuses URLs that are not http', () => {
    connect()
    expect(() => connect({ url: 'ftp://shop.example/' })).toThrow('must be http or https')
  })

  it('drops a result above 64 KiB and a body above 1 MiB without failing the item', async () => {
    for (const length of [70_000, 2_000_000]) {
      shop.answer = (_request, response) => answerJson(response, 'x'.repeat(length))
      const [answer] = await connect().deliver(callOf(['{"id":"a"}']))
      await connector.close()
      expect(answer?.succeeded).toBe(true)
      expect(detailOf(answer)).toMatchObject({ result: null, warnings: [{ code: 'result_dropped' }] })
    }
  })

  it.each<[Credentials, string, string]>([
    [{ type: 'bearer', token: 'abc' }, 'authorization', 'Bearer abc'],
    [
      { type: 'basic', username: 'u', password: 'pä' },
      'authorization',
      `Basic ${Buffer.from('u:pä').toString('base64')}`,
    ],
    [{ type: 'header', name: 'X-Api-Key', value: 'k' }, 'x-api-key', 'k'],
  ])('sends credentials of type $type', async (credentials, name, value) => {
    await connect().deliver(callOf(['{"id":"a"}'], { credentials }))
    expect(shop.requests[0]!.headers[name]).toBe(value)
  })

  it('sends each header once: credentials over configuration over ours, and never another key', async () => {
    const headers = { 'User-Agent': 'shop-feed', AUTHORIZATION: 'Bearer old', 'idempotency-KEY': 'mine' }
    await connect({ headers }).deliver(callOf(['{"id":"a"}'], { credentials: { type: 'bearer', token: 'new' } }))
    expect(shop.requests[0]!.headers).toMatchObject({ 'user-agent': 'shop-feed', authorization: 'Bearer new' })
    expect(shop.requests[0]!.headers['idempotency-key']).toMatch(/^job_/)
  })
  it('reads answers that are encoded, within the same bounds', async () => {
    shop.answer = (request, response) => {
      const body = request.text.includes('"large"') ? Buffer.alloc(50_000_000) : '{"revision":7}'
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body))
    }
    const [small] = await connect().deliver(callOf(['{"id":"small"}']))
    expect(detailOf(small).result).toEqual({ revision: 7 })
    const [large] = await connector.deliver(callOf(['{"id":"large"}']))
    expect(large).toMatchObject({ succeeded: true, httpStatus: 200 })
    expect(detailOf(large).warnings?.[0]?.detail).toContain('longer than 1 MiB')
  })

  it('keeps no secret of an answer that echoes the request', async () => {
    shop.answer = (request, response) => {
      if (request.url.startsWith('/token')) answerJson(response, { ...token, expires_in: 60 })
      else response.writeHead(request.text.includes('"ok"') ? 200 : 500).end(JSON.stringify(request))
    }
    const url = `${origin}/deliver?key=query-secret`
    connect({ url, headers: { 'X-Api-Key': 'header-secret', authorization: 'Bearer file-secret' } })
    const token = { access_token: 'tok-12345678', token_type: 'Bearer' }
    const oauth: Credentials = {
      type: 'oauth2_client_credentials',
      tokenUrl: `${origin}/token?key=url-secret`,
      clientId: 'me',
      clientSecret: 'client-secret',
    }
    const many: Credentials[] = [
      { type: 'bearer', token: 'bearer-secret' },
      { type: 'basic', username: 'u', password: 'basic-secret' },
      { type: 'header', name: 'x-own', value: 'own-secret' },
      oauth,
    ]
    for (const credentials of [null, ...many]) {
      for (const id of ['ok', 'failed']) {
        const [answer] = await connector.deliver(callOf([JSON.stringify({ id })], { credentials }))
        expect(answer!.detail).toContain('***')
        expect(answer!.detail).not.toMatch(/secret|tok-1/)
        expect(answer!.detail).not.toContain(Buffer.from('u:basic-secret').toString('base64'))
      }
    }
  })

  it('signs the request that it sends', async () => {
    const credentials: Credentials = {
      type: 'hmac',
      header: 'x-signature',
      secret: 'shared-secret-of-both',
      prefix: 'v1=',
    }
    shop.answer = (request, response) =>
      response.writeHead(400).end(`you sent ${request.text.length} shared-secret-of-both`)
    const [answer] = await connect().deliver(callOf(['{"id":"a"}'], { credentials }))
    const { text, headers } = shop.requests[0]!
    expect(headers['x-signature']).toBe(
      `v1=${createHmac('sha256', 'shared-secret-of-both').update(text).digest('hex')}`,
    )
    expect(detailOf(answer).error!.detail).toContain('***')
    expect(detailOf(answer).error!.detail).not.toContain('shared-secret')
  })

  it('fails an item whose signature cannot be made', async () => {
    const credentials: Credentials = {
      type: 'hmac',
      header: 'x-s',
      secret: 'shared-secret',
      content: 'body.substring(9999)',
    }
    const [answer] = await connect().deliver(callOf(['{"id":"a"}'], { credentials }))
    expect(detailOf(answer).error).toMatchObject({ code: 'request_not_made', retryable: false })
    expect(shop.requests).toEqual([])
  })

  it('slows the channel down before it is refused, by the headers of its answers', async () => {
    const held: number[] = []
    const channel = { rateLimitHeaders: 'standard' as const, maxRetryAfterMs: 60_000 }
    connector = httpConnector(origin, {}, (untilMs) => held.push(untilMs - Date.now()), channel)
    const answer = async (headers: Record<string, string>, status = 200): Promise<number | null> => {
      held.length = 0
      shop.answer = (_request, response) => response.writeHead(status, headers).end()
      await connector.deliver(callOf(['{"id":"a"}']))
      return held[0] === undefined ? null : Math.round(held[0] / 1000)
    }
    const policy = { 'ratelimit-policy': '"a";q=100;w=60' }
    expect(await answer({ ratelimit: '"a";r=80;t=30', ...policy })).toBeNull()
    expect(await answer({ ratelimit: '"a";r=5;t=30', ...policy })).toBe(5)
    expect(await answer({ ratelimit: '"a";r=0;t=3600', ...policy })).toBe(60)
    expect(await answer({ ratelimit: '"a";r=0;t=30', 'retry-after': '7' }, 429)).toBe(7)
  })
})
