import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AccessTokenPage, Job, Self } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkFolder } from '../support/check-folder.ts'
import { envelopeLine, type HostileWorld, itemLines, JSON_BODY } from '../support/hostile-world.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { ADMIN_TOKEN, bearer, createToken, startTokenWorld, submitAs } from '../support/token-world.ts'

/*
 * Access tokens over the life of a server: their end is the end of what runs with them, no crash brings one back or loses one, and their
 * text shows nowhere.
 */

/** Within which a token's end is seen everywhere. */
const END_MS = 1000
/** With two texts of 250 bytes each: 40 MB of results. */
const LARGE_ITEMS = 40_000
const SCOPES = ['jobs:read', 'jobs:write', 'items:read'] as const

let world: HostileWorld
beforeAll(async () => {
  world = await startTokenWorld()
})
afterAll(() => world.remove())

const statusAs = (token: string, path = '/v1/self'): Promise<number> => world.statusOf(path, { headers: bearer(token) })
const revoke = (id: string, as = ADMIN_TOKEN): Promise<number> =>
  world.statusOf(`/v1/tokens/${id}`, { method: 'DELETE', headers: bearer(as) })

/** A job whose results are larger than the buffers between a server and a client that does not read. @returns its id */
async function endedJob(token: string): Promise<string> {
  const long = 'x'.repeat(240)
  const items = Array.from({ length: LARGE_ITEMS }, (_, n) => `{"id":"${n}-${long}"}\n`).join('')
  const headers = { 'content-type': 'application/x-ndjson', ...bearer(token) }
  const { id } = (await (
    await world.post('/v1/jobs', envelopeLine({ channel: 'still' }) + items, headers)
  ).json()) as Job
  await world.statusOf(`/v1/jobs/${id}/cancel`, { method: 'POST', headers: bearer(token) })
  await expect
    .poll(async () => await world.statusOf(`/v1/jobs/${id}/results.csv`, { headers: bearer(token) }))
    .toBe(200)
  return id
}

/** Requests that run until their token ends, one of each kind. */
async function openAll(token: string): Promise<Record<string, RawConnection>> {
  const { id } = await submitAs(world, token, { channel: 'still', items: [{ id: 'sku' }] })
  const large = await endedJob(token)
  const ask = async (request: string, headers: Record<string, string> = {}): Promise<RawConnection> => {
    const connection = await RawConnection.open(world.server.url)
    await connection.sendHead(request, { ...bearer(token), ...headers })
    return connection
  }
  const open = {
    events: await ask(`GET /v1/jobs/${id}/events`),
    wait: await ask(`GET /v1/jobs/${id}`, { prefer: 'wait=30' }),
    delivery: await ask('POST /v1/items', { ...JSON_BODY, prefer: 'wait=30', 'transfer-encoding': 'chunked' }),
    upload: await ask('POST /v1/jobs', { 'content-type': 'application/x-ndjson', 'transfer-encoding': 'chunked' }),
    part: await ask(`POST /v1/jobs/${(await submitAs(world, token, { open: true })).id}/items?fromIndex=0`, {
      'content-type': 'application/x-ndjson',
      'transfer-encoding': 'chunked',
    }),
    download: await ask(`GET /v1/jobs/${large}/results`),
  }
  // Nobody reads the download; of the uploads the end does not come.
  open.download.socket.pause()
  const item = { channel: 'still', objectType: 'product', action: 'update', item: { id: 'sku' } }
  await open.delivery.sendChunk(JSON.stringify(item))
  await open.delivery.send('0\r\n\r\n')
  await open.upload.sendChunk(envelopeLine({ channel: 'still', source: 'of-a-token' }) + itemLines(100))
  await open.part.sendChunk(itemLines(100))
  await expect.poll(() => open.events.unread.length).toBeGreaterThan(0)
  return open
}

/** How long each needs to end, in ms. */
async function endsOf(open: Record<string, RawConnection>): Promise<[string, number][]> {
  const startMs = performance.now()
  return Promise.all(
    Object.entries(open).map(async ([name, connection]) => {
      connection.socket.resume()
      await connection.closed(20 * END_MS)
      return [name, performance.now() - startMs] as [string, number]
    }),
  )
}

const late = (ends: readonly [string, number][]): unknown[] => ends.filter(([, ms]) => ms > END_MS)

