import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Execution, type Job, type JsonSchema, type Operation, operations, type Problem } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ENVELOPE, envelopeLine, HostileWorld, JSON_BODY, NDJSON } from '../support/hostile-world.ts'
import type { RecordingConnectorOptions } from '../support/recording-connector.ts'
import type { CountedWork } from '../support/work-counter-preload.ts'

/*
 * No head of a request holds the event loop, and no read of what is stored: every operation with each of its parameters as long, and as often,
 * as a head allows, with long headers, and with the widest values that are valid, on a server with many jobs, channels, failed and
 * parked items. Counted in steps, as in loop-steps.test.ts.
 */

/** About 10 ms: a step costs some 10 ns. */
const MAX_STEPS = 1_000_000
/** A head may have 16 KiB in all. */
const LONG = 12_000
const CHANNELS = 200
const FAILED = 1000

const FAILING: RecordingConnectorOptions = {
  answer: () => ({
    kind: 'items',
    answer: ({ id }) =>
      id.startsWith('bad') ? { kind: 'failed', code: 'refused' } : { kind: 'succeeded', result: null },
  }),
}

let world: HostileWorld
let folder: string
let counterUrl: string
let places: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-steps-'))
  const file = join(folder, 'url')
  const channel = { connector: { type: 'http', url: 'https://target.invalid/items' } }
  const names = Array.from({ length: CHANNELS }, (_, n) => `channel-${n}`)
  world = await HostileWorld.start({
    fromSource: true,
    connector: FAILING,
    preload: new URL('../support/work-counter-preload.ts', import.meta.url),
    env: { TEST_WORK_COUNTER: file },
  })
  counterUrl = await readFile(file, 'utf8')
  for (const name of names) {
    const put = await world.fetch(`/v1/channels/${name}`, {
      method: 'PUT',
      headers: JSON_BODY,
      body: JSON.stringify(channel),
    })
    expect(put.status).toBeLessThan(300)
  }
  const bad = Array.from({ length: FAILED }, (_, n) => `{"id":"bad-${n}"}\n`).join('')
  const { id } = (await (await world.post('/v1/jobs', envelopeLine() + bad, NDJSON)).json()) as Job
  await world.untilDone(id)
  const parks = envelopeLine({ retry: { rules: [{ code: ['refused'], then: 'park' }] } })
  expect((await world.post('/v1/jobs', parks + bad.replaceAll('bad-', 'bad-parked-'), NDJSON)).status).toBe(202)
  while ((await parked()) < FAILED) await sleep(200)
  // Each shows a hundred dependencies.
  const jobs = new Array<object>(100).fill({ ...ENVELOPE, items: [{ id: 'a' }], runAt: '2100-01-01T00:00:00Z' })
  const stages = Array.from({ length: 5 }, (_, n) => ({ name: `stage ${n}`, jobs }))
  const made = await world.post('/v1/executions', JSON.stringify({ stages }), JSON_BODY)
  expect(made.status).toBe(202)
  const execution = (await made.json()) as Execution
  places = { jobId: id, executionId: execution.id, channel: 'shop', index: '0', code: 'bad_request' }
}, 120_000)
afterAll(async () => {
  await world.remove()
  await rm(folder, { recursive: true })
})

async function parked(): Promise<number> {
  return ((await (await world.fetch('/v1/parked?pageSize=1000')).json()) as { parked: unknown[] }).parked.length
}

interface Attack {
  readonly name: string
  readonly query?: string
  readonly headers?: Record<string, string>
}

const times = (text: string, bytes: number): string => text.repeat(Math.floor(bytes / text.length))

/** Returns the widest valid values: all of an enumeration, the largest numbers. */
function widest(name: string, schema: JsonSchema): string {
  const { maximum, type, items } = schema as { maximum?: number; type?: string; items?: { enum?: readonly string[] } }
  if (type === 'integer' && maximum !== undefined) return `&${name}=${name === 'pageSize' ? 1000 : maximum}`
  return (items?.enum ?? []).map((value) => `&${name}=${value}`).join('')
}

