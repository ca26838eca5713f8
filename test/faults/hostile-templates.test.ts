import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { operations, type Problem } from '@waybill/spec'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { gzipBomb } from '../support/gzip-bomb.ts'
import { JSON_BODY, NDJSON } from '../support/hostile-world.ts'
import { type CallerHeaders, LittleCallers } from '../support/little-callers.ts'
import { ServerProcess } from '../support/server-process.ts'
import { untilDone } from '../support/submit.ts'
import { bulkChannel, singleChannel } from '../support/templated-channels.ts'

/*
 * Hostile templates and items (injection into path, query, header; huge or deep data; CEL bombs) change nothing but their own item.
 */

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly names: readonly string[]
  readonly text: string
}

interface Result {
  readonly index: number
  readonly id: string
  readonly status: string
  readonly result: unknown
  readonly warnings: readonly { readonly code: string }[]
  readonly error: { readonly code: string; readonly detail: string | null } | null
}

const seen: Seen[] = []
const malformed: string[] = []
let answer: (request: Seen, response: ServerResponse) => void
let target: Server
let server: ServerProcess
let little: LittleCallers
/** The caller that submits hostile items, with just the scopes for that. */
let caller: CallerHeaders

beforeAll(async () => {
  target = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method, url, headers, rawHeaders } = request
      const names = rawHeaders.filter((_, n) => n % 2 === 0).map((name) => name.toLowerCase())
      const one = { method: method!, url: url!, headers, names, text: Buffer.concat(chunks).toString() }
      seen.push(one)
      answer(one, response)
    })
  })
  target.on('clientError', (error, socket) => {
    // A connection that its client has closed or cut, as after too long an answer, is no malformed request.
    if ((error as NodeJS.ErrnoException).code?.startsWith('HPE_')) malformed.push(error.message)
    socket.destroy()
  })
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`
  const retry = { maxAttempts: 3, backoff: { initialMs: 10, factor: 1, maxMs: 10 } }
  server = await ServerProcess.create({
    args: ['--threads', '1'],
    config: {
      channels: {
        single: { ...singleChannel(url), retry, circuit: null },
        bulk: { ...bulkChannel(url), retry, circuit: null },
      },
    },
  })
  await server.start()
  little = new LittleCallers(server)
  caller = await little.with('jobs:read', 'jobs:write', 'items:read')
})

afterEach(() => {
  seen.length = 0
  expect(malformed.splice(0)).toEqual([])
})

afterAll(async () => {
  await server.remove()
  target.closeAllConnections()
  await new Promise((resolve) => target.close(resolve))
})

/** Submits lines as they are and returns how each item ended; asks for the server's health all the while. */
async function deliver(channel: string, lines: readonly string[]): Promise<Map<string, Result>> {
  const envelope = JSON.stringify({ channel, objectType: 'product', action: 'update' })
  const body = [envelope, ...lines].join('\n')
  const accepted = await server.fetch('/v1/jobs', { method: 'POST', headers: { ...NDJSON, ...caller }, body })
  const { id } = (await accepted.json()) as { id: string }
  expect(accepted.status).toBe(202)
  const watch = watchHealth()
  const job = await untilDone(server, id)
  expect(await watch.stop()).toEqual([])
  expect(job.counts.total).toBe(lines.length)
  const results = (await (await server.fetch(`/v1/jobs/${id}/results`, { headers: caller })).text())
    .trimEnd()
    .split('\n')
  results.pop()
  return new Map(results.map((line) => JSON.parse(line) as Result).map((result) => [result.id, result]))
}

/** Looks every 50 ms; an answer that takes longer than 2 s, or another one than 200, is a fault. */
function watchHealth(): { stop(): Promise<string[]> } {
  const faults: string[] = []
  let running = true
  const ended = (async () => {
    while (running) {
      const startMs = performance.now()
      const { status } = await server.fetch('/healthz/live')
      const ms = performance.now() - startMs
      if (status !== 200 || ms > 2000) faults.push(`${status} after ${Math.round(ms)} ms`)
      await sleep(50)
    }
  })()
  return {
    async stop() {
      running = false
      await ended
      return faults
    },
  }
}

const innocentData =
  '{"a":"fine","text":"t","n":12345678901234567890,"list":[1,2],"o":{"constructor":"c","__proto__":{"x":null}}}'

/** Hostile items, each with an innocent one behind it on its key and one of a key of its own. */
function surrounded(hostile: readonly { readonly id: string; readonly data: string }[]): string[] {
  return hostile.flatMap(({ id, data }, n) => [
    `{"id":${JSON.stringify(id)},"partitionKey":"key-${n}","data":${data}}`,
    `{"id":"behind-${n}","partitionKey":"key-${n}","data":${innocentData}}`,
    `{"id":"beside-${n}","data":${innocentData}}`,
  ])
}

function expectInnocents(results: ReadonlyMap<string, Result>, count: number): void {
  for (let n = 0; n < count; n++) {
    for (const id of [`behind-${n}`, `beside-${n}`]) {
      expect(results.get(id), id).toMatchObject({ status: 'succeeded', error: null })
    }
  }
}

const text = (a: string): string => JSON.stringify({ a, text: 't' })
const LONG = 'x'.repeat(900 * 1024)
const deepData = `{"a":"deep","text":"t","d":${'[{"k":'.repeat(29)}1${'}]'.repeat(29)}}`

/** The code with which an item ends; null: it succeeds. */
const values: readonly (readonly [data: string, code: string | null])[] = [
  [text('a\r\nx-evil: 1\r\n\r\nDELETE /api/p HTTP/1.1\r\n\r\n'), 'request_not_made'],
  [text('a\0b'), 'request_not_made'],
  [text('..'), 'request_not_made'],
  [text('.'), 'request_not_made'],
  [text(''), 'request_not_made'],
  [text('€'), 'request_not_made'],
  [text(LONG), 'request_not_made'],
  [text('\u{1F4E6}'), 'request_not_made'],
  ['{"a":"half \\ud800","text":"t"}', 'request_not_made'],
  ['{"a":{"a":1},"text":"t"}', 'request_not_made'],
  ['{"a":["x","y"],"text":"t"}', 'request_not_made'],
  ['{"a":null,"text":"t"}', 'request_not_made'],
  ['{"text":"t"}', 'request_not_made'],
  ['null', 'request_not_made'],
  ['[]', 'request_not_made'],
  [`{"a":"bomb","list":[${'1,'.repeat(400_000)}1]}`, 'request_not_made'],
  [`{"a":"bomb","list":[${'{},'.repeat(300_000)}{}]}`, 'request_not_made'],
  [text('../../admin'), null],
  [text('..\\..\\admin'), null],
  [text('%2f%2e%2e%2f'), null],
  [text('%00%0d%0a'), null],
  [text('?x=1#y&z=2;'), null],
  [text('{item.id}'), null],
  [text('"}],\\"x'), null],
  [text('café'), null],
  [text('__proto__'), null],
  ['{"a":"proto","__proto__":{"a":"polluted"},"constructor":{"prototype":{"a":1}},"toString":null}', null],
  [`{"a":"long","text":"${LONG}"}`, null],
  [deepData, null],
  ['{"a":9007199254740993,"n":[-9007199254740993,123456789012345678901234567890]}', null],
  ['{"a":true,"half":"\\ud800"}', null],
]

test('injection, size, depth and bombs in items end their own item, and the others arrive as they were submitted', async () => {
  answer = ({ text: body }, response) => {
    response.end(JSON.stringify({ ok: true, id: (JSON.parse(body) as { id: string }).id }))
  }
  const ids = ['../up', 'a/b?c#d', 'x&y=z', '%2e%2e', 'sku "1"', '__proto__', 'constructor', 'é€\u{1F4E6}']
  const hostile = values.map(([data], n) => ({ id: `${ids[n % ids.length]!}#${n}`, data }))
  const results = await deliver('single', surrounded(hostile))
  expectInnocents(results, hostile.length)
  for (const [n, { id }] of hostile.entries()) {
    expect([n, results.get(id)?.error?.code ?? null]).toEqual([n, values[n]![1]])
    if (values[n]![1] === null) expect(results.get(id)).toMatchObject({ status: 'succeeded', result: id })
  }
  // What arrived is what was submitted, each once, in well-formed requests to where they belong.
  const submitted = new Map(hostile.map(({ id, data }) => [id, data]))
  const arrived = new Set<string>()
  for (const { method, url, names, headers, text: body } of seen) {
    const { id, a } = JSON.parse(body) as { id: string; a: unknown }
    const data = submitted.get(id) ?? innocentData
    arrived.add(id)
    expect(method).toBe('PUT')
    const exact = /"a":([^,]+),/.exec(data)![1]!
    const value = typeof a === 'string' ? a : exact
    const [path, query] = url.split('?') as [string, string]
    expect(path.split('/').map(decodeURIComponent)).toEqual(['', 'api', 'p', id, value])
    expect([...new URLSearchParams(query)]).toEqual([
      ['key', '1'],
      ['a', value],
    ])
    expect(headers['x-a']).toBe(value)
    expect(names).not.toContain('x-evil')
    expect(new Set(names).size).toBe(names.length)
    expect(body.endsWith(`"all":${data}}`), id).toBe(true)
  }
  const made = values.filter(([, code]) => code === null).length
  expect(seen).toHaveLength(hostile.length * 2 + made)
  expect(arrived.size).toBe(seen.length)
})

