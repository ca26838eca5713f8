import { operations } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { envelopeLine, HostileWorld, itemLines, NDJSON, NOTHING_STORED, usedBy } from '../support/hostile-world.ts'
import { RawConnection } from '../support/raw-connection.ts'

/*
 * Clients that say little, late or nothing, all at the same time: each is bounded in time, and nobody else waits for them. A body may be
 * silent for 30 s, a head for 20 s: this takes as long.
 */

let world: HostileWorld
beforeAll(async () => {
  world = await HostileWorld.start()
})
afterAll(() => world.remove())

const CHUNKED = { ...NDJSON, 'transfer-encoding': 'chunked' }
const IDLE = 300
const SLOW_UPLOADS = 12

/** Sends one byte a second, as long as anybody listens. */
function drip(connection: RawConnection, bytes: string): void {
  let at = 0
  const timer = setInterval(() => {
    if (connection.over || connection.unread.length > 0) clearInterval(timer)
    else void connection.send(bytes[at++ % bytes.length]!)
  }, 1000)
}

async function open(count: number): Promise<RawConnection[]> {
  return Promise.all(Array.from({ length: count }, () => RawConnection.open(world.server.url)))
}

test(
  'clients that send next to nothing are told so in time, and nobody waits for them',
  { timeout: 90_000 },
  async () => {
    const handlesBefore = usedBy(world.server.pid).handles
    const enough = await world.little.enoughFor(operations.submitJob)
    const short = await world.little.shortOf(operations.submitJob)!
    const idle = await open(IDLE)
    const slowHeads = await open(20)
    const slowBodies = await open(SLOW_UPLOADS)
    const silentBodies = await open(SLOW_UPLOADS)
    const withoutScope = await open(SLOW_UPLOADS)
    const halfOpen = await open(20)
    for (const connection of slowHeads) {
      await connection.send('POST /v1/jobs HTTP/1.1\r\nhost: localhost\r\n')
      drip(connection, 'x-slow: yes\r\n')
    }
    for (const connection of slowBodies) {
      await connection.sendHead('POST /v1/jobs', { ...CHUNKED, ...enough })
      await connection.sendChunk(envelopeLine())
      drip(connection, '1\r\n{\r\n')
    }
    for (const [n, connection] of silentBodies.entries()) {
      const encoding: Record<string, string> = n % 2 === 0 ? {} : { 'content-encoding': 'gzip' }
      await connection.sendHead(n % 3 === 0 ? 'POST /v1/items' : 'POST /v1/jobs', {
        ...CHUNKED,
        ...encoding,
        ...(n % 3 === 0 && { 'content-type': 'application/json' }),
      })
      if (n % 2 === 0) await connection.sendChunk('{')
    }
    for (const connection of withoutScope) await connection.sendHead('POST /v1/jobs', { ...CHUNKED, ...short })
    for (const connection of halfOpen) {
      await connection.sendHead('POST /v1/jobs', CHUNKED)
      await connection.sendChunk(envelopeLine() + itemLines(10))
      connection.socket.end() // it will not send, but reads on
    }

    // Nobody waits for the body of a caller without the scope.
    for (const connection of withoutScope) expect((await connection.answer()).status).toBe(403)
    // A body that ends too early is refused at once; nobody has to wait for it.
    for (const connection of halfOpen) expect((await connection.answer()).status).toBe(400)
    const faults: string[] = []
    for (let round = 0; round < 5; round++) faults.push(...(await world.deliverSomething()))
    expect(faults).toEqual([])

    const answers = await Promise.all([...slowBodies, ...silentBodies].map((connection) => connection.answer()))
    for (const { status, body } of answers) {
      expect(status).toBe(408)
      expect(JSON.parse(body)).toMatchObject({ code: 'request_timeout' })
    }
    for (const { status } of await Promise.all([...slowHeads, ...idle].map((connection) => connection.answer())))
      expect(status).toBe(408)
    await Promise.all([...slowHeads, ...idle, ...halfOpen, ...withoutScope].map((connection) => connection.closed()))
    for (const connection of [...slowBodies, ...silentBodies]) connection.break()
    await expect.poll(() => usedBy(world.server.pid).handles, { timeout: 30_000 }).toBeLessThan(handlesBefore + 24)
  },
)

test('uploads of one caller beyond a quarter of the places wait or come later, and those of another are taken', async () => {
  const uploads = await open(80)
  for (const connection of uploads) {
    await connection.sendHead('POST /v1/jobs', CHUNKED)
    await connection.sendChunk(envelopeLine())
  }
  const answered = (): number => uploads.filter(({ unread }) => unread.length > 0).length
  const other = await RawConnection.open(world.server.url, '127.0.0.2')
  await other.sendHead('POST /v1/jobs', CHUNKED)
  await other.sendChunk(envelopeLine() + itemLines(1))
  await other.sendChunk('')
  expect((await other.answer()).status).toBe(202)
  expect(answered()).toBeLessThan(64) // some still wait for a place: it did not wait for them
  other.break()

  // Stalled uploads lose their places to waiting ones, and those that wait too long are asked to retry later.
  await expect.poll(answered, { timeout: 30_000 }).toBeGreaterThanOrEqual(64)
  for (const connection of uploads.filter(({ unread }) => unread.length > 0)) {
    const { status, headers, body } = await connection.answer()
    if (status === 408) continue
    expect(JSON.parse(body)).toMatchObject({ status: 503, code: 'overloaded' })
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  }
  for (const connection of uploads) connection.break()
  await expect.poll(() => world.deliverSomething(), { timeout: 30_000 }).toEqual([])
})

test('the server is well, its log is clean, and nothing of all this is stored', async () => {
  expect(await world.deliverSomething()).toEqual([])
  for (const { id } of await world.jobs()) await world.fetch(`/v1/jobs/${id}`, { method: 'DELETE' })
  await expect.poll(() => world.storedRows(), { timeout: 30_000 }).toMatchObject(NOTHING_STORED)
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