function attacksOn({ operationId, method, parameters }: Operation): Attack[] {
  const { properties = {} } = parameters.query as { properties?: Record<string, JsonSchema> }
  const wide = Object.entries(properties).map(([name, schema]) => widest(name, schema))
  // What it must have.
  const query = operationId === 'search' ? '&q=sku-1' : operationId === 'appendItems' ? '&fromIndex=0' : ''
  const reads: Attack[] = [
    { name: 'as it is', query },
    { name: 'the widest values', query: query + wide.filter((one) => !one.startsWith('&windowSeconds')).join('') },
    ...wide.filter((one) => one !== '').map((one) => ({ name: `the widest ${one.slice(0, 30)}`, query: query + one })),
  ]
  return [
    ...(method === 'GET' ? reads : []),
    ...Object.keys(properties).flatMap((name): Attack[] => [
      { name: `${name} many times`, query: times(`&${name}=x`, LONG) },
      { name: `${name} long`, query: `&${name}=${times('x', LONG)}` },
      { name: `${name} of escapes`, query: `&${name}=${times('%F0%9F%98%80', LONG)}` },
      { name: `${name} of commas`, query: `&${name}=${times(',', LONG)}` },
    ]),
    { name: 'unknown parameters', query: Array.from({ length: 2000 }, (_, n) => `&a${n}`).join('') },
    { name: 'separators', query: times('&', LONG) },
  ]
}

/** Once for all operations: they are read the same way. */
const headers: Attack[] = [
  ['cookie', times('a=b; ', LONG)],
  ['authorization', `Bearer ${times('x', LONG)}`],
  ['accept', times('text/plain;q=0.5,', LONG)],
  ['prefer', times('wait=1, ', LONG)],
  ['if-none-match', times('W/"1", ', LONG)],
  ['idempotency-key', times('x', LONG)],
  ['traceparent', times('0', LONG)],
  ['tracestate', times('a=b,', LONG)],
  ['x-forwarded-for', times('10.0.0.1, ', LONG)],
  ['last-event-id', times('1-', LONG)],
  ['content-type', `application/json; ${times('a=b;', LONG)}`],
  ['range', `bytes=${times('0-1,', LONG)}`],
].map(([name, value]) => ({ name: `long ${name}`, headers: { [name!]: value! } }))

async function stepsOf(method: string, path: string, attack: Attack): Promise<string[]> {
  const { name, query = '' } = attack
  const url = `${path}${query === '' ? '' : `?${query.slice(1)}`}`
  const controller = new AbortController()
  const response = await world.fetch(url, { method, headers: attack.headers ?? {}, signal: controller.signal })
  const type = response.headers.get('content-type') ?? ''
  if (type.startsWith('text/event-stream')) {
    // It has no end.
    await response.body!.getReader().read()
    controller.abort()
  } else {
    const text = await response.text()
    if (response.status >= 400 && type.startsWith('application/problem'))
      expect((JSON.parse(text) as Problem).code, `${method} ${url.slice(0, 80)}`).not.toBe('internal_error')
  }
  const { maxSteps } = (await (await fetch(counterUrl)).json()) as CountedWork
  return maxSteps > MAX_STEPS ? [`${method} ${path}: ${name}: ${response.status} with ${maxSteps} steps`] : []
}

const all: readonly Operation[] = Object.values(operations)

test.each(all.map((operation) => [operation.operationId, operation] as const))(
  'the head of %s, and what it reads',
  async (_, operation) => {
    const { method, path } = operation
    const target = path.replace(/:(\w+)/g, (__, name: string) => (method === 'GET' && places[name]) || 'none')
    const faults: string[] = []
    for (const attack of attacksOn(operation)) faults.push(...(await stepsOf(method, target, attack)))
    expect(faults).toEqual([])
  },
  120_000,
)

test.each(['/v1/jobs', '/v1/stats', '/v1/events', '/dashboard/session', '/dashboard/', '/docs/', '/metrics', '/none'])(
  'long headers of %s',
  async (path) => {
    const own = { 'waybill-dashboard': '1', 'sec-fetch-site': 'same-origin' }
    const faults: string[] = []
    for (const attack of headers)
      for (const method of path === '/dashboard/session' ? ['GET', 'POST', 'DELETE'] : ['GET'])
        faults.push(...(await stepsOf(method, path, { ...attack, headers: { ...own, ...attack.headers } })))
    expect(faults).toEqual([])
  },
)

test('a token of few scopes is refused as cheaply', async () => {
  const faults: string[] = []
  for (const operation of all) {
    const caller = await world.little.shortOf(operation)
    if (caller === null) continue
    const target = operation.path.replace(/:(\w+)/g, (_, name: string) => places[name] ?? 'none')
    const attack = { name: 'without scopes', query: times('&status=x', LONG), headers: { ...caller } }
    faults.push(...(await stepsOf(operation.method, target, attack)))
  }
  expect(faults).toEqual([])
})

test('the server is well', async () => {
  expect(await world.deliverSomething()).toEqual([])
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
