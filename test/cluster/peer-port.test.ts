import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PeerTokens } from '../../server/src/cluster/peer-tokens.ts'
import { systemClock } from '../../server/src/runtime/clock.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { ServerCluster, untilRole } from '../support/server-cluster.ts'
import type { ServerProcess } from '../support/server-process.ts'

/* The peer port, and whoever reaches it without being a server of the cluster. */

const ADMIN = 'wba_the-admin-token-of-these-tests'

let cluster: ServerCluster
let active: ServerProcess
let standby: ServerProcess

beforeAll(async () => {
  cluster = await ServerCluster.create({ adminToken: ADMIN, args: ['--no-dev'], leaseSeconds: 10 })
  await cluster.start()
  ;[active, standby] = cluster.servers as [ServerProcess, ServerProcess]
  await untilRole(active, 'active')
  await untilRole(standby, 'standby')
})

afterAll(() => cluster?.remove())

const tokensOf = (secret: string, agoMs = 0) =>
  new PeerTokens({
    secret,
    address: 'http://127.0.0.1:1',
    clock: { ...systemClock, nowMs: () => Date.now() - agoMs },
  })

async function statusWith(address: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const connection = await RawConnection.open(address)
  await connection.sendHead('GET /v1/limits', { authorization: `Bearer ${ADMIN}`, ...headers })
  const { status, headers: given } = await connection.answer()
  if (given['waybill-peer-refusal'] !== undefined) await connection.closed()
  connection.break()
  return status
}

test('passes a request on with a token of the cluster alone, at the active server alone', async () => {
  const [ofActive, ofStandby] = cluster.addresses as [string, string]
  const tokens = tokensOf(cluster.secret)
  expect(await statusWith(ofActive, { 'waybill-peer': await tokens.tokenFor(ofActive) })).toBe(200)
  expect(await statusWith(ofStandby, { 'waybill-peer': await tokens.tokenFor(ofStandby) })).toBe(421)
})

test('is closed to all others: without a token, with one that is forged, expired, of the future or for another server', async () => {
  const [ofActive, ofStandby] = cluster.addresses as [string, string]
  const tokens = tokensOf(cluster.secret)
  const genuine = await tokens.tokenFor(ofActive)
  const strangers: Record<string, string>[] = [
    {},
    { 'waybill-peer': '' },
    { 'waybill-peer': cluster.secret },
    { 'waybill-peer': ADMIN },
    { 'waybill-peer': `${genuine.slice(0, -4)}AAAA` },
    { 'waybill-peer': `${genuine}, ${genuine}` },
    { 'waybill-peer': await tokensOf(`${cluster.secret}x`).tokenFor(ofActive) },
    { 'waybill-peer': await tokensOf(cluster.secret, 100_000).tokenFor(ofActive) },
    { 'waybill-peer': await tokensOf(cluster.secret, -100_000).tokenFor(ofActive) },
    // One that was sent to the other server, by whoever has recorded it.
    { 'waybill-peer': await tokens.tokenFor(ofStandby) },
    { 'waybill-peer': await tokens.tokenFor(ofActive.replace('127.0.0.1', 'localhost')) },
    { 'waybill-peer-caller': '127.0.0.1' },
  ]
  for (const headers of strangers) expect([headers, await statusWith(ofActive, headers)]).toEqual([headers, 401])
  expect(await statusWith(ofStandby, { 'waybill-peer': genuine })).toBe(401)
})

test('checks the token of the caller behind that of the server', async () => {
  const [ofActive] = cluster.addresses as [string]
  const peer = { 'waybill-peer': await tokensOf(cluster.secret).tokenFor(ofActive) }
  expect(await statusWith(ofActive, { ...peer, authorization: 'Bearer wrong' })).toBe(401)
  expect(await statusWith(ofActive, { ...peer, authorization: '' })).toBe(401)
})

describe('stands', () => {
  test('heads that are too large, no requests at all, and bodies of strangers', async () => {
    const [ofActive] = cluster.addresses as [string]
    const large = await RawConnection.open(ofActive)
    await large.send(`GET / HTTP/1.1\r\nhost: a\r\n${'x: y\r\n'.repeat(10_000)}\r\n`)
    await large.closed()
    const binary = await RawConnection.open(ofActive)
    await binary.send(Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff]))
    await binary.closed()
    // One byte now and then, for an upload that is never asked for.
    const slow = await RawConnection.open(ofActive)
    await slow.sendHead('POST /v1/jobs', { 'content-length': '1000000' })
    expect((await slow.answer()).status).toBe(401)
    await slow.send('x')
    await slow.closed()
  })

  test('many connections that send nothing, beside which requests are forwarded', async () => {
    const [ofActive] = cluster.addresses as [string]
    const idle = await Promise.all(Array.from({ length: 400 }, () => RawConnection.open(ofActive)))
    const answer = await standby.fetch('/v1/limits', { headers: { authorization: `Bearer ${ADMIN}` } })
    expect(answer.status).toBe(200)
    await expect
      .poll(() => idle.filter((connection) => connection.over).length, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(144)
    for (const connection of idle) connection.break()
  })

  test('a body that a standby forwards and its caller sends too slowly: it is refused in time', async () => {
    const slow = await RawConnection.open(standby.url)
    await slow.sendHead('POST /v1/jobs', {
      ...{ authorization: `Bearer ${ADMIN}`, 'content-type': 'application/x-ndjson', 'transfer-encoding': 'chunked' },
    })
    await slow.sendChunk('{')
    expect((await slow.answer()).status).toBe(408)
  })
})
