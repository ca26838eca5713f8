import { Agent, type IncomingMessage, request as startRequest } from 'node:http'
import { connect } from 'node:net'
import type { CreatedWebhookEndpoint, Execution, JobPage, Scope } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HonestClient } from '../support/honest-client.ts'
import { CUT_SOURCE, hostileBytes, hostileRequest, packed, type PackedRequest } from '../support/hostile-examples.ts'
import type { Known } from '../support/hostile-heads.ts'
import { ENVELOPE, type HostileWorld, JSON_BODY, usedBy } from '../support/hostile-world.ts'
import { Random } from '../support/random.ts'
import { ADMIN_TOKEN, bearer, createToken, startTokenWorld, submitAs } from '../support/token-world.ts'

/*
 * A flood of requests that are almost right, with tokens of much, little and no scope, by an ordinary client and as bytes: pipelined, with
 * faults of framing, broken off. None may hang, be answered 5xx for a reason of the server's own, cost memory for good, make half a job, or keep honest
 * work from being done.
 */

const REQUESTS = 100_000
const AT_ONCE = 24
/** Clients of them that send bytes. */
const RAW_AT_ONCE = 6
const SEED = 20_261_129
/** Answers to refused requests are short, whatever was sent. */
const MAX_REFUSAL_BYTES = 32 * 1024
/** Garbage not yet collected is most of it: a loaded machine was seen at 431, a leak of 10 KB a request would be 1,000. */
const MAX_GROWTH_MIB = 600
/** Of it from the middle of the flood to its end. */
const MAX_LATE_GROWTH_MIB = 300
const ANSWER_MS = 30_000
/** That hostile requests name, and that some of them delete. */
const JOBS = 50

/** Callers beside one with `admin`; several, so that each has a share of its own. */
const SCOPES: readonly (readonly Scope[])[] = [
  ['jobs:read'],
  ['items:read'],
  ['channels:read'],
  ['dead-letters:read'],
  ['jobs:read', 'jobs:write'],
  ['dead-letters:write'],
  ['tokens:write'],
  ['metrics'],
]

let world: HostileWorld
let honest: HonestClient
let known: Known
/** Values of `Authorization`; half of them may do everything. */
let callers: readonly string[]
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })

beforeAll(async () => {
  world = await startTokenWorld()
  honest = new HonestClient()
  expect(await world.deliverSomething()).toEqual([])
  expect(await world.deliverSomething()).toEqual([])
  for (let n = 0; n < JOBS; n++) await submitAs(world, ADMIN_TOKEN, { items: [{ id: `sku-${n}` }] })
  const { jobs, nextPageToken } = (await (await world.fetch(`/v1/jobs?pageSize=${JOBS}`)).json()) as JobPage
  known = {
    ...{ jobIds: jobs.map(({ id }) => id), channel: 'shop', pageTokens: [nextPageToken!] },
    places: await placesOf(world),
  }
  const texts: string[] = []
  for (const scopes of SCOPES) texts.push((await createToken(world, scopes, { subscription: 'little' })).token)
  for (const _ of SCOPES) texts.push((await createToken(world, ['admin'])).token)
  const revoked = await createToken(world, ['admin'])
  await world.fetch(`/v1/tokens/${revoked.id}`, { method: 'DELETE' })
  callers = [...[...texts, revoked.token].map((text) => bearer(text).authorization), 'Bearer x', 'Basic eDp4', '']
})
afterAll(async () => {
  agent.destroy()
  await honest.end()
  await world.remove()
})

/** Things of every other kind, which may be deleted. */
async function placesOf(of: HostileWorld): Promise<Known['places']> {
  const make = async <Made>(method: string, path: string, body: object): Promise<Made> =>
    (await (await of.fetch(path, { method, headers: JSON_BODY, body: JSON.stringify(body) })).json()) as Made
  const stages = [{ name: 'one', jobs: [{ ...ENVELOPE, items: [{ id: 'sku' }] }] }]
  const { id: executionId } = await make<Execution>('POST', '/v1/executions', { stages })
  const wish = { url: 'https://hooks.invalid/waybill', state: 'disabled' }
  const { id: endpointId } = await make<CreatedWebhookEndpoint>('POST', '/v1/webhook-endpoints', wish)
  await make('PUT', '/v1/subscriptions/spare', {})
  const { id: tokenId } = await createToken(of, ['jobs:read'], { subscription: 'spare' })
  return { executionId, endpointId, tokenId, subscription: 'spare', index: '0' }
}

interface Answered {
  readonly status: number
  readonly mediaType: string
  readonly text: string
}

function send(url: URL, { method, path, headers, body }: PackedRequest): Promise<Answered> {
  // Of some methods Node would send a body without its length: it would be read as the next request.
  const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const request = startRequest(
      { agent, host: url.hostname, port: url.port, method, path, headers: { ...headers, ...length } },
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
    request.setTimeout(ANSWER_MS, () => request.destroy(new Error(`no answer within ${ANSWER_MS} ms`)))
    request.end(body ?? undefined)
  })
}

/** Sends bytes on a connection of their own. @returns the statuses of all answers, when the server has closed or the client has left */
function sendBytes(url: URL, bytes: string, end: 'cut' | 'ends'): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname)
    let text = ''
    const timer = setTimeout(() => {
      socket.destroy()
      if (end === 'ends') reject(new Error(`the connection stays open for ${ANSWER_MS} ms`))
    }, ANSWER_MS)
    socket.setEncoding('latin1').on('data', (part: string) => (text += part))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve([...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)))
    })
    socket.write(bytes, () => {
      if (end === 'cut') setTimeout(() => socket.destroy(), 50)
    })
  })
}

