import { gzipSync } from 'node:zlib'
import { type Job, operations } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ENVELOPE,
  envelopeLine,
  HostileWorld,
  itemLines,
  JSON_BODY,
  NDJSON,
  NOTHING_STORED,
  usedBy,
} from '../support/hostile-world.ts'
import { RawConnection } from '../support/raw-connection.ts'

/*
 * Uploads that break off, many at once: no job, no key that stays taken, no chunk, no handle, whatever was on its way.
 */

let world: HostileWorld
/** One without a token, one with just the scope that uploads require, and one without it. */
let callers: readonly Record<string, string>[]
beforeAll(async () => {
  world = await HostileWorld.start()
  callers = [{}, await world.little.enoughFor(operations.submitJob), await world.little.shortOf(operations.submitJob)!]
})
afterAll(() => world.remove())

const CHUNKED = { 'transfer-encoding': 'chunked' }
/** Handles that a server may have more than at its start: threads and connections it keeps to the storefront. */
const SPARE_HANDLES = 24

/** The part of a job of 5,000 items (several chunks of the store) that is sent before the connection breaks. */
const lines = envelopeLine() + itemLines(5000, 300)
const packed = gzipSync(lines, { level: 1 })
const json = JSON.stringify({ ...ENVELOPE, items: Array.from({ length: 5000 }, (_, n) => ({ id: `sku-${n}` })) })
const beginnings: readonly (readonly [Record<string, string>, string | Uint8Array])[] = [
  [NDJSON, ''],
  [NDJSON, lines.slice(0, 20)], // half an envelope
  [NDJSON, envelopeLine()],
  [NDJSON, lines.slice(0, -100)], // half a line
  [NDJSON, lines], // all of it, but for the word that it is all
  [{ ...NDJSON, 'content-encoding': 'gzip' }, packed.subarray(0, packed.length - 1000)],
  [{ ...NDJSON, 'content-encoding': 'gzip' }, packed],
  [JSON_BODY, json.slice(0, -1000)],
  [JSON_BODY, json],
]

/** The ways of a client to go: RST, FIN, and FIN when everything is on its way. */
const exits: readonly ((connection: RawConnection) => void)[] = [
  (connection) => connection.break(),
  (connection) => connection.socket.end(),
  (connection) => connection.socket.destroy(),
]

async function abortUploads(count: number, path: (n: number) => string, key?: (n: number) => string): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const connection = await RawConnection.open(world.server.url)
      const [headers, beginning] = beginnings[n % beginnings.length]!
      const keyHeader: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key(n) }
      await connection.sendHead(`POST ${path(n)}`, { ...CHUNKED, ...headers, ...keyHeader, ...callers[(n % 4) % 3] })
      if (beginning.length > 0) await connection.sendChunk(beginning)
      exits[n % exits.length]!(connection)
      await connection.closed()
      connection.break()
    }),
  )
}

test('uploads that break off at any point, 200 in four storms, leave nothing', async () => {
  const handlesBefore = usedBy(world.server.pid).handles
  for (let storm = 0; storm < 4; storm++) {
    await abortUploads(
      50,
      () => '/v1/jobs',
      (n) => `storm-${storm}-${n}`,
    )
  }
  await expect
    .poll(() => usedBy(world.server.pid).handles, { timeout: 30_000 })
    .toBeLessThan(handlesBefore + SPARE_HANDLES)
  expect(await world.jobs()).toEqual([])
  await expect.poll(() => world.storedRows(), { timeout: 30_000 }).toMatchObject(NOTHING_STORED)
  // 200 MB came in; an idle server has about 130 MiB.
  expect(usedBy(world.server.pid).memoryMiB).toBeLessThan(700)
})

