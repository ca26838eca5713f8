import type { Job } from '@waybill/spec'
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
/** What a server may take beside what it had, most of it garbage of a busy heap; 120 downloads without a bound were 1,300 MiB. */
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
  await expect.poll(() => world.statusOf('/v1/jobs'), { timeout: 20_000 }).toBe(200)
  for (const connection of unread) connection.break()
  expect(await world.deliverSomething()).toEqual([])
  expect(usedBy(world.server.pid).memoryMiB - idleMiB).toBeLessThan(MEMORY_MIB)
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
  await expect.poll(() => begun(200) + begun(503), { timeout: 20_000 }).toBe(260)
  expect(begun(200)).toBe(250)
  const another = await RawConnection.open(world.server.url, ANOTHER)
  await another.sendHead(`GET /v1/jobs/${open.id}/events`)
  await expect.poll(() => another.unread.toString('latin1'), { timeout: 10_000 }).toMatch(/^HTTP\/1.1 200/)
  for (const connection of [...streams, another]) connection.break()
  expect((await world.post(`/v1/jobs/${open.id}/cancel`, '', {})).status).toBe(202)
})

test('the server is well, and its log is clean', async () => {
  expect(await world.deliverSomething()).toEqual([])
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
