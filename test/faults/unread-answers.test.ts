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
 * Clients that ask for much and read nothing, and many that watch one job: bounded memory, nobody else waits, all handles are released.
 */

/** Results of 12 MB: more than the kernel takes for a client that does not read. */
const ITEMS = 600

let world: HostileWorld
let bigJob: string
beforeAll(async () => {
  world = await HostileWorld.start({ connector: BIG_RESULTS })
  const lines = Array.from({ length: ITEMS }, (_, n) => `{"id":"big-${n}"}\n`)
  const accepted = await world.post('/v1/jobs', envelopeLine() + lines.join(''), NDJSON)
  bigJob = ((await accepted.json()) as Job).id
  await world.untilDone(bigJob)
})
afterAll(() => world.remove())

/** Sends a request and never reads a byte of its answer. */
async function askAndNotRead(path: string, caller: Record<string, string> = {}): Promise<RawConnection> {
  const connection = await RawConnection.open(world.server.url)
  connection.socket.pause()
  await connection.sendHead(`GET ${path}`, caller)
  return connection
}

test('answers that nobody reads hold bounded memory and nobody else waits for them', async () => {
  const paths = ['results', 'results.csv', 'items?pageSize=1000&include=data,log']
  const handlesBefore = usedBy(world.server.pid).handles
  const unread: RawConnection[] = []
  const enough = await world.little.enoughFor(operations.getResults)
  const short = await world.little.shortOf(operations.getResults)!
  for (let n = 0; n < 36; n++) {
    const caller = [{}, enough, short][Math.floor(n / 3) % 3]
    unread.push(await askAndNotRead(`/v1/jobs/${bigJob}/${paths[n % 3]}`, { ...caller }))
  }
  expect(await world.deliverSomething()).toEqual([])
  expect(await world.statusOf(`/v1/jobs/${bigJob}/items`)).toBe(200)
  expect(usedBy(world.server.pid).memoryMiB).toBeLessThan(1000)

  for (const connection of unread) connection.break()
  await expect.poll(() => usedBy(world.server.pid).handles, { timeout: 30_000 }).toBeLessThan(handlesBefore + 24)
  expect(await world.deliverSomething()).toEqual([])
})

test('a slow reader gets all of its results', async () => {
  const connection = await askAndNotRead(`/v1/jobs/${bigJob}/results`)
  expect(await world.deliverSomething()).toEqual([])
  connection.socket.resume()
  const { status, body } = await connection.answer()
  const lines = body.trimEnd().split('\n')
  expect(status).toBe(200)
  expect(lines).toHaveLength(ITEMS + 1)
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ type: 'end', complete: true, count: ITEMS, nextIndex: ITEMS })
  connection.break()
})

test('200 event streams, half of them unread, all come to the end of their job', async () => {
  const open = (await (
    await world.post('/v1/jobs', JSON.stringify({ ...ENVELOPE, open: true }), JSON_BODY)
  ).json()) as Job
  const handlesBefore = usedBy(world.server.pid).handles
  const streams = await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      const connection = await RawConnection.open(world.server.url)
      if (n % 2 === 0) connection.socket.pause()
      await connection.sendHead(`GET /v1/jobs/${open.id}/events`)
      return connection
    }),
  )
  const saw = (text: string): number => streams.filter(({ unread }) => unread.includes(text)).length
  await expect.poll(() => saw('event: job'), { timeout: 30_000 }).toBe(100)
  for (let part = 0; part < 10; part++) {
    const lines = Array.from({ length: 100 }, (_, n) => `{"id":"sku-${n}"}\n`).join('')
    const appended = await world.post(`/v1/jobs/${open.id}/items?fromIndex=${part * 100}`, lines, NDJSON)
    expect(appended.status).toBe(200)
  }
  for (const connection of streams.slice(0, 50)) connection.break()
  expect((await world.post(`/v1/jobs/${open.id}/seal`, '{"itemCount":1000}', JSON_BODY)).status).toBe(202)
  expect((await world.untilDone(open.id)).counts).toMatchObject({ total: 1000, succeeded: 1000 })

  for (const connection of streams) connection.socket.resume()
  await expect.poll(() => saw('event: end'), { timeout: 30_000 }).toBe(150)
  for (const connection of streams) connection.break()
  await expect.poll(() => usedBy(world.server.pid).handles, { timeout: 30_000 }).toBeLessThan(handlesBefore + 24)
})

test('the server is well, stops in spite of a client that does not read, and its log is clean', async () => {
  expect(await world.deliverSomething()).toEqual([])
  const unread = await askAndNotRead(`/v1/jobs/${bigJob}/results`)
  await expect.poll(() => unread.socket.bytesRead).toBe(0)
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
  unread.break()
})
