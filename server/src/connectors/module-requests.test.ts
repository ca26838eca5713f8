import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ChannelConfig, type Credentials, defaultRetry, type ModuleConnectorConfig } from '../model/channel.ts'
import { FLAG_RETRY_AFTER, FLAG_RETRYABLE } from '../model/outcome-batch.ts'
import { silentLogger } from '../runtime/logger.ts'
import type { Call, Connector, ConnectorSetup, ItemAnswer } from './connector.ts'
import { throwForStatus } from './connector-errors.ts'
import type { ItemConnector, ItemContext } from './define-connector.ts'
import { moduleConnectorOf } from './module-connector.ts'
import { callOf, detailOf } from './testing/fake-http-calls.ts'
import { answerJson, FakeShop } from './testing/fake-shop.ts'

let shop: FakeShop
let origin: string
const closing: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  shop = new FakeShop()
  origin = await shop.start()
  closing.push(() => shop.stop())
})

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

function connectorOf(
  deliverItem: (context: ItemContext, n: number) => unknown,
  options: Partial<ModuleConnectorConfig> = {},
  setup: Partial<ConnectorSetup> = {},
): Connector {
  const connector: ModuleConnectorConfig = {
    ...{ type: 'module', path: 'test', batchSize: 1, timeoutMs: 5000, abortGraceMs: 100, allowPrivateAddresses: true },
    ...options,
  }
  const config: ChannelConfig = {
    ...{ connector, rateLimit: null, concurrency: 4, retry: defaultRetry, circuit: null, credentials: {} },
    ...{
      maxRetryAfterMs: 60_000,
      rateLimitHeaders: null,
      itemSchema: null,
      payload: null,
      parkForSeconds: 1,
      trace: null,
    },
  }
  const module: ItemConnector = { deliverItem: (item, context) => deliverItem(context, item.index) }
  const deps = { channel: 'shop', config, allowPrivateAddresses: false, logger: silentLogger, throttle() {}, ...setup }
  const made = moduleConnectorOf(module, connector, deps)
  closing.push(() => made.close())
  return made
}

async function deliver(connector: Connector, call: Partial<Call> = {}): Promise<ItemAnswer> {
  const [answer] = await connector.deliver(callOf(['{"id":"sku-1"}'], call))
  return answer!
}

/** Delivers by one request. */
async function request(path: string, init: Parameters<ItemContext['fetch']>[1], call: Partial<Call> = {}) {
  const connector = connectorOf(async ({ fetch }) => {
    const response = throwForStatus(await fetch(origin + path, init))
    return { status: response.status, text: await response.text() }
  })
  return detailOf(await deliver(connector, call))
}

