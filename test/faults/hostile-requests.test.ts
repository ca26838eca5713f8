import { type Job, operations } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENVELOPE, envelopeLine, HostileWorld, itemLines, JSON_BODY, NDJSON } from '../support/hostile-world.ts'
import type { CallerHeaders } from '../support/little-callers.ts'
import { type RawAnswer, RawConnection } from '../support/raw-connection.ts'
import { chunk, GOOD, head, upload } from '../support/raw-request.ts'

/*
 * Bytes that are no request, requests that are no good ones, and every parameter that a stranger could think of.
 */

let world: HostileWorld
let endedJob: string
let openJob: string
/** With just the scope that uploads require, and without it. */
let callers: readonly CallerHeaders[]
beforeAll(async () => {
  world = await HostileWorld.start()
  const { submitJob } = operations
  callers = [await world.little.enoughFor(submitJob), await world.little.shortOf(submitJob)!]
  const accepted = await world.post('/v1/jobs', envelopeLine() + itemLines(10), NDJSON)
  endedJob = ((await accepted.json()) as Job).id
  const open = await world.post('/v1/jobs', JSON.stringify({ ...ENVELOPE, open: true }), JSON_BODY)
  openJob = ((await open.json()) as Job).id
  await world.untilDone(endedJob)
})
afterAll(() => world.remove())

/** Sends bytes as a caller without a token, and as those with just the scope of uploads and without it. @returns the answers to the first */
async function answersTo(bytes: string | Uint8Array): Promise<RawAnswer[]> {
  const answers = await answersToOne(bytes)
  if (typeof bytes !== 'string') return answers
  const statuses = answers.map(({ status }) => status)
  for (const { authorization } of callers) {
    const sent = bytes.replaceAll('host: localhost\r\n', `host: localhost\r\nauthorization: ${authorization}\r\n`)
    const sentStatuses = (await answersToOne(sent)).map(({ status }) => status)
    // The scopes are looked at when the head is there; what is wrong behind it ends the connection all the same.
    if (sentStatuses[0] === 403) expect([[403], [403, 400]]).toContainEqual(sentStatuses)
    else expect(sentStatuses).toEqual(statuses)
  }
  return answers
}

/** Sends bytes on a connection of their own, and reads the answers up to its end. */
async function answersToOne(bytes: string | Uint8Array): Promise<RawAnswer[]> {
  const connection = await RawConnection.open(world.server.url)
  await connection.send(bytes)
  const answers: RawAnswer[] = []
  try {
    do answers.push(await connection.answer())
    while (answers.at(-1)!.headers['connection']?.toLowerCase() !== 'close')
    await connection.closed()
  } finally {
    connection.break()
  }
  return answers
}

