import type { Execution, Job } from '@waybill/spec'
import { operations } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  BIG_RESULTS,
  ENVELOPE,
  envelopeLine,
  HostileWorld,
  itemLines,
  JSON_BODY,
  NDJSON,
  usedBy,
} from '../support/hostile-world.ts'
import { RawConnection } from '../support/raw-connection.ts'

/*
 * Connections that send thousands of requests at once and read no answer: one request and one answer of each are in memory, and an
 * honest client gets its answers in between.
 */

const ATTACKERS = 20
const REQUESTS = 2000
/** How long each attack goes on. */
const ATTACK_MS = 800
/** What a server may take beside what it had, over all of them; without a bound it is gigabytes. Most of it is garbage of a busy heap. */
const MEMORY_MIB = 400

let world: HostileWorld
let heavyJob: string
let manyJob: string
let execution: string
beforeAll(async () => {
  world = await HostileWorld.start({ connector: BIG_RESULTS })
  heavyJob = await submit(envelopeLine() + itemLines(4, 1_000_000))
  manyJob = await submit(envelopeLine() + Array.from({ length: 400 }, (_, n) => `{"id":"big-${n}"}\n`).join(''))
  const jobs = Array.from({ length: 10 }, () => ({ ...ENVELOPE, items: [{ id: 'a' }] }))
  const created = await world.post('/v1/executions', JSON.stringify({ stages: [{ name: 'all', jobs }] }), JSON_BODY)
  execution = ((await created.json()) as Execution).id
})
afterAll(() => world.remove())

async function submit(body: string): Promise<string> {
  const { id } = (await (await world.post('/v1/jobs', body, NDJSON)).json()) as Job
  await world.untilDone(id)
  return id
}

/** Every GET of the spec, once for each way in which its answer is large. */
function pathsOf(): string[] {
  const places: Record<string, string> = {
    ':jobId': manyJob,
    ':index': '0',
    ':channel': 'shop',
    ':executionId': execution,
  }
  const gets = Object.values(operations).filter(({ method }) => method === 'GET')
  return [
    ...gets.map(({ path }) => path.replace(/:\w+/g, (name) => places[name] ?? name)),
    `/v1/jobs/${heavyJob}/items/0`,
    `/v1/jobs/${heavyJob}/items?include=data,log`,
    `/v1/jobs/${manyJob}/items?pageSize=1000&include=data,log`,
    '/v1/jobs?pageSize=1000',
  ]
}

/** Asks as an honest client does for a while. @returns the statuses it got, and the time of the slowest answer */
async function askHonestly(forMs: number): Promise<{ statuses: Set<number>; slowestMs: number }> {
  const asks = [
    () => world.statusOf('/healthz/live'),
    () => world.statusOf(`/v1/jobs/${manyJob}`),
    () => world.statusOf('/v1/jobs?pageSize=5'),
    async () => (await world.post('/v1/jobs', envelopeLine() + itemLines(1), NDJSON)).status,
  ]
  const statuses = new Set<number>()
  const untilMs = performance.now() + forMs
  let slowestMs = 0
  for (let n = 0; n < asks.length || performance.now() < untilMs; n++) {
    const startMs = performance.now()
    statuses.add(await asks[n % asks.length]!())
    slowestMs = Math.max(slowestMs, performance.now() - startMs)
  }
  return { statuses, slowestMs }
}

test(
  '2,000 requests at once to every GET, of which no answer is read, hold neither memory nor anybody up',
  { timeout: 120_000 },
  async () => {
    const idleMiB = usedBy(world.server.pid).memoryMiB
    const faults: string[] = []
    for (const path of pathsOf()) {
      const attackers = await Promise.all(Array.from({ length: ATTACKERS }, () => RawConnection.open(world.server.url)))
      for (const connection of attackers) {
        connection.socket.pause()
        void connection.send(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`.repeat(REQUESTS))
      }
      const { statuses, slowestMs } = await askHonestly(ATTACK_MS)
      if (slowestMs > 5000) faults.push(`${path}: an honest client waited ${Math.round(slowestMs)} ms`)
      if ([...statuses].some((status) => status !== 200 && status !== 202))
        faults.push(`${path}: an honest client was answered ${[...statuses].join(', ')}`)
      const moreMiB = usedBy(world.server.pid).memoryMiB - idleMiB
      if (moreMiB > MEMORY_MIB) faults.push(`${path}: the server takes ${Math.round(moreMiB)} MiB more`)
      for (const connection of attackers) connection.break()
    }
    expect(faults).toEqual([])
  },
)

test('requests that come at once are carried out one after the other', async () => {
  const connection = await RawConnection.open(world.server.url)
  const open = (await (
    await world.post('/v1/jobs', JSON.stringify({ ...ENVELOPE, open: true }), JSON_BODY)
  ).json()) as Job
  const wait = `GET /v1/jobs/${open.id} HTTP/1.1\r\nhost: localhost\r\nprefer: wait=2\r\n\r\n`
  const cancel = `POST /v1/jobs/${open.id}/cancel HTTP/1.1\r\nhost: localhost\r\n\r\n`
  const startMs = performance.now()
  await connection.send(wait + cancel)
  expect(JSON.parse((await connection.answer()).body)).toMatchObject({ status: 'open' })
  // The cancel did not end the wait: it was not read before the wait was over.
  expect(performance.now() - startMs).toBeGreaterThan(1500)
  expect((await connection.answer()).status).toBe(202)
  connection.break()
})

test('bodies between pipelined requests are bodies, whatever they contain', async () => {
  const connection = await RawConnection.open(world.server.url)
  const body = `${envelopeLine()}${itemLines(1)}${'\r\n\r\n'.repeat(2000)}`
  const head = 'POST /v1/jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\n'
  const counted = `${head}content-length: ${body.length}\r\n\r\n${body}`
  const chunked = `${head}transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
  const get = 'GET /v1/limits HTTP/1.1\r\nhost: localhost\r\n\r\n'
  await connection.send((counted + get + chunked + get).repeat(5))
  for (let n = 0; n < 5; n++)
    for (const status of [202, 200, 202, 200]) expect((await connection.answer()).status).toBe(status)
  connection.break()
})

test('requests that come byte by byte are answered all the same', async () => {
  const connection = await RawConnection.open(world.server.url)
  const requests = Array.from(
    { length: 3 },
    (_, n) => `GET /healthz/live HTTP/1.1\r\nhost: a\r\nx-request-id: b-${n}\r\n\r\n`,
  )
  for (const byte of requests.join('')) await connection.send(byte)
  for (let n = 0; n < 3; n++) expect((await connection.answer()).headers['x-request-id']).toBe(`b-${n}`)
  connection.break()
})

test('the server is well, and its log is clean', async () => {
  expect(await world.deliverSomething()).toEqual([])
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