test('items that cannot be part of a batch leave it, and heavy ones do not fail it', async () => {
  const documents: string[] = []
  answer = ({ text: body }, response) => {
    const lines = body.split('\n').slice(0, -1)
    documents.push(...lines.filter((_, n) => n % 2 === 1))
    response.end(JSON.stringify({ items: Array.from({ length: lines.length / 2 }, () => ({ ok: true })) }))
  }
  const heavy = Array.from({ length: 12 }, (_, n) => `{"text":"${LONG}","n":${n}}`)
  const data = [...heavy, ...['null', '{"text":1}', '{}', '{"text":{"constructor":1}}'], deepData]
  const hostile = data.map((one, n) => ({ id: `hostile-${n}`, data: one }))
  const results = await deliver('bulk', surrounded(hostile))
  expectInnocents(results, hostile.length)
  expect(hostile.map(({ id }) => results.get(id)?.error?.code ?? null)).toEqual([
    ...heavy.map(() => null),
    ...['request_not_made', 'request_not_made', 'request_not_made'],
    ...[null, null], // an object has a size, too
  ])
  const expected = [...data.filter((_, n) => n < 12 || n > 14), ...hostile.flatMap(() => [innocentData, innocentData])]
  expect(documents.toSorted()).toEqual(expected.toSorted())
  for (const { method, url, headers } of seen) {
    expect([method, url, headers['content-type']]).toEqual(['POST', '/_bulk', 'application/x-ndjson'])
  }
})

