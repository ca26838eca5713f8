import { type Job, operations } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  BIG_RESULTS,
  ENVELOPE,
  envelopeLine,
  HostileWorld,
  JSON_BODY,
  NDJSON,
  usedBy,
} from '../support/hostile-world.ts'
import { RawConnection } from '../support/raw-connection.ts'

/*
 * Callers that take all they can of what is shared: it is a quarter, and the others have theirs. Without a token an address is a caller.
 */

/** Results of 12 MB: more than the kernel takes for a client that does not read. */
const ITEMS = 600
const ANOTHER = '127.0.0.2'
/** Places of uploads that one caller has. */
const UPLOADS = 16
/** Memory that a server may take beside its base, most of it garbage of a busy heap; 120 downloads without a bound were 1,300 MiB. */
const MEMORY_MIB = 500

let world: HostileWorld
let bigJob: string
beforeAll(async () => {
  world = await HostileWorld.start({ connector: BIG_RESULTS })
  const lines = Array.from({ length: ITEMS }, (_, n) => `{"id":"big-${n}"}\n`)
  bigJob = ((await (await world.post('/v1/jobs', envelopeLine() + lines.join(''), NDJSON)).json()) as Job).id
  await world.untilDone(bigJob)
})
afterAll(() => world.remove())

/** The status that a caller at another address gets. */
async function statusOfAnother(path: string): Promise<number> {
  const connection = await RawConnection.open(world.server.url, ANOTHER)
  await connection.sendHead(`GET ${path}`)
  const { status } = await connection.answer()
  connection.break()
  return status
}

test('151 downloads asked for on one connection hold one place', async () => {
  const greedy = await RawConnection.open(world.server.url)
  greedy.socket.pause()
  await greedy.send(`GET /v1/jobs/${bigJob}/results HTTP/1.1\r\nhost: localhost\r\n\r\n`.repeat(151))
  for (let round = 0; round < 10; round++) {
    expect(await world.statusOf('/v1/jobs')).toBe(200)
    expect(await statusOfAnother(`/v1/jobs/${bigJob}/items`)).toBe(200)
  }
  expect(await world.deliverSomething()).toEqual([])
  greedy.break()
})

test('120 downloads that nobody reads take a quarter, lose it to what waits, and give their memory back', async () => {
  const idleMiB = usedBy(world.server.pid).memoryMiB
  const unread = await Promise.all(
    Array.from({ length: 120 }, async () => {
      const connection = await RawConnection.open(world.server.url)
      connection.socket.pause()
      await connection.sendHead(`GET /v1/jobs/${bigJob}/results`)
      return connection
    }),
  )
  for (let round = 0; round < 5; round++) expect(await statusOfAnother(`/v1/jobs/${bigJob}/items`)).toBe(200)
  expect(usedBy(world.server.pid).memoryMiB - idleMiB).toBeLessThan(MEMORY_MIB)
  // Whoever stalled is cut for whoever waits, so that the caller's own list comes through.
  await expect.poll(() => world.statusOf('/v1/jobs'), { timeout: 30_000 }).toBe(200)
  for (const connection of unread) connection.break()
  expect(await world.deliverSomething()).toEqual([])
  expect(usedBy(world.server.pid).memoryMiB - idleMiB).toBeLessThan(MEMORY_MIB)
})

test('120 downloads of a token without their scope, and 120 of one with just that, keep nobody else out', async () => {
  const path = `/v1/jobs/${bigJob}/results`
  const tokens = [
    await world.little.enoughFor(operations.getResults),
    await world.little.shortOf(operations.getResults)!,
  ]
  const unread = await Promise.all(
    Array.from({ length: 240 }, async (_, n) => {
      const connection = await RawConnection.open(world.server.url)
      if (n % 2 === 0) connection.socket.pause()
      await connection.sendHead(`GET ${path}`, { ...tokens[n % 2] })
      return connection
    }),
  )
  for (const connection of unread.filter((_, n) => n % 2 === 1)) expect((await connection.answer()).status).toBe(403)
  for (let round = 0; round < 5; round++) {
    expect(await world.statusOf('/v1/jobs')).toBe(200)
    expect(await statusOfAnother(`/v1/jobs/${bigJob}/items`)).toBe(200)
  }
  for (const connection of unread) connection.break()
  expect(await world.deliverSomething()).toEqual([])
})

test('event streams of one caller are a quarter of all', async () => {
  const open = (await (
    await world.post('/v1/jobs', JSON.stringify({ ...ENVELOPE, open: true }), JSON_BODY)
  ).json()) as Job
  const streams = await Promise.all(
    Array.from({ length: 260 }, async () => {
      const connection = await RawConnection.open(world.server.url)
      await connection.sendHead(`GET /v1/jobs/${open.id}/events`)
      return connection
    }),
  )
  const begun = (status: number): number =>
    streams.filter(({ unread }) => unread.toString('latin1').startsWith(`HTTP/1.1 ${status}`)).length
  await expect.poll(() => begun(200) + begun(503), { timeout: 30_000 }).toBe(260)
  expect(begun(200)).toBe(250)
  const another = await RawConnection.open(world.server.url, ANOTHER)
  await another.sendHead(`GET /v1/jobs/${open.id}/events`)
  await expect.poll(() => another.unread.toString('latin1'), { timeout: 30_000 }).toMatch(/^HTTP\/1.1 200/)
  for (const connection of [...streams, another]) connection.break()
  expect((await world.post(`/v1/jobs/${open.id}/cancel`, '', {})).status).toBe(202)
})

test('bodies of one caller that are held whole are a quarter of what all may send', async () => {
  const body = `{"channel":"shop","objectType":"product","action":"update","items":[`
  const item = `{"id":"a","data":"${'x'.repeat(1_040_000)}"}`
  const uploads = await Promise.all(
    Array.from({ length: UPLOADS }, async () => {
      const connection = await RawConnection.open(world.server.url)
      await connection.sendHead('POST /v1/jobs', { ...JSON_BODY, 'transfer-encoding': 'chunked' })
      await connection.sendChunk(body + item)
      return connection
    }),
  )
  // 16 bodies of 16 MB that do not end: together nearly all that may be held.
  for (const connection of uploads)
    for (let n = 1; n < 16 && connection.unread.length === 0; n++) await connection.sendChunk(`,${item}`)
  // A client that has sent over 8 MiB more by then may lose the answer with the connection.
  const answered = (): RawConnection[] => uploads.filter(({ unread }) => unread.length > 0)
  const refused = (): RawConnection[] => uploads.filter(({ unread, socket }) => unread.length > 0 || socket.destroyed)
  await expect.poll(() => refused().length, { timeout: 30_000 }).toBe(UPLOADS - 4)
  expect(answered().length).toBeGreaterThan(0)
  for (const connection of answered()) {
    const { status, headers, body: problem } = await connection.answer()
    expect(JSON.parse(problem)).toMatchObject({ status, code: 'overloaded' })
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  }
  const another = await RawConnection.open(world.server.url, ANOTHER)
  await another.sendHead('POST /v1/jobs', { ...JSON_BODY, 'transfer-encoding': 'chunked' })
  await another.sendChunk(body + item)
  for (let n = 1; n < 8; n++) await another.sendChunk(`,${item}`)
  await another.sendChunk(']}')
  await another.sendChunk('')
  expect((await another.answer()).status).toBe(202)
  for (const connection of [...uploads, another]) connection.break()
  await expect.poll(() => world.deliverSomething(), { timeout: 30_000 }).toEqual([])
})

test('the server is well, and its log is clean', async () => {
  expect(await world.deliverSomething()).toEqual([])
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