describe('what is no request', () => {
  const bytes: Record<string, string | Uint8Array> = {
    'random bytes': Uint8Array.from({ length: 3000 }, (_, n) => (n * n * 31 + 7) % 256),
    'zero bytes': new Uint8Array(3000),
    'the greeting of TLS': Buffer.from('16030102000100', 'hex'),
    'the greeting of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'a method that nobody knows': head('FETCH /v1/jobs HTTP/1.1', 'host: localhost'),
    'another version': head('GET /v1/jobs HTTP/9.9', 'host: localhost'),
    'a path with blanks': head('GET /v1/ jobs HTTP/1.1', 'host: localhost'),
    'a header without a colon': head('GET /v1/jobs HTTP/1.1', 'host: localhost', 'nonsense'),
    'a header of 20 KB': head('GET /v1/jobs HTTP/1.1', 'host: localhost', `x: ${'x'.repeat(20_000)}`),
    '3,000 headers': head('GET /v1/jobs HTTP/1.1', 'host: localhost', ...new Array<string>(3000).fill('x: y')),
    'a path of 20 KB': head(`GET /v1/jobs/${'x'.repeat(20_000)} HTTP/1.1`, 'host: localhost'),
    'two lengths': upload('content-length: 5', 'content-length: 6'),
    'a length and chunks': upload('content-length: 5', 'transfer-encoding: chunked'),
    'a length below zero': upload('content-length: -1'),
    'a length beyond all numbers': upload('content-length: 99999999999999999999999'),
    'an unknown way of transfer': upload('transfer-encoding: gzip'),
    'a chunk without a size': `${upload('transfer-encoding: chunked')}${chunk(envelopeLine())}nonsense\r\n`,
    'a chunk longer than it says': `${upload('transfer-encoding: chunked')}5\r\n${envelopeLine()}`,
    'a chunk with 100 KB of notes': `${upload('transfer-encoding: chunked')}5;${'x'.repeat(100_000)}\r\n`,
    '100 KB of trailers': `${upload('transfer-encoding: chunked')}${chunk(envelopeLine() + itemLines(1))}0\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`,
  }
  test.each(Object.entries(bytes))('(%s) is answered 400, and the connection closed', async (_, sent) => {
    const [answer, ...more] = await answersTo(sent)
    expect(answer?.status).toBe(400)
    expect(answer?.headers['content-type']).toContain('application/problem+json')
    expect(JSON.parse(answer!.body)).toMatchObject({ code: 'bad_request', status: 400 })
    expect(more).toEqual([])
  })

  test('and no Host at all', async () => {
    const connection = await RawConnection.open(world.server.url)
    await connection.send('GET /v1/jobs HTTP/1.1\r\n\r\n')
    const { status, body } = await connection.answer()
    expect(status).toBe(403) // without --dev: 400
    expect(JSON.parse(body)).toMatchObject({ code: 'forbidden' })
    connection.break()
  })

  test('two Hosts are one too many', async () => {
    for (const host of ['host: localhost', 'HOST: shop.example']) {
      const connection = await RawConnection.open(world.server.url)
      await connection.send(head('GET /v1/limits HTTP/1.1', 'Host: localhost', host))
      const { status, body } = await connection.answer()
      expect([status, JSON.parse(body)]).toMatchObject([400, { code: 'bad_request' }])
      connection.break()
    }
  })

  test.each(['gzip, chunked', 'chunked, chunked', 'identity, chunked', 'x, chunked'])(
    'Transfer-Encoding: %s is refused, and nothing of its body is taken for a request',
    async (coding) => {
      const hidden = `POST /v1/jobs/${openJob}/cancel HTTP/1.1\r\nhost: localhost\r\nx-request-id: hidden-1\r\n\r\n`
      const body = `${chunk(envelopeLine())}0\r\n\r\n`
      for (const rest of [hidden, body + hidden, chunk(hidden) + hidden, `0\r\n\r\n${hidden.repeat(50)}`]) {
        const [answer, ...more] = await answersTo(upload(`transfer-encoding: ${coding}`) + rest)
        expect(answer?.status).toBe(400)
        expect(answer?.headers['connection']).toBe('close')
        expect(more).toEqual([])
      }
      expect(((await (await world.fetch(`/v1/jobs/${openJob}`)).json()) as Job).status).toBe('open')
      expect(world.server.output).not.toContain('hidden-1')
    },
  )

  test('after good requests leaves them their answers', async () => {
    const poll = `GET /v1/jobs/${openJob} HTTP/1.1\r\nhost: localhost\r\nprefer: wait=1\r\n\r\n`
    for (const [good, count] of [
      [GOOD, 1],
      [GOOD.repeat(20), 20],
      [poll + GOOD, 2],
    ] as const) {
      const connection = await RawConnection.open(world.server.url)
      await connection.send(`${good}\u0000\u0001 garbage\r\n\r\n`)
      for (let n = 0; n < count; n++) expect((await connection.answer()).status).toBe(200)
      // Its own refusal comes behind them, and is the last word.
      const { status, headers } = await connection.answer()
      expect([status, headers['connection']]).toEqual([400, 'close'])
      await connection.closed()
      expect(connection.unread.toString()).toBe('')
      connection.break()
    }
  })

  test('in the middle of an upload after a good request takes nothing from it', async () => {
    const connection = await RawConnection.open(world.server.url)
    await connection.send(`${GOOD}${upload('transfer-encoding: chunked')}${chunk(envelopeLine())}nonsense\r\n`)
    expect((await connection.answer()).status).toBe(200)
    await connection.closed()
    connection.break()
  })
})

test('200 requests sent at once on one connection are answered in their order', async () => {
  const connection = await RawConnection.open(world.server.url)
  await connection.send(
    Array.from(
      { length: 200 },
      (_, n) => `GET /v1/limits HTTP/1.1\r\nhost: localhost\r\nx-request-id: r-${n}\r\n\r\n`,
    ).join(''),
  )
  for (let n = 0; n < 200; n++) expect((await connection.answer()).headers['x-request-id']).toBe(`r-${n}`)
  connection.break()
})