const deepJson = '['.repeat(250_000) + ']'.repeat(250_000)
const bomb = gzipBomb('{"ok":true,"x":"', 'x', 300e6)

/** By name: how the target answers, and how the item ends: with a code, or succeeded with a warning. */
const answers: Record<string, readonly [answer: (response: ServerResponse) => void, end: string]> = {
  'no JSON': [(response) => response.end('<html>ok</html>'), 'invalid_answer'],
  empty: [(response) => response.end(), 'invalid_answer'],
  huge: [(response) => response.end(`{"ok":true,"x":"${'x'.repeat(3_000_000)}"}`), 'invalid_answer'],
  gzip: [(response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb), 'invalid_answer'],
  deep: [(response) => response.end(deepJson), 'invalid_answer'],
  'deep beside': [(response) => response.end(`{"ok":true,"id":1,"x":${deepJson}}`), 'succeeded'],
  'deep result': [(response) => response.end(`{"ok":true,"id":${deepJson}}`), 'result_dropped'],
  'long result': [(response) => response.end(`{"ok":true,"id":"${'x'.repeat(500_000)}"}`), 'result_dropped'],
  'other types': [(response) => response.end('{"ok":"true","code":{"a":1},"detail":[1],"retryable":"no"}'), 'rejected'],
  'names of prototypes': [
    (response) => response.end('{"__proto__":{"ok":true},"constructor":{"ok":true}}'),
    'invalid_answer',
  ],
  'long code': [(response) => response.end(`{"ok":false,"code":"${'c'.repeat(400_000)}"}`), 'c'.repeat(100)],
  'half a character': [(response) => response.end('{"ok":false,"code":"c\\ud800"}'), 'c\ud800'],
  'broken off': [
    (response) => response.writeHead(200, { 'content-length': 1000 }).write('{"ok":'),
    'connection_failed',
  ],
}

test('answers of any size, depth and form end their own item', async () => {
  answer = ({ text: body }, response) => {
    const { id } = JSON.parse(body) as { id: string }
    const [respond] = answers[id] ?? [(to: ServerResponse) => to.end('{"ok":true,"id":0}')]
    respond(response)
    if (id === 'broken off') setImmediate(() => response.destroy())
  }
  const names = Object.keys(answers)
  const results = await deliver('single', surrounded(names.map((id) => ({ id, data: text('x') }))))
  expectInnocents(results, names.length)
  const ends = names.map((id) => {
    const { status, error, warnings } = results.get(id)!
    return error?.code ?? warnings[0]?.code ?? status
  })
  expect(Object.fromEntries(names.map((name, n) => [name, ends[n]]))).toEqual(
    Object.fromEntries(names.map((name) => [name, answers[name]![1]])),
  )
})