test('a key whose upload broke off is free at once', async () => {
  for (let round = 0; round < 4; round++) {
    const key = { 'idempotency-key': `free-${round}` }
    const connection = await RawConnection.open(world.server.url)
    await connection.sendHead('POST /v1/jobs', { ...CHUNKED, ...NDJSON, ...key })
    await connection.sendChunk(lines.slice(0, -100))
    const meanwhile = await world.post('/v1/jobs', lines, { ...NDJSON, ...key })
    expect([409, 202]).toContain(meanwhile.status) // 202: its head came before that of the first
    connection.break()
    await expect
      .poll(async () => (await world.post('/v1/jobs', envelopeLine() + '{"id":"a"}', { ...NDJSON, ...key })).status)
      .toBe(meanwhile.status === 409 ? 202 : 422)
  }
})

test('a part that breaks off is not appended, and the next one may come', async () => {
  const open = (await (
    await world.post('/v1/jobs', JSON.stringify({ ...ENVELOPE, open: true }), JSON_BODY)
  ).json()) as Job
  const path = `/v1/jobs/${open.id}/items?fromIndex=0`
  for (let round = 0; round < 3; round++) await abortUploads(8, () => path)
  await expect
    .poll(async () => (await world.post(path, itemLines(10), NDJSON)).json())
    .toMatchObject({ nextIndex: 10, accepted: 10, deduplicated: 0 })
  const sealed = await world.post(`/v1/jobs/${open.id}/seal`, '{"itemCount":10}', JSON_BODY)
  expect(sealed.status).toBe(202)
  expect((await world.untilDone(open.id)).counts).toMatchObject({ total: 10, succeeded: 10 })
})

test('a client that leaves while it waits for an answer leaves no handle', async () => {
  const open = (await (
    await world.post('/v1/jobs', JSON.stringify({ ...ENVELOPE, open: true }), JSON_BODY)
  ).json()) as Job
  const handlesBefore = usedBy(world.server.pid).handles
  const waiting = await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      const connection = await RawConnection.open(world.server.url)
      await connection.sendHead(`GET /v1/jobs/${open.id}`, { prefer: 'wait=30' })
      if (n % 2 === 0) await connection.sendHead('GET /v1/limits') // answered after the first one
      return connection
    }),
  )
  await expect.poll(() => usedBy(world.server.pid).handles, { timeout: 30_000 }).toBeGreaterThan(handlesBefore + 70)
  for (const [n, connection] of waiting.entries()) exits[n % exits.length]!(connection)
  await expect
    .poll(() => usedBy(world.server.pid).handles, { timeout: 30_000 })
    .toBeLessThan(handlesBefore + SPARE_HANDLES)
  for (const connection of waiting) connection.break()
  expect((await world.post(`/v1/jobs/${open.id}/cancel`, '', {})).status).toBe(202)
  expect((await world.untilDone(open.id)).outcome).toBe('cancelled')
})

test('what a killed server had of uploads under way is gone after its next start', async () => {
  for (const { id } of await world.jobs())
    expect((await world.fetch(`/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204)
  const uploads = await Promise.all(
    Array.from({ length: 8 }, async (_, n) => {
      const connection = await RawConnection.open(world.server.url)
      await connection.sendHead('POST /v1/jobs', { ...CHUNKED, ...NDJSON, 'idempotency-key': `killed-${n}` })
      await connection.sendChunk(lines)
      return connection
    }),
  )
  await expect.poll(() => world.storedRows()['drafts'], { timeout: 30_000 }).toBe(8)
  expect(world.storedRows()['chunks']).toBeGreaterThan(0)
  await world.server.kill()
  await world.server.start()
  for (const connection of uploads) connection.break()
  expect(await world.jobs()).toEqual([])
  await expect
    .poll(() => world.storedRows(), { timeout: 30_000 })
    .toMatchObject({ ...NOTHING_STORED, idempotency: expect.any(Number) })
  const again = await world.post('/v1/jobs', envelopeLine() + itemLines(1), {
    ...NDJSON,
    'idempotency-key': 'killed-0',
  })
  expect(again.status).toBe(202)
})

test('the server is well and its log is clean', async () => {
  expect(await world.deliverSomething()).toEqual([])
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