test(`${REQUESTS} hostile requests are answered, each as the spec says, and honest work continues`, async () => {
  const url = new URL(world.server.url)
  const before = usedBy(world.server.pid).memoryMiB
  const faults: string[] = []
  const statuses = new Map<number, number>()
  let left = REQUESTS
  let middleMiB = 0
  let raw = 0
  const random = new Random(SEED)
  const count = (requests: number): void => {
    left -= requests
    if (middleMiB === 0 && left < REQUESTS / 2) middleMiB = usedBy(world.server.pid).memoryMiB
  }
  const judge = (status: number, what: string): void => {
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    // 503: the share of a caller is used up for a moment.
    if (status >= 500 && status !== 503) faults.push(`${status}: ${what}`)
  }
  const flood = async (): Promise<void> => {
    while (left > 0 && faults.length < 20) {
      count(1)
      const request = packed(hostileRequest(random, known), random)
      const sent = { ...request, headers: { authorization: random.pick(callers), ...request.headers } }
      const what = `${sent.method} ${sent.path.slice(0, 120)} ${Buffer.from(sent.body ?? '')
        .subarray(0, 300)
        .toString()}`
      try {
        const { status, mediaType, text } = await send(url, sent)
        judge(status, `${what}: ${text.slice(0, 300)}`)
        if (status < 400) continue
        const isProblem = mediaType.startsWith('application/problem+json')
        if (!isProblem) faults.push(`no problem (${status} ${mediaType}): ${what}`)
        if (text.length > MAX_REFUSAL_BYTES) faults.push(`${text.length} bytes (${status}): ${what}`)
      } catch (error) {
        faults.push(`${(error as Error).message}: ${what}`)
      }
    }
  }
  const floodBytes = async (): Promise<void> => {
    while (left > 0 && faults.length < 20) {
      const { bytes, requests, end } = hostileBytes(random, known, random.pick(callers))
      count(requests)
      raw += requests
      try {
        const answered = await sendBytes(url, bytes, end)
        for (const status of answered) judge(status, bytes.slice(-500))
        if (end === 'ends' && answered.length === 0) faults.push(`no answer: ${bytes.slice(-500)}`)
      } catch (error) {
        faults.push(`${(error as Error).message}: ${bytes.slice(-500)}`)
      }
    }
  }

  const own = { ...JSON_BODY, ...bearer((await createToken(world, ['jobs:read', 'jobs:write'])).token) }
  const body = JSON.stringify({ ...ENVELOPE, items: [{ id: 'honest' }] })
  honest.begin({
    url: world.server.url,
    requests: [
      { path: '/healthz/live' },
      { path: '/v1/jobs?pageSize=5', init: { headers: own } },
      { path: '/v1/jobs', init: { method: 'POST', headers: own, body } },
    ],
  })
  let isOver = false
  let delivered = 0
  const work = async (): Promise<void> => {
    while (!isOver) {
      faults.push(...(await world.deliverSomething()))
      delivered++
    }
  }
  const working = work()
  const startMs = performance.now()
  await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => (n < RAW_AT_ONCE ? floodBytes() : flood())))
  const seconds = (performance.now() - startMs) / 1000
  const memoryMiB = usedBy(world.server.pid).memoryMiB
  isOver = true
  await working
  const { statuses: honestStatuses, p99Ms, slowestMs } = await honest.report()
  console.log(
    `${REQUESTS} requests (${raw} as bytes) in ${seconds.toFixed(0)} s; honest: p99 ${p99Ms.toFixed(0)} ms, slowest ${slowestMs.toFixed(0)} ms, ` +
      `${delivered} jobs of 500 items; memory ${before.toFixed(0)} -> ${middleMiB.toFixed(0)} -> ${memoryMiB.toFixed(0)} MiB; ` +
      [...statuses]
        .sort(([one], [other]) => one - other)
        .map(([status, n]) => `${status}: ${n}`)
        .join(', '),
  )
  expect(faults).toEqual([])
  expect(honestStatuses.filter((status) => status >= 300)).toEqual([])
  expect(delivered).toBeGreaterThan(2)
  // It was no flood of one kind of answer.
  for (const status of [200, 202, 400, 401, 403, 404, 405, 415])
    expect(statuses.get(status) ?? 0, String(status)).toBeGreaterThan(20)
  expect(memoryMiB - before).toBeLessThan(MAX_GROWTH_MIB)
  expect(memoryMiB - middleMiB).toBeLessThan(MAX_LATE_GROWTH_MIB)
})

test('no job was made of a body that did not arrive whole, and all that were made are whole', async () => {
  expect(await (await world.fetch(`/v1/jobs?source=${CUT_SOURCE}`)).json()).toEqual({ jobs: [] })
  await expect.poll(() => world.storedRows(), { timeout: 20_000 }).toMatchObject({ drafts: 0 })
  for (const { counts, status, id } of await world.jobs()) {
    const { total, pending, waiting, running, succeeded, failed, cancelled } = counts
    const sum = pending + waiting + running + succeeded + failed + cancelled
    if (status !== 'open') expect(sum, id).toBe(total)
  }
  expect(await world.deliverSomething()).toEqual([])
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