/** Entries of single items of a batch, and how these end. */
const entries: Record<string, readonly [entry: string, end: string]> = {
  null: ['null', 'invalid_answer'],
  number: ['7', 'invalid_answer'],
  deep: [`{"ok":true,"result":${'['.repeat(2000)}${']'.repeat(2000)}}`, 'result_dropped'],
  members: ['{"ok":true,"constructor":1,"result":{"__proto__":1}}', 'succeeded'],
  long: [`{"ok":false,"code":"${'c'.repeat(20_000)}"}`, 'c'.repeat(100)],
}
/** Answers that are of no use for the whole call; the next attempt is answered. */
const lists = ['[]', '{}', '"text"', 'null', '[{"ok":true}]', `[${'{"ok":true},'.repeat(50_000)}{"ok":true}]`]

test('entries of a batch end their own item, and a list that is wrong is no success', async () => {
  let wrong = 0
  answer = ({ text: body }, response) => {
    const items = body.split('\n').filter((_, n) => n % 2 === 0 && n < body.split('\n').length - 1)
    const commands = items.map((line) => JSON.parse(line) as { id: string; attempt: number })
    const list =
      lists[commands.find(({ id, attempt }) => id.startsWith('list-') && attempt === 1)?.id.slice(5) as never]
    // One entry would do for one item.
    if (list !== undefined && !(list === '[{"ok":true}]' && commands.length === 1)) {
      wrong++
      response.end(`{"items":${list}}`)
      return
    }
    const found = commands.map(({ id }) => (Object.hasOwn(entries, id) ? entries[id]![0] : '{"ok":true,"result":1}'))
    response.end(`{"items":[${found.join(',')}]}`)
  }
  const names = [...Object.keys(entries), ...lists.map((_, n) => `list-${n}`)]
  const results = await deliver('bulk', surrounded(names.map((id) => ({ id, data: text('x') }))))
  expectInnocents(results, names.length)
  const ends = names.map((id) => {
    const { status, error, warnings } = results.get(id)!
    return error?.code ?? warnings[0]?.code ?? status
  })
  expect(ends).toEqual([...Object.values(entries).map(([, end]) => end), ...lists.map(() => 'succeeded')])
  expect(wrong).toBeGreaterThan(0)
})

test.each([
  [
    'a loop in a loop',
    { body: 'item.data.list.map(x, item.data.list.map(y, [x, y]))' },
    '/connector/request/update/body',
  ],
  ['a pattern', { headers: { 'x-a': 'item.id.matches("(a+)+$")' } }, '/connector/request/update/headers/x-a'],
  [
    'a header of the server',
    { headers: { 'idempotency-key': 'item.id' } },
    '/connector/request/update/headers/idempotency-key',
  ],
  [
    'a header of the connection',
    { headers: { 'Transfer-Encoding': '"chunked"' } },
    '/connector/request/update/headers/Transfer-Encoding',
  ],
  ['a path that leaves its base', { path: '/a/../{item.id}' }, '/connector/request/update/path'],
  ['a query in a path', { path: '/a?{item.id}' }, '/connector/request/update/path'],
  ['a path with a line end', { path: '/a\r\nx: {item.id}' }, '/connector/request/update/path'],
  ['depth', { body: `${'['.repeat(200)}item.id${']'.repeat(200)}` }, '/connector/request/update/body'],
  ['length', { body: `"${'x'.repeat(5000)}"` }, '/connector/request/update/body'],
  ['a member that no map can have', { body: '{"__proto__": item.data}' }, '/connector/request/update/body'],
  ['a variable that is not there', { path: '/{process.env.HOME}' }, '/connector/request/update/path'],
])('a template with %s is refused when it is set', async (_what, update, pointer) => {
  const connector = { type: 'http', url: 'https://shop.example', request: { update } }
  const put = (headers: object) =>
    server.fetch('/v1/channels/hostile', {
      method: 'PUT',
      headers: { ...JSON_BODY, ...headers },
      body: JSON.stringify({ connector }),
    })
  const response = await put({})
  expect((await put(await little.shortOf(operations.putChannel)!)).status).toBe(403)
  const { errors } = (await response.json()) as Problem
  expect([response.status, errors?.[0]?.pointer]).toEqual([400, pointer])
})