describe('headers', () => {
  const body = envelopeLine() + itemLines(1)
  const refusedWith = async (
    headers: Record<string, string | readonly string[]>,
    path = '/v1/jobs',
  ): Promise<RawAnswer> => {
    const connection = await RawConnection.open(world.server.url)
    await connection.sendHead(`POST ${path}`, { ...NDJSON, 'content-length': String(body.length), ...headers })
    await connection.send(body)
    const answer = await connection.answer()
    connection.break()
    return answer
  }
  const cases: Record<string, Record<string, string | readonly string[]>> = {
    'an idempotency key of 256 characters': { 'idempotency-key': 'k'.repeat(256) },
    'an empty idempotency key': { 'idempotency-key': '""' },
    'an idempotency key that is no ASCII': { 'idempotency-key': 'schl\u00fcssel' },
    'an idempotency key with a quote in it': { 'idempotency-key': 'a"b' },
  }
  test.each(Object.entries(cases))('%s is refused', async (_, headers) => {
    for (const [n, caller] of [{}, ...callers].entries())
      expect((await refusedWith({ ...headers, ...caller })).status).toBe(n === 2 ? 403 : 400)
    const { status, body: text } = await refusedWith(headers)
    expect(status).toBe(400)
    expect(JSON.parse(text)).toMatchObject({ code: 'bad_request', errors: [{ parameter: 'Idempotency-Key' }] })
  })

  test('that come twice make one request, not two', async () => {
    expect((await refusedWith({ 'idempotency-key': ['one', 'two'] })).status).toBe(202)
    expect((await refusedWith({ 'idempotency-key': 'one, two' })).headers['idempotent-replayed']).toBe('true')
    expect((await refusedWith({ 'content-type': ['text/plain', 'application/x-ndjson'] })).status).toBe(415)
    expect((await refusedWith({ 'content-encoding': ['gzip', 'gzip'] })).status).toBe(415)
  })

  test('an empty Content-Type is none', async () => {
    const connection = await RawConnection.open(world.server.url)
    for (const path of ['/v1/channels/shop/pause', '/v1/channels/shop/resume']) {
      await connection.sendHead(`POST ${path}`, { 'content-type': '', 'content-length': '0' })
      expect((await connection.answer()).status).toBe(200)
      await connection.sendHead(`POST ${path}`, { 'content-type': '' })
      expect((await connection.answer()).status).toBe(200)
    }
    await connection.sendHead('GET /v1/limits', { 'content-type': '' })
    expect((await connection.answer()).status).toBe(200)
    connection.break()
    expect((await refusedWith({ 'content-type': '' })).status).toBe(415)
  })

  test.each([';', 'garbage', '/', 'a'.repeat(5000), ';charset=utf-8'])(
    'a Content-Type of %.20s means nothing where there is no body',
    async (type) => {
      const connection = await RawConnection.open(world.server.url)
      for (const [request, status] of [
        ['POST /v1/channels/shop/resume', 200],
        [`DELETE /v1/jobs/job_${'0'.repeat(32)}`, 404],
        ['POST /v1/nothing', 404],
        ['PUT /v1/limits', 405],
      ] as const) {
        await connection.sendHead(request, { 'content-type': type, 'content-length': '0' })
        expect((await connection.answer()).status, request).toBe(status)
      }
      connection.break()
      expect((await refusedWith({ 'content-type': type })).status).toBe(415)
    },
  )

  test('an empty Content-Encoding is none', async () => {
    expect((await refusedWith({ 'content-encoding': '' })).status).toBe(202)
  })

  test('cannot break out of the answer or the log', async () => {
    const { headers } = await refusedWith({ 'x-request-id': 'a b\t{"level":"error"}' })
    expect(headers['x-request-id']).toMatch(/^req_[0-9a-f]{32}$/)
  })

  test.each(['wait=-1', 'wait=1e9', 'wait=99999999999999999999', 'wait', 'wait="1"', 'nonsense; wait', '=;,'])(
    'Prefer: %s is passed over or cut short, and never waited for without end',
    async (prefer) => {
      const response = await world.fetch(`/v1/jobs/${endedJob}`, { headers: { prefer } })
      expect(response.status).toBe(200)
      expect(((await response.json()) as Job).done).toBe(true)
    },
  )

  test.each(['W/"x"', '"', '*', 'x'.repeat(10_000), ','.repeat(10_000)])(
    'If-None-Match: %.20s does no harm',
    async (tag) => {
      const status = await world.statusOf(`/v1/jobs/${endedJob}`, { headers: { 'if-none-match': tag } })
      expect([200, 304]).toContain(status)
    },
  )

  test.each(['-1', 'nonsense', '9'.repeat(400), '1e400'])('Last-Event-ID: %.20s does no harm', async (id) => {
    const status = await world.statusOf(`/v1/jobs/${endedJob}/events`, { headers: { 'last-event-id': id } })
    expect([200, 204, 400]).toContain(status)
  })
})