describe('the end of a token ends what runs with it', () => {
  test('when it is revoked: streams, waits, uploads and downloads', async () => {
    const [mine, other] = [await createToken(world, SCOPES), await createToken(world, SCOPES)]
    const open = await openAll(mine.token)
    const { id } = await submitAs(world, other.token, { channel: 'still', items: [{ id: 'sku' }] })
    const controller = new AbortController()
    const stream = await world.fetch(`/v1/jobs/${id}/events`, {
      headers: bearer(other.token),
      signal: controller.signal,
    })
    const reader = stream.body!.getReader()
    await reader.read()

    expect(await revoke(mine.id)).toBe(204)
    expect(late(await endsOf(open))).toEqual([])
    expect([await statusAs(mine.token), await statusAs(other.token)]).toEqual([401, 200])

    // What had not come whole left nothing; the other token's stream still reports.
    const jobs = await world.jobs()
    expect(jobs.filter(({ source }) => source === 'of-a-token')).toEqual([])
    expect(jobs.find(({ status }) => status === 'open')?.counts.total).toBe(0)
    await world.statusOf(`/v1/jobs/${id}/cancel`, { method: 'POST' })
    let text = ''
    for (let part = await reader.read(); !part.done; part = await reader.read())
      text += Buffer.from(part.value).toString()
    expect(text).toMatch(/event: end/)
    controller.abort()
  })

  test('when it expires', async () => {
    const expiresAtMs = Date.now() + 6000
    const { token } = await createToken(world, SCOPES, { expiresAt: new Date(expiresAtMs).toISOString() })
    const open = await openAll(token)
    expect(Object.values(open).filter(({ over }) => over)).toEqual([])
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, expiresAtMs - Date.now())))
    expect(late(await endsOf(open))).toEqual([])
    expect(await statusAs(token)).toBe(401)
  })

  test('but for the request with which it revokes itself', async () => {
    const { id, token } = await createToken(world, ['tokens:write'], { subscription: 'acme' })
    expect(await revoke(id, token)).toBe(204)
    expect(await revoke(id, token)).toBe(401)
    expect(await revoke(id)).toBe(404)
  })
})

test('kill -9 loses no token that was answered, and brings none back that was revoked', async () => {
  const server = await startTokenWorld()
  try {
    const answered: { token: string; wanted: number }[] = []
    for (let round = 0; round < 4; round++) {
      const burst = await Promise.all(Array.from({ length: 20 }, () => createToken(server, ['jobs:read'])))
      const revoked = burst.slice(0, 10)
      const answers = await Promise.all(
        revoked.map(({ id }) => server.statusOf(`/v1/tokens/${id}`, { method: 'DELETE' })),
      )
      expect(answers).toEqual(answers.map(() => 204))
      answered.push(...burst.map(({ token }, n) => ({ token, wanted: n < 10 ? 401 : 200 })))
      await server.server.kill()
      await server.server.start()
      for (const { token, wanted } of answered)
        expect(await server.statusOf('/v1/self', { headers: bearer(token) })).toBe(wanted)
    }
    await server.server.stop()
    expect(checkFolder(`${server.server.folder}/data`)).toEqual([])
  } finally {
    await server.remove()
  }
})

test('SEC-2 the text of a token is in the answer that made it, and nowhere else', async () => {
  const headers = { ...JSON_BODY, 'idempotency-key': 'of-a-secret' }
  const request = JSON.stringify({ name: 'secret', scopes: ['jobs:read', 'tokens:write'] })
  const created = (await (await world.post('/v1/tokens', request, headers)).json()) as { id: string; token: string }
  const secret = created.token.slice(-43)
  const again = await world.post('/v1/tokens', request, headers)
  expect([again.status, again.headers.get('idempotent-replayed'), await again.json()]).toMatchObject([
    ...[201, 'true'],
    { id: created.id, token: null },
  ])
  const texts = await Promise.all(
    ['/v1/tokens?pageSize=1000', '/v1/self'].map(async (path) =>
      (await world.fetch(path, { headers: bearer(created.token) })).text(),
    ),
  )
  expect((JSON.parse(texts[0]!) as AccessTokenPage).tokens.map(({ id }) => id)).toContain(created.id)
  expect(JSON.parse(texts[1]!)).toMatchObject({ kind: 'token', tokenId: created.id } satisfies Partial<Self>)
  expect(texts.join()).not.toMatch(/"(hash|digest)"/)
  // Sent where it does not belong: the refusal does not repeat it.
  const wrong = [
    await world.fetch(`/v1/tokens/${created.token}`, { method: 'DELETE' }),
    await world.fetch('/v1/jobs', { headers: { authorization: `Basic ${created.token}` } }),
    await world.fetch('/v1/jobs', { headers: bearer(`${created.token}x`) }),
  ]
  for (const answer of wrong) texts.push(await answer.text())
  expect(await revoke(created.id)).toBe(204)
  await world.server.stop()
  const folder = join(world.server.folder, 'data')
  for (const name of await readdir(folder)) texts.push((await readFile(join(folder, name))).toString('latin1'))
  texts.push(world.server.output)
  expect(texts.map((text) => text.includes(secret))).toEqual(texts.map(() => false))
  expect(world.server.output).toContain(`"tokenId":"${created.id}"`)
})
