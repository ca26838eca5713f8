import { readdirSync, readFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request as startRequest } from 'node:http'
import { join } from 'node:path'
import { type OperationId, operations } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HostileWorld, usedBy } from '../support/hostile-world.ts'
import { Random } from '../support/random.ts'

/*
 * A flood of requests that are almost right: every example of the spec, changed at random places into what a stranger might send. None may hang, be
 * answered 5xx for a reason of the server's own, cost memory for good, or keep honest work from being done.
 */

const REQUESTS = 100_000
const AT_ONCE = 24
const SEED = 20_261_129
/** Answers to refused requests are short, whatever was sent. */
const MAX_REFUSAL_BYTES = 32 * 1024
/** Garbage not yet collected is most of it: a loaded machine was seen at 431, a leak of 10 KB a request would be 1,000. */
const MAX_GROWTH_MIB = 600

interface Example {
  readonly operationId: OperationId
  readonly pathParams?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string | null
}

const folder = join(import.meta.dirname, '../../spec/examples/requests')
const examples = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Example)
  // A stream of events ends when the client goes: nothing to wait for here.
  .filter(({ operationId }) => operationId in operations && operationId !== 'streamEvents')

let world: HostileWorld
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
beforeAll(async () => {
  world = await HostileWorld.start()
})
afterAll(async () => {
  agent.destroy()
  await world.remove()
})

const hostileTexts = [
  '',
  ' ',
  '\u0000',
  '../../x',
  '%00',
  "' OR 1=1 --",
  '__proto__',
  'constructor',
  '\ud800',
  'x'.repeat(3000),
  '１２',
  '=1+1',
  '-0',
  '1e400',
  'null',
]
const hostileValues: readonly ((random: Random) => unknown)[] = [
  (random) => random.pick(hostileTexts),
  () => null,
  () => 1e308,
  () => -1,
  () => 2 ** 53,
  () => 0.1,
  () => true,
  () => [],
  () => ({}),
  (random) => Array.from({ length: random.whole(1, 300) }, () => ({})),
  (random) => nested(random.whole(2, 200)),
  (random) => Object.fromEntries(Array.from({ length: random.whole(1, 200) }, (_, n) => [`field${n}`, n])),
]

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let n = 0; n < depth; n++) value = n % 2 === 0 ? [value] : { a: value }
  return value
}

/** The same value with something hostile in one of its places. */
function spoilt(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.2)) return random.pick(hostileValues)(random)
  if (Array.isArray(value)) {
    if (value.length === 0) return [random.pick(hostileValues)(random)]
    const at = random.whole(0, value.length - 1)
    return value.map((entry: unknown, n) => (n === at ? spoilt(entry, random) : entry))
  }
  const entries = Object.entries(value)
  if (entries.length === 0 || random.chance(0.2)) return { ...value, [random.pick(hostileTexts)]: 1 }
  const [name, inner] = random.pick(entries)
  if (random.chance(0.1)) return Object.fromEntries(entries.filter(([other]) => other !== name))
  return { ...value, [name]: spoilt(inner, random) }
}

/** Fills the places that examples leave open: some lead to what there is, most to nothing. */
function filled(text: string, { random, jobId }: { random: Random; jobId: string }): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) =>
    /jobid/i.test(name)
      ? random.chance(0.7)
        ? jobId
        : 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f708'
      : `none-${random.whole(0, 99)}`,
  )
}

