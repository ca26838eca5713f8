import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { HttpConnectorConfig, RequestTemplateConfig } from '../../model/channel.ts'
import { callOf, httpConnector, detailOf } from '../testing/fake-http-calls.ts'
import { answerJson, FakeShop } from '../testing/fake-shop.ts'
import type { HttpConnector } from '../http-connector.ts'

const shop = new FakeShop()
let origin = ''
let connector: HttpConnector

const template: RequestTemplateConfig = {
  method: 'PUT',
  path: '/products/{item.id}',
  query: {},
  headers: {},
  bodyType: 'json',
}

function connect(update: Partial<RequestTemplateConfig>, options: Partial<HttpConnectorConfig> = {}): HttpConnector {
  const url = `${origin}/api?key=1`
  connector = httpConnector(origin, { url, headers: {}, request: { update: { ...template, ...update } }, ...options })
  return connector
}

beforeEach(async () => {
  origin = await shop.start()
  shop.requests.length = 0
  shop.answer = (_request, response) => response.end()
})

afterEach(async () => {
  await connector.close()
  await shop.stop()
})

describe('a request by template', () => {
  it('is made of an item, with the bytes of its data', async () => {
    const [answer] = await connect({
      path: '/products/{item.id}/prices/{item.data.list}',
      query: { locale: 'item.data.locale', tag: 'item.data.tags', missing: 'null' },
      headers: { 'If-Match': '"v" + string(attempt)', 'X-Absent': 'null', 'Waybill-Timeout-Ms': '"9"' },
    }).deliver(callOf(['{"id":"a/b c","data":{"list":7,"locale":"de&x","tags":["1","2"],"n":9007199254740993}}']))
    expect(answer).toMatchObject({ succeeded: true, httpStatus: 200 })
    const [request] = shop.requests
    expect(request).toMatchObject({
      method: 'PUT',
      url: '/api/products/a%2Fb%20c/prices/7?key=1&locale=de%26x&tag=1&tag=2',
      text: '{"list":7,"locale":"de&x","tags":["1","2"],"n":9007199254740993}',
    })
    expect(request!.headers).toMatchObject({
      'content-type': 'application/json',
      'if-match': 'v1',
      'waybill-timeout-ms': '9',
      'idempotency-key': 'job_0192f0c1a2b37c4d8e9fa0b1c2d3e4f5/40',
    })
    expect(request!.headers).not.toHaveProperty('x-absent')
  })

  it.each<[Partial<RequestTemplateConfig>, string | undefined, string]>([
    [{ body: { sku: 'item.id', price: 'item.data.price' } }, 'application/json', '{"sku":"p","price":1.5}'],
    [{ body: '{"product": item.data}' }, 'application/json', '{"product":{"price":1.5,"tags":["x","y z"]}}'],
    [
      { bodyType: 'form', body: { price: 'item.data.price', tag: 'item.data.tags', no: 'null' } },
      'application/x-www-form-urlencoded',
      'price=1.5&tag=x&tag=y+z',
    ],
    [{ bodyType: 'text', body: 'item.id + ";" + job.objectType' }, 'text/plain; charset=utf-8', 'p;product'],
    [
      { bodyType: 'ndjson', body: '[[{"index": {"_id": item.id}}, item.data]]' },
      'application/x-ndjson',
      '{"index":{"_id":"p"}}\n{"price":1.5,"tags":["x","y z"]}\n',
    ],
    [{ bodyType: 'none', method: 'DELETE' }, undefined, ''],
  ])('writes its body: %j', async (update, contentType, text) => {
    const answers = await connect(update).deliver(callOf(['{"id":"p","data":{"price":1.5,"tags":["x","y z"]}}']))
    expect(detailOf(answers[0])).toEqual({})
    expect(shop.requests[0]!.text).toBe(text)
    expect(shop.requests[0]!.headers['content-type']).toBe(contentType)
  })

  it('writes multipart that a standard parser reads', async () => {
    const body = { 'na"me\r\n': 'item.id', file: 'item.data.text' }
    const lines = ['{"id":"--x\\r\\n","data":{"text":"a\\r\\n--b\\u00e9"}}']
    await connect({ bodyType: 'multipart', body }).deliver(callOf(lines))
    const { headers, text } = shop.requests[0]!
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the caveat is of large bodies; a second reader is what is needed here
    const form = await new Response(text, { headers: { 'content-type': headers['content-type']! } }).formData()
    expect(Object.fromEntries(form)).toEqual({ 'na"me\r\n': '--x\r\n', file: 'a\r\n--bé' })
  })

  it('carries the items of a batch', async () => {
    const batch = { batchSize: 3 }
    await connect({ path: '/bulk' }, batch).deliver(callOf(['{"id":"a","data":{"n":1.0}}', '{"id":"b"}']))
    expect(shop.requests[0]!.text).toBe('[{"n":1.0},null]')
    await connector.close()
    const body = 'items.map(i, [{"index": {"_id": i.id}}, i.data])'
    await connect({ path: '/bulk', bodyType: 'ndjson', body }, batch).deliver(
      callOf(['{"id":"a","data":{"n":1}}', '{"id":"b","data":{"n":2}}']),
    )
    expect(shop.requests[1]!.text).toBe('{"index":{"_id":"a"}}\n{"n":1}\n{"index":{"_id":"b"}}\n{"n":2}\n')
  })

  it('leaves out an item that does not fit, and carries the others of its batch', async () => {
    const body = 'items.map(i, {"id": i.id, "price": i.data.price + 1.0})'
    const lines = ['{"id":"a","data":{"price":1}}', '{"id":"b","data":{"price":"1"}}', '{"id":"c","data":{"price":3}}']
    const answers = await connect({ path: '/bulk', body }, { batchSize: 3 }).deliver(callOf(lines))
    expect(shop.requests.map(({ text }) => text)).toEqual(['[{"id":"a","price":2},{"id":"c","price":4}]'])
    expect(answers.map(({ succeeded }) => succeeded)).toEqual([false, false, false]) // the shop reports no result for two
    expect(answers.map((answer) => detailOf(answer).error?.code)).toEqual([
      'invalid_answer',
      'request_not_made',
      'invalid_answer',
    ])
    expect(detailOf(answers[1]).error).toMatchObject({
      retryable: false,
      detail: expect.stringMatching(/\/request\/update\/\w+.*: .*no such overload.*\(characters \d+ to \d+\)/),
    })
  })

  it.each([
    ['an empty part', { path: '/p/{item.data.v}' }, ''],
    ['a dot segment', { path: '/p/{item.data.v}/x' }, '..'],
    ['a dot segment in pieces', { path: '/p/.{item.data.v}' }, '.'],
    ['an object', { path: '/p/{item.data.v}' }, {}],
    ['half a character', { path: '/p/{item.data.v}' }, '\ud800'],
    ['a header of two lines', { headers: { 'x-v': 'item.data.v' } }, 'a\r\nx-evil: 1'],
    ['a header beyond ISO 8859-1', { headers: { 'x-v': 'item.data.v' } }, '€'],
    ['a path that is too long', { path: '/p/{item.data.v}' }, 'x'.repeat(12 * 1024)],
    ['half a character in a query', { query: { v: 'item.data.v' } }, '\ud800'],
    ['half a character in a text', { bodyType: 'text' as const, body: 'item.data.v' }, 'a\udc00'],
    ['half a character in a form', { bodyType: 'form' as const, body: { v: 'item.data.v' } }, '\ud800'],
    ['a member that no map can have', { body: '{item.data.v: 1}' }, '__proto__'],
    ['an object in a query', { query: { v: 'item.data.v' } }, { a: 1 }],
    ['a list that is no text', { bodyType: 'text' as const, body: 'item.data.v' }, [1]],
    ['a member that is not there', { body: 'item.data.missing' }, 1],
  ])('is not made for %s', async (_what, update, v) => {
    const [answer] = await connect(update).deliver(callOf([JSON.stringify({ id: 'p', data: { v } })]))
    expect(detailOf(answer).error).toMatchObject({ code: 'request_not_made', origin: 'engine', retryable: false })
    expect(shop.requests).toEqual([])
  })

  it('never leaves its path, query and headers, whatever an item holds', async () => {
    connect({
      path: '/p/{item.data.a}/q',
      query: { a: 'item.data.a' },
      headers: { 'x-a': 'item.data.a' },
      body: { a: 'item.data.a' },
    })
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('..', '.', '%2e%2e', '/', '\\', '?x=1', '#', 'a\0b', '{item.id}', '"}', '\r\n\r\nGET / HTTP/1.1'),
    )
    await fc.assert(
      fc.asyncProperty(hostile, async (a) => {
        shop.requests.length = 0
        const [answer] = await connector.deliver(callOf([JSON.stringify({ id: 'p', data: { a } })]))
        const { error } = detailOf(answer)
        if (error !== undefined) {
          expect(error.code).toBe('request_not_made')
          expect(shop.requests).toEqual([])
          return
        }
        const [{ url, text, headers }, more] = shop.requests as [(typeof shop.requests)[0], unknown]
        expect(more).toBeUndefined()
        const { pathname, searchParams } = new URL(url, origin)
        expect(pathname.split('/').map(decodeURIComponent)).toEqual(['', 'api', 'p', a, 'q'])
        expect([...searchParams]).toEqual([
          ['key', '1'],
          ['a', a],
        ])
        expect(JSON.parse(text)).toEqual({ a })
        expect(headers['x-a']).toBe(a.trim())
      }),
      { numRuns: 300 },
    )
  })

  it('passes on integers beyond 2^53 and objects with a member constructor, as they are', async () => {
    const data =
      '{"n":9007199254740993,"o":{"constructor":"steel & co","__proto__":[-12345678901234567890]},"c\\u006fnstructor":1}'
    const body = { data: 'item.data', name: 'item.data.o.constructor' }
    await connect({ path: '/p/{item.data.n}', query: { n: 'item.data.n' }, body }).deliver(
      callOf([`{"id":"p","data":${data}}`]),
    )
    expect(shop.requests[0]).toMatchObject({
      url: '/api/p/9007199254740993?key=1&n=9007199254740993',
      text: `{"data":${data},"name":"steel & co"}`,
    })
  })

  it('carries items that together cost more than one may', async () => {
    const body = 'items.map(i, json(i.data))'
    const large = JSON.stringify({ id: 'p', data: 'x'.repeat(700_000) })
    await connect({ path: '/bulk', body }, { batchSize: 10, response: { succeeded: 'true' } }).deliver(
      callOf([large, '{"id":"b","data":1}', large, large]),
    )
    expect(shop.requests.map(({ text }) => (JSON.parse(text) as string[]).map(({ length }) => length))).toEqual([
      [700_002, 1, 700_002, 700_002],
    ])
  })

  it('fails every item where there is no request at all', async () => {
    const [answer] = await connect({}, { request: {} }).deliver(callOf(['{"id":"p"}']))
    expect(detailOf(answer).error).toMatchObject({ code: 'request_not_made', detail: expect.stringContaining('none') })
  })

  it('fails an item whose action has no request', async () => {
    const lines = ['{"id":"p","action":"delete"}']
    const [answer] = await connect({}).deliver(callOf(lines))
    expect(detailOf(answer).error).toMatchObject({
      code: 'request_not_made',
      detail: 'The channel has no request for the action delete: it has one for update',
    })
  })
})

