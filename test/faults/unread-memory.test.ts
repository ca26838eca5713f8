import { setTimeout as sleep } from 'node:timers/promises'
import { type Job, operations } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { envelopeLine, HostileWorld, itemLines, NDJSON, usedBy } from '../support/hostile-world.ts'
import { RawConnection } from '../support/raw-connection.ts'
import type { RecordingConnectorOptions } from '../support/recording-connector.ts'

/*
 * The largest answers there are, asked for again and again on 100 connections that read nothing, each kind on a server that has just been
 * started: it stays within 100 MiB of what it was idle.
 */

const MEMORY_MIB = 100
const ATTACKERS = 100
const REQUESTS = 200
/** Until connections take no more: what fits into the buffers of the kernel is made and taken. */
const QUIET_MS = 1500
const LONGEST_MS = 20_000

const ANSWERS: RecordingConnectorOptions = {
  answer: () => ({
    kind: 'items',
    answer: ({ id }) =>
      id.startsWith('bad') ? { kind: 'failed', code: 'refused' } : { kind: 'succeeded', result: 'r'.repeat(20_000) },
  }),
}

let world: HostileWorld
let heavyJob: string
let manyJob: string

beforeAll(async () => {
  world = await HostileWorld.start({ connector: ANSWERS })
  const ofLines = (name: string, count: number): string =>
    Array.from({ length: count }, (_, n) => `{"id":"${name}-${n}","data":"${'x'.repeat(900)}"}\n`).join('')
  heavyJob = await submit(envelopeLine() + itemLines(4, 1_000_000))
  manyJob = await submit(envelopeLine() + ofLines('big', 400))
  await submit(envelopeLine() + ofLines('bad', 1000))
  const parks = envelopeLine({ retry: { rules: [{ code: ['refused'], then: 'park' }] } })
  expect((await world.post('/v1/jobs', parks + ofLines('bad-parked', 1000), NDJSON)).status).toBe(202)
  while ((await parked()) < 1000) await sleep(200)
}, 120_000)
afterAll(() => world.remove())

async function submit(body: string): Promise<string> {
  const { id } = (await (await world.post('/v1/jobs', body, NDJSON)).json()) as Job
  await world.untilDone(id)
  return id
}

async function parked(): Promise<number> {
  return ((await (await world.fetch('/v1/parked?pageSize=1000')).json()) as { parked: unknown[] }).parked.length
}

test.each([
  ['an item of 1 MB', () => `/v1/jobs/${heavyJob}/items/0`],
  ['items of 1 MB', () => `/v1/jobs/${heavyJob}/items?pageSize=1000&include=data,log`],
  ['items with long results', () => `/v1/jobs/${manyJob}/items?pageSize=1000&include=data,log`],
  ['results', () => `/v1/jobs/${manyJob}/results`],
  ['parked items', () => '/v1/parked?pageSize=1000'],
  ['dead letters', () => '/v1/dead-letters?pageSize=1000'],
])('%s that nobody reads', { timeout: 60_000 }, async (_, path) => {
  await world.server.stop()
  await world.server.start()
  for (let n = 0; n < 20; n++) expect(await world.statusOf('/v1/jobs?pageSize=5')).toBe(200)
  const enough = await world.little.enoughFor(operations.listItems)
  const idleMiB = usedBy(world.server.pid).memoryMiB
  const attackers = await Promise.all(Array.from({ length: ATTACKERS }, () => RawConnection.open(world.server.url)))
  for (const [n, connection] of attackers.entries()) {
    const token = n % 5 === 0 ? `authorization: ${enough.authorization}\r\n` : ''
    connection.socket.pause()
    void connection.send(`GET ${path()} HTTP/1.1\r\nhost: localhost\r\n${token}\r\n`.repeat(REQUESTS))
  }
  let mostMiB = 0
  let sinceMs = performance.now()
  const endMs = sinceMs + LONGEST_MS
  while (performance.now() < endMs && performance.now() - sinceMs < QUIET_MS) {
    const { memoryMiB } = usedBy(world.server.pid)
    if (memoryMiB > mostMiB) {
      mostMiB = memoryMiB
      sinceMs = performance.now()
    }
    await sleep(20)
  }
  expect(await world.statusOf('/healthz/live')).toBe(200)
  for (const connection of attackers) connection.break()
  expect(mostMiB - idleMiB).toBeLessThan(MEMORY_MIB)
})

test('the server is well, and its log is clean', async () => {
  expect(await world.deliverSomething()).toEqual([])
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