function hostileRequest(random: Random, jobId: string): Sent {
  const example = random.pick(examples)
  const fill = (text: string): string => filled(text, { random, jobId })
  const { method, path } = operations[example.operationId] as { method: string; path: string }
  const param = (value: string): string =>
    encodeURIComponent((random.chance(0.2) ? random.pick(hostileTexts) : fill(value)).toWellFormed())
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => param(example.pathParams?.[name] ?? 'x'))
  const query = new URLSearchParams()
  for (const [name, values] of Object.entries(example.query ?? {}))
    for (const value of [values].flat())
      query.append(name, random.chance(0.3) ? random.pick(hostileTexts) : fill(value))
  if (random.chance(0.1))
    query.append(random.pick(['pageToken', 'pageSize', 'fromIndex', 'from', 'x']), random.pick(hostileTexts))
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  for (const [name, value] of Object.entries(example.headers ?? {})) headers[name.toLowerCase()] = fill(value)
  delete headers['prefer']
  if (random.chance(0.1)) headers['idempotency-key'] = random.pick(['', '"', 'x'.repeat(300), 'a b', '"ok"'])
  if (random.chance(0.05))
    headers['content-type'] = random.pick([
      '',
      'text/plain',
      'application/x-ndjson',
      'application/json; charset=utf-16',
    ])
  let body =
    example.body === undefined
      ? null
      : fill(JSON.stringify(random.chance(0.02) ? example.body : spoilt(example.body, random)))
  // Nothing is ever sent to another machine.
  body = body?.replaceAll(/https?:\/\/[\w.-]+/g, 'http://127.0.0.1:9') ?? null
  if (body !== null && random.chance(0.1)) body = body.slice(0, random.whole(0, body.length))
  const search = query.size === 0 ? '' : `?${query.toString()}`
  return { method: random.chance(0.02) ? 'PATCH' : method.toUpperCase(), path: target + search, headers, body }
}

interface Answered {
  readonly status: number
  readonly mediaType: string
  readonly text: string
}

function send(url: URL, { method, path, headers, body }: Sent): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = startRequest(
      { agent, host: url.hostname, port: url.port, method, path, headers },
      (response: IncomingMessage) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => (text += part))
        response.on('end', () => {
          resolve({ status: response.statusCode!, mediaType: response.headers['content-type'] ?? '', text })
        })
        response.on('error', reject)
      },
    )
    request.on('error', reject)
    request.setTimeout(30_000, () => request.destroy(new Error('no answer within 30 s')))
    request.end(body ?? undefined)
  })
}

test(`${REQUESTS} hostile requests are answered, each as the spec says, and honest work continues`, async () => {
  const url = new URL(world.server.url)
  expect(await world.deliverSomething()).toEqual([])
  const jobId = (await world.jobs())[0]!.id
  const before = usedBy(world.server.pid).memoryMiB
  const faults: string[] = []
  const statuses = new Map<number, number>()
  let left = REQUESTS
  const random = new Random(SEED)
  const flood = async (): Promise<void> => {
    while (left-- > 0 && faults.length < 20) {
      const sent = hostileRequest(random, jobId)
      const what = `${sent.method} ${sent.path.slice(0, 120)} ${sent.body?.slice(0, 300) ?? ''}`
      try {
        const { status, mediaType, text } = await send(url, sent)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        // 503: the share of this one caller is used up for a moment.
        if (status >= 500 && status !== 503) faults.push(`${status}: ${what}: ${text.slice(0, 300)}`)
        if (status < 400) continue
        if (!mediaType.startsWith('application/problem+json'))
          faults.push(`no problem (${status} ${mediaType}): ${what}`)
        if (text.length > MAX_REFUSAL_BYTES) faults.push(`${text.length} bytes (${status}): ${what}`)
      } catch (error) {
        faults.push(`${(error as Error).message}: ${what}`)
      }
    }
  }
  let isOver = false
  let honest = 0
  const work = async (): Promise<void> => {
    while (!isOver) {
      faults.push(...(await world.deliverSomething()))
      honest++
    }
  }
  const working = work()
  await Promise.all(Array.from({ length: AT_ONCE }, flood))
  isOver = true
  await working
  expect(faults).toEqual([])
  expect(honest).toBeGreaterThan(2)
  // It was no flood of one kind of answer.
  for (const status of [200, 202, 400, 404, 405, 415])
    expect(statuses.get(status) ?? 0, String(status)).toBeGreaterThan(20)
  expect(world.logFaults()).toEqual([])
  expect(usedBy(world.server.pid).memoryMiB - before).toBeLessThan(MAX_GROWTH_MIB)
})