describe('parameters', () => {
  const zeros = `job_${'0'.repeat(32)}`
  const reads: readonly (readonly [string, number, string])[] = [
    ['/v1/jobs?pageSize=0', 400, 'bad_request'],
    ['/v1/jobs?pageSize=-1', 400, 'bad_request'],
    ['/v1/jobs?pageSize=1e3', 400, 'bad_request'],
    ['/v1/jobs?pageSize=1&pageSize=2', 400, 'bad_request'],
    ['/v1/jobs?pageToken=nonsense', 400, 'bad_request'],
    [`/v1/jobs?pageToken=${'A'.repeat(8000)}`, 400, 'bad_request'],
    ['/v1/jobs?status=done', 400, 'bad_request'],
    ['/v1/jobs?createdAfter=yesterday', 400, 'bad_request'],
    ['/v1/jobs?colour=red', 400, 'unknown_field'],
    ['/v1/jobs?__proto__=1', 400, 'unknown_field'],
    ['/v1/jobs/%00', 404, 'job_not_found'],
    ['/v1/jobs/%zz', 400, 'bad_request'],
    ['/v1/jobs/%ff', 400, 'bad_request'],
    [`/v1/jobs/${'x'.repeat(10_000)}`, 404, 'not_found'],
    ['/v1/jobs/..%2f..%2fetc%2fpasswd', 404, 'job_not_found'],
    [`/v1/jobs/${zeros}`, 404, 'job_not_found'],
    [`/v1/jobs/${zeros}/results`, 404, 'job_not_found'],
    [`/v1/jobs/${zeros}/events`, 404, 'job_not_found'],
    ['/v1/jobs/{job}/items/-1', 400, 'bad_request'],
    ['/v1/jobs/{job}/items/1e1', 400, 'bad_request'],
    ['/v1/jobs/{job}/items/99999999999999999999', 400, 'bad_request'],
    ['/v1/jobs/{job}/items/10', 404, 'item_not_found'],
    ['/v1/jobs/{job}/items?include=secrets', 400, 'bad_request'],
    ['/v1/jobs/{job}/items?pageToken=MTA', 400, 'bad_request'],
    ['/v1/jobs/{job}/results?from=-1', 400, 'bad_request'],
    ['/v1/jobs/{job}/results?from=0x10', 400, 'bad_request'],
    ['/v1/jobs/{job}?knownStatus=nonsense', 400, 'bad_request'],
    ['/v1/channels/__proto__', 404, 'channel_not_found'],
    ['/v1/channels/constructor', 404, 'channel_not_found'],
    ['/v1/channels/..', 404, 'not_found'],
    ['/v1/nothing', 404, 'not_found'],
    ['/v1/jobs/', 404, 'job_not_found'],
    ['/docs/../v1/nothing', 404, 'not_found'],
  ]
  test.each(reads)('GET %s is %i %s', async (path, status, code) => {
    const { problem } = await world.refused(path.replace('{job}', endedJob), {})
    expect(problem).toMatchObject({ status, code })
  })

  test('beyond the end there is nothing, and that is no error', async () => {
    const results = await (await world.fetch(`/v1/jobs/${endedJob}/results?from=999999999`)).text()
    expect(JSON.parse(results)).toMatchObject({ type: 'end', complete: true, count: 0 })
  })

  const writes: readonly (readonly [string, string, unknown, number, string])[] = [
    ['POST', '/v1/jobs/{open}/items?fromIndex=-1', [], 400, 'bad_request'],
    ['POST', '/v1/jobs/{open}/items?fromIndex=abc', [], 400, 'bad_request'],
    ['POST', '/v1/jobs/{open}/items', [], 400, 'bad_request'],
    ['POST', '/v1/jobs/{open}/items?fromIndex=7', [{ id: 'a' }], 409, 'upload_gap'],
    ['POST', '/v1/jobs/{open}/items?fromIndex=0', { id: 'a' }, 400, 'bad_request'],
    ['POST', '/v1/jobs/{open}/items?fromIndex=0', [{ id: 'a' }, { id: 7 }], 400, 'invalid_item'],
    ['POST', '/v1/jobs/{job}/items?fromIndex=0', [{ id: 'a' }], 409, 'job_ended'],
    ['POST', '/v1/jobs/{open}/seal', { itemCount: 1 }, 400, 'item_count_mismatch'],
    ['POST', '/v1/jobs/{open}/seal', { itemCount: '0' }, 400, 'bad_request'],
    ['POST', '/v1/jobs/{open}/seal', { itemCount: 0, colour: 1 }, 400, 'unknown_field'],
    ['POST', '/v1/jobs/{open}/seal', null, 400, 'bad_request'],
    ['POST', '/v1/items', { ...ENVELOPE, item: { id: 7 } }, 400, 'invalid_item'],
    ['POST', '/v1/items', { ...ENVELOPE }, 400, 'bad_request'],
    ['POST', '/v1/items', { ...ENVELOPE, item: { id: 'a' }, items: [] }, 400, 'unknown_field'],
    ['DELETE', '/v1/jobs/{open}', undefined, 409, 'job_not_ended'],
    ['PUT', '/v1/channels/new', {}, 400, 'bad_request'],
    ['PUT', '/v1/channels/new', { connector: { type: 'ftp' } }, 400, 'bad_request'],
    ['PUT', '/v1/channels/new', { connector: { type: 'http', url: 'file:///etc/passwd' } }, 400, 'bad_request'],
    ['PUT', '/v1/channels/new', { connector: { type: 'http', url: 'https://a:b@shop.example' } }, 400, 'bad_request'],
    ['PUT', '/v1/channels/new', { connector: { type: 'module', path: '/tmp/evil.mjs' } }, 403, 'module_not_settable'],
    [
      'PUT',
      '/v1/channels/shop',
      { connector: { type: 'http', url: 'https://shop.example' } },
      403,
      'channel_not_settable',
    ],
    ['PUT', '/v1/channels/NEW', { connector: { type: 'http', url: 'https://shop.example' } }, 400, 'bad_request'],
    ['DELETE', '/v1/channels/shop', undefined, 403, 'channel_not_settable'],
    ['PATCH', '/v1/jobs', {}, 405, 'method_not_allowed'],
    ['POST', '/v1/limits', {}, 405, 'method_not_allowed'],
  ]
  test.each(writes)('%s %s with %j is %i %s', async (method, path, body, status, code) => {
    const { problem } = await world.refused(path.replace('{job}', endedJob).replace('{open}', openJob), {
      method,
      headers: body === undefined ? {} : JSON_BODY,
      body: body === undefined ? null : JSON.stringify(body),
    })
    expect(problem).toMatchObject({ status, code })
  })
})