describe('answer rules', () => {
  const graphql = {
    succeeded: 'status == 200 && size(body.data.userErrors) == 0',
    result: '{"id": body.data.id}',
    error: {
      code: 'body.data.userErrors[0].code',
      detail: 'body.data.userErrors[0].message',
      retryable: 'body.data.userErrors[0].code == "THROTTLED"',
      pointer: '"/data/" + body.data.userErrors[0].field',
    },
  }

  async function judged(body: unknown, status = 200, response: HttpConnectorConfig['response'] = graphql) {
    shop.answer = (_request, answer) => {
      answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    const [answer] = await connect({}, { response }).deliver(callOf(['{"id":"p","data":1}']))
    await connector.close()
    return { ...detailOf(answer), succeeded: answer!.succeeded }
  }

  it('judge a 200 that has errors', async () => {
    expect(await judged({ data: { id: 'x', userErrors: [] } })).toEqual({ succeeded: true, result: { id: 'x' } })
    const error = { code: 'TAKEN', message: 'is taken', field: 'sku' }
    expect(await judged({ data: { userErrors: [error] } })).toMatchObject({
      succeeded: false,
      error: { code: 'TAKEN', detail: 'is taken', retryable: false, pointer: '/data/sku', status: 200 },
    })
    expect(await judged({ data: { userErrors: [{ code: 'THROTTLED' }] } })).toMatchObject({
      error: { code: 'THROTTLED', retryable: true },
    })
  })

  it('take the status where they cannot be evaluated, and never a success', async () => {
    expect(await judged({ errors: ['x'] })).toMatchObject({ error: { code: 'invalid_answer', retryable: true } })
    expect(await judged({ errors: ['x'] }, 503)).toMatchObject({ error: { code: 'http_503', retryable: true } })
    expect(await judged('no JSON for sure', 404)).toMatchObject({ error: { code: 'http_404', retryable: false } })
  })

  it('may treat a refusal as a success', async () => {
    expect(await judged({}, 404, { succeeded: 'status in [200, 404]' })).toMatchObject({ succeeded: true })
  })

  it('keep no secret of the channel that an answer gives as a code, a detail or a pointer', async () => {
    const secret = 's3cret/of+the-channel'
    shop.answer = (request, answer) => answerJson(answer, { said: `no-${request.headers['x-key']!}` }, { status: 422 })
    const error = { code: 'body.said', detail: 'body.said', pointer: '"/" + body.said' }
    const [answer] = await connect({}, { headers: { 'x-key': secret }, response: { error } }).deliver(
      callOf(['{"id":"a"}']),
    )
    expect(detailOf(answer).error).toMatchObject({ code: 'no-***', detail: 'no-***', pointer: '/no-***' })
    expect(answer!.detail).not.toContain('s3cret')
  })

  it('read one entry for each item of a batch', async () => {
    const response = {
      results: 'body.items',
      succeeded: 'entry.index.status < 300.0',
      result: 'entry.index._id',
      error: { code: 'entry.index.error.type' },
    }
    shop.answer = (_request, answer) => {
      const failed = { index: { status: 409, error: { type: 'conflict' } } }
      answerJson(answer, { items: [{ index: { _id: 'a', status: 201 } }, failed] })
    }
    const lines = ['{"id":"a"}', '{"id":"b"}']
    const answers = await connect({ path: '/bulk' }, { batchSize: 2, response }).deliver(callOf(lines))
    expect(answers.map(detailOf)).toMatchObject([{ result: 'a' }, { error: { code: 'conflict' } }])
    const three = await connector.deliver(callOf([...lines, '{"id":"c"}']))
    expect(three.map((answer) => detailOf(answer).error?.code)).toEqual(Array(3).fill('invalid_answer'))
  })

  it.each([
    ['deep', '['.repeat(300_000) + ']'.repeat(300_000), 'result_dropped'],
    ['null', 'null', undefined],
  ])('keep the result of one item from the others: %s', async (_what, x, warning) => {
    shop.answer = (_request, answer) => answer.end(`{"items":[{"x":${x}},{"x":1}]}`)
    const response = { results: 'body.items', result: 'entry.x' }
    for (const rules of [response, { ...response, result: undefined }]) {
      const answers = await connect({ path: '/bulk' }, { batchSize: 2, response: rules }).deliver(
        callOf(['{"id":"a"}', '{"id":"b"}']),
      )
      await connector.close()
      expect(answers.map(({ succeeded }) => succeeded)).toEqual([true, true])
      expect(detailOf(answers[0]).warnings?.[0]?.code).toBe(warning)
      expect(detailOf(answers[1]).result).toEqual(rules.result === undefined ? { x: 1 } : 1)
    }
  })

  it('cost no more for many entries than for few', async () => {
    const count = 1000
    const filler = 'x'.repeat(900)
    const lines = Array.from({ length: count }, (_, n) => `{"id":"${n}"}`)
    const response = {
      results: 'body.items',
      succeeded: 'entry != null',
      result: 'json(body)',
      error: { code: 'json(body)', detail: 'json(body)', pointer: 'json(body)' },
    }
    for (const entry of [`{"b":"${filler}"}`, 'null']) {
      shop.answer = (_request, answer) =>
        answer.end(`{"filler":"${filler.repeat(100)}","items":[${Array(count).fill(entry).join(',')}]}`)
      const startedCpu = process.cpuUsage()
      await connect({ path: '/bulk' }, { batchSize: count, response }).deliver(callOf(lines))
      await connector.close()
      const { user, system } = process.cpuUsage(startedCpu)
      expect((user + system) / 1000).toBeLessThan(2000) // with a budget for each rule: 10 s and more
    }
  })

  it('judge every item of a batch by an answer to the whole', async () => {
    const response = {
      results: 'has(body.errors) ? null : body.results',
      succeeded: 'entry != null',
      error: { code: 'body.errors[0].code', retryable: 'body.errors[0].code == "THROTTLED"' },
    }
    shop.answer = (_request, answer) => {
      answerJson(answer, { errors: [{ code: 'THROTTLED' }] })
    }
    const answers = await connect({ path: '/bulk' }, { batchSize: 2, response }).deliver(
      callOf(['{"id":"a"}', '{"id":"b"}']),
    )
    expect(answers.map((answer) => detailOf(answer).error)).toMatchObject([
      { code: 'THROTTLED', retryable: true },
      { code: 'THROTTLED', retryable: true },
    ])
  })
})