describe('fetch of a module', () => {
  it('sends the request, with a trace and a user agent unless it has its own', async () => {
    shop.answer = (_request, response) => response.end('fine')
    expect(await request('/a?b=c', { method: 'put', headers: { 'x-a': '1' }, body: '{}' })).toEqual({
      result: { status: 200, text: 'fine' },
    })
    await request('/', { headers: { traceparent: 'own', 'user-agent': 'me' } })
    const [first, second] = shop.requests
    expect(first).toMatchObject({
      method: 'PUT',
      url: '/a?b=c',
      text: '{}',
      headers: { 'x-a': '1', 'user-agent': 'waybill' },
    })
    expect(first!.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    expect(first!.headers).not.toHaveProperty('authorization')
    expect(first!.headers).not.toHaveProperty('idempotency-key')
    expect(second!.headers).toMatchObject({ traceparent: 'own', 'user-agent': 'me' })
  })

  it("takes a Request and the platform's forms", async () => {
    const form = new FormData()
    form.append('name', 'Chair')
    form.append('file', new File(['abc'], 'a.txt'))
    await request('/form', { method: 'POST', body: form })
    const connector = connectorOf(({ fetch }) =>
      fetch(new Request(`${origin}/request`, { method: 'PATCH', headers: { 'x-a': '1' }, body: 'text' })).then((r) =>
        r.text(),
      ),
    )
    expect((await deliver(connector)).succeeded).toBe(true)
    const [first, second] = shop.requests
    expect(first!.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    expect(first!.text).toMatch(/name="name"[\s\S]*Chair[\s\S]*filename="a.txt"[\s\S]*abc/)
    expect(second).toMatchObject({ method: 'PATCH', url: '/request', text: 'text', headers: { 'x-a': '1' } })
  })

  it.each<[string, Credentials, string, string]>([
    ['bearer', { type: 'bearer', token: 't0ken-1' }, 'authorization', 'Bearer t0ken-1'],
    ['basic', { type: 'basic', username: 'me', password: 'secret' }, 'authorization', 'Basic bWU6c2VjcmV0'],
    ['header', { type: 'header', name: 'X-Api-Key', value: 'k3y-value' }, 'x-api-key', 'k3y-value'],
  ])(
    'sends %s credentials where authorize is true, over a header of the request',
    async (_type, credentials, name, value) => {
      await request('/', { authorize: true, headers: { [name]: 'other' } }, { credentials })
      await request('/', {}, { credentials })
      expect(shop.requests.map(({ headers }) => headers[name])).toEqual([value, undefined])
    },
  )

  it('signs what is sent', async () => {
    const credentials: Credentials = {
      type: 'hmac',
      header: 'x-signature',
      secret: 'sh4red-key',
      content: 'method + path + body',
    }
    await request('/a?b=1', { method: 'POST', body: new URLSearchParams({ c: 'ä' }), authorize: true }, { credentials })
    const expected = createHmac('sha256', 'sh4red-key').update('POST/a?b=1c=%C3%A4').digest('hex')
    expect(shop.requests[0]).toMatchObject({ text: 'c=%C3%A4', headers: { 'x-signature': expected } })
    expect(shop.requests[0]!.headers['content-type']).toMatch('application/x-www-form-urlencoded')
  })

  it('gets an access token once, and renews one that is refused', async () => {
    let tokens = 0
    let valid = ''
    shop.answer = ({ url, headers, text }, response) => {
      if (url === '/token')
        answerJson(response, {
          access_token: (valid = `token-number-${++tokens}`),
          token_type: 'bearer',
          expires_in: 600,
        })
      else
        answerJson(
          response,
          { text, echo: headers.authorization },
          { status: headers.authorization === `Bearer ${valid}` ? 200 : 401 },
        )
    }
    const credentials: Credentials = {
      type: 'oauth2_client_credentials',
      tokenUrl: `${origin}/token`,
      clientId: 'c',
      clientSecret: 'cl1ent-secret',
    }
    const connector = connectorOf(async ({ fetch }) => {
      const body = new Blob(['the body']).stream()
      return throwForStatus(
        await fetch(`${origin}/api`, { method: 'POST', body, duplex: 'half', authorize: true }),
      ).json()
    })
    const results = [await deliver(connector, { credentials }), await deliver(connector, { credentials })]
    expect(tokens).toBe(1)
    valid = 'another'
    results.push(await deliver(connector, { credentials }))
    expect(tokens).toBe(2)
    // An answer that echoes the token keeps no token.
    expect(results.map((answer) => detailOf(answer).result)).toEqual(Array(3).fill({ text: 'the body', echo: '***' }))
  })

  it('retries an item whose renewed token is refused, too', async () => {
    shop.answer = ({ url }, response) => {
      if (url === '/token')
        answerJson(response, { access_token: `t0ken-${shop.requests.length}`, token_type: 'bearer' })
      else response.writeHead(401).end()
    }
    const credentials: Credentials = {
      type: 'oauth2_client_credentials',
      tokenUrl: `${origin}/token`,
      clientId: 'c',
      clientSecret: 'cl1ent-secret',
    }
    const connector = connectorOf(
      async ({ fetch }) => void throwForStatus(await fetch(`${origin}/api`, { authorize: true })),
    )
    const answer = await deliver(connector, { credentials })
    expect(answer).toMatchObject({ httpStatus: 401, flags: FLAG_RETRYABLE })
    expect(shop.requests.map(({ url }) => url)).toEqual(['/token', '/api', '/token', '/api'])
  })

  it('fails with the code of the reason, and shows no secret', async () => {
    const credentials: Credentials = { type: 'bearer', token: 'b3arer-secret' }
    const closed = await closedOrigin()
    const cases: [(context: ItemContext) => unknown, Partial<Call>, string, RegExp][] = [
      [({ fetch }) => fetch(closed), {}, 'connection_failed', /^ECONNREFUSED|connect ECONNREFUSED/],
      [({ fetch }) => fetch(origin, { authorize: true }), {}, 'no_credentials', /credentials for subscription "acme"/],
      [({ fetch }) => fetch('/relative'), {}, 'thrown', /absolute http or https URL/],
      [({ fetch }) => fetch('file:///etc/passwd'), {}, 'thrown', /absolute http or https URL/],
      [({ fetch }) => fetch(`http://me:b3arer-secret@localhost/`), { credentials }, 'thrown', /without user name/],
      [
        ({ fetch }) => fetch(origin, { authorize: true, redirect: 'follow' }),
        { credentials },
        'thrown',
        /redirect must be manual/,
      ],
      [
        ({ fetch }) => fetch(origin, { headers: { 'x-bad': 'b3arer-secret\n' + 'x' } }),
        { credentials },
        'thrown',
        /\*\*\*/,
      ],
    ]
    for (const [act, call, code, detail] of cases) {
      const { error } = detailOf(await deliver(connectorOf(act), call))
      expect(error).toMatchObject({ code, origin: 'connector', detail: expect.stringMatching(detail) as string })
      expect(JSON.stringify(error)).not.toContain('b3arer')
    }
    expect(shop.requests).toEqual([])
  })

  it('calls no private address unless the channel or --dev allows it, on no hop', async () => {
    const inner = await hostOf((_request, response) => response.end('secret'))
    const refused = connectorOf(({ fetch }) => fetch(inner), { allowPrivateAddresses: false })
    expect(detailOf(await deliver(refused)).error).toMatchObject({
      code: 'connection_failed',
      detail: expect.stringContaining('PRIVATE_ADDRESS') as string,
    })
    const dev = connectorOf(
      async ({ fetch }) => (await fetch(inner)).text(),
      { allowPrivateAddresses: false },
      { allowPrivateAddresses: true },
    )
    expect(detailOf(await deliver(dev)).result).toBe('secret')
  })

  it('returns redirects, and follows them only without credentials', async () => {
    const other = await hostOf((request, response) => response.end(JSON.stringify(request.headers)))
    shop.answer = (_request, response) => response.writeHead(307, { location: other }).end()
    const credentials: Credentials = { type: 'header', name: 'x-api-key', value: 'k3y-value' }
    expect((await request('/', { authorize: true }, { credentials })).error).toMatchObject({
      code: 'http_307',
      retryable: false,
    })
    expect((await request('/', { redirect: 'error' })).error).toMatchObject({ code: 'http_307' })
    const { result } = await request('/', { redirect: 'follow', headers: { authorization: 'mine' } }, { credentials })
    expect((result as { text: string }).text).not.toMatch(/k3y-value|mine/)
  })

  it.each<[number, Record<string, string>, object, number | null]>([
    [429, { 'retry-after': '7' }, { httpStatus: 429, flags: FLAG_RETRY_AFTER }, 7000],
    [503, { 'retry-after': '3600' }, { httpStatus: 503, flags: FLAG_RETRY_AFTER }, 60_000],
    [503, {}, { httpStatus: 503, flags: 0, retryAtMs: 0 }, null],
    [502, { 'retry-after': '7' }, { httpStatus: 502, flags: FLAG_RETRY_AFTER }, null],
    [422, {}, { httpStatus: 422, flags: 0 }, null],
  ])('judges a %s with %j as the http connector does', async (status, headers, expected, heldMs) => {
    shop.answer = (_request, response) => answerJson(response, { error: 'price of b3arer-secret' }, { status, headers })
    const held: number[] = []
    const connector = connectorOf(
      async ({ fetch }) => void throwForStatus(await fetch(origin, { authorize: true })),
      {},
      { throttle: (untilMs) => held.push(untilMs - 1_000_000), nowMs: () => 1_000_000 },
    )
    const answer = await deliver(connector, { credentials: { type: 'bearer', token: 'b3arer-secret' } })
    expect(answer).toMatchObject(expected)
    expect(held).toEqual(heldMs === null ? [] : [heldMs])
    expect(detailOf(answer).error).toMatchObject({ code: `http_${status}`, status, detail: '{"error":"price of ***"}' })
  })

  it('reads the response that refuses many items once', async () => {
    shop.answer = (_request, response) => answerJson(response, { error: 'full' }, { status: 507 })
    const config = {
      type: 'module',
      path: 'test',
      batchSize: 10,
      timeoutMs: 5000,
      abortGraceMs: 100,
      allowPrivateAddresses: true,
    } as const
    const setup = {
      ...{ channel: 'shop', allowPrivateAddresses: false, logger: silentLogger, throttle() {} },
      config: { connector: config, concurrency: 4, maxRetryAfterMs: 1000 } as unknown as ChannelConfig,
    }
    const connector = moduleConnectorOf(
      {
        deliverBatch: async (items: unknown[], { fetch }: ItemContext) => {
          const response = await fetch(origin)
          let error: unknown
          try {
            throwForStatus(response)
          } catch (caught) {
            error = caught
          }
          return items.map((_item, n) => (n === 1 ? { stored: true } : error))
        },
      },
      config,
      setup,
    )
    closing.push(() => connector.close())
    const answers = await connector.deliver(callOf(['{"id":"a"}', '{"id":"b"}', '{"id":"c"}']))
    expect(answers.map((answer) => detailOf(answer).error?.detail ?? detailOf(answer).result)).toEqual([
      '{"error":"full"}',
      { stored: true },
      '{"error":"full"}',
    ])
  })

  it('ends with its call: at its time-out, or when it returned', async () => {
    let broken = 0
    shop.answer = (_request, response) => {
      response.on('close', () => broken++)
      response.writeHead(200).write('never ends')
    }
    const left = connectorOf(async ({ fetch }) => {
      await fetch(origin)
    })
    expect((await deliver(left)).succeeded).toBe(true)
    const controller = new AbortController()
    const waiting = connectorOf(async ({ fetch }) => (await fetch(origin)).text())
    const answer = deliver(waiting, { signal: controller.signal })
    while (shop.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    controller.abort(new DOMException("The call's time is up", 'TimeoutError'))
    expect(detailOf(await answer).error?.detail).toBe("The call's time is up")
    while (broken < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    let kept: ItemContext | undefined
    await deliver(connectorOf((context) => void (kept = context)))
    await expect(kept!.fetch(origin)).rejects.toThrow('must not have ended')
  })

  it('keeps its connections, at most as many as calls may run', async () => {
    let connections = 0
    const server = createServer((_request, response) => {
      response.writeHead(200).flushHeaders()
      setTimeout(() => response.end('{"stored":true}'), 5)
    }).on('connection', () => connections++)
    const url = await listen(server)
    const connector = connectorOf(async ({ fetch }) => void (await fetch(url)))
    // Whose bodies nobody reads.
    for (let n = 0; n < 20; n++) await deliver(connector)
    expect(connections).toBeLessThanOrEqual(4)
    const many = connectorOf(async ({ fetch }) =>
      Promise.all(Array.from({ length: 30 }, async () => (await fetch(url)).text())),
    )
    await deliver(many)
    expect(connections).toBeLessThanOrEqual(8)
  })
})

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

function hostOf(answer: Parameters<typeof createServer>[1]): Promise<string> {
  return listen(createServer(answer))
}

async function closedOrigin(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

describe('the lease of the server', () => {
  const lease = { shared: new SharedArrayBuffer(8), holds: () => true }

  it('lets requests of a module through while it is held', async () => {
    shop.answer = (_request, response) => response.end('fine')
    const connector = connectorOf(async ({ fetch }) => (await fetch(origin)).text(), {}, { lease })
    expect(detailOf(await deliver(connector))).toEqual({ result: 'fine' })
  })

  it('keeps a call from a module, and each of its requests from the target system, once it is lost', async () => {
    let calls = 0
    let checks = 0
    const made = (holds: () => boolean): Connector =>
      connectorOf(
        async ({ fetch }) => {
          calls++
          return (await fetch(origin)).text()
        },
        {},
        { lease: { ...lease, holds } },
      )
    expect(await deliver(made(() => false))).toMatchObject({ succeeded: false, withheld: true })
    expect(calls).toBe(0)
    // Lost after the call began.
    expect(await deliver(made(() => ++checks === 1))).toMatchObject({ succeeded: false, withheld: true })
    expect([calls, shop.requests.length]).toEqual([1, 0])
  })
})