describe('a wrong method', () => {
  const missing = `job_${'0'.repeat(32)}`
  const allowed = {
    '/v1/jobs': 'GET, HEAD, POST',
    '/v1/limits': 'GET, HEAD',
    '/v1/limits?x=1': 'GET, HEAD',
    '/v1/%6cimits': 'GET, HEAD',
    'http://localhost/v1/limits': 'GET, HEAD',
    [`/v1/jobs/${missing}`]: 'GET, HEAD, DELETE',
    [`/v1/jobs/${missing}/cancel`]: 'POST',
    [`/v1/jobs/${missing}/results`]: 'GET',
    '/v1/channels/shop': 'GET, HEAD, PUT, DELETE',
    '/healthz/live': 'GET, HEAD',
  }
  const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'QUERY', 'PROPFIND', 'M-SEARCH']
  test.each(Object.entries(allowed))('for %s is 405 with Allow: %s', async (path, allow) => {
    const connection = await RawConnection.open(world.server.url)
    for (const method of methods.filter((one) => !allow.split(', ').includes(one))) {
      const typed: Record<string, string> = { 'content-type': 'text/plain', 'content-length': '0' }
      for (const more of [{}, typed]) {
        await connection.sendHead(`${method} ${path}`, more)
        const { status, headers, body } = await connection.answer()
        expect([method, status, headers['allow']]).toEqual([method, 405, allow])
        expect(JSON.parse(body)).toMatchObject({ code: 'method_not_allowed' })
      }
    }
    connection.break()
  })

  test.each(methods)('%s of a path that does not exist is 404', async (method) => {
    const connection = await RawConnection.open(world.server.url)
    for (const path of ['/v1/nothing', '/v1/limits/', '//v1/limits', '/v1/limits;x']) {
      await connection.sendHead(`${method} ${path}`, { 'content-length': '0' })
      expect((await connection.answer()).status, path).toBe(404)
    }
    connection.break()
  })
})

test('the server is well, its log is clean, and nothing but the good jobs is there', async () => {
  const jobs = await world.jobs()
  expect(jobs.map(({ id }) => id)).toEqual(expect.arrayContaining([endedJob, openJob]))
  expect(jobs).toHaveLength(5) // and those whose headers were strange, but not wrong
  expect(await world.deliverSomething()).toEqual([])
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
