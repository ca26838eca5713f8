import type { Server, ServerPage } from '@waybill/spec'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ServerCluster, untilRole } from '../support/server-cluster.ts'
import type { ServerProcess } from '../support/server-process.ts'

/*
 * Servers of one database, as callers and Prometheus see them: through the active one and through a standby, before a takeover and after it.
 */

const ADMIN = 'the-token-of-an-admin-of-these-servers'

/** The lease, and the start of the engine on a busy machine. */
const TAKEOVER_MS = 90_000

let cluster: ServerCluster
let first: ServerProcess
let second: ServerProcess

beforeEach(async () => {
  // A busy machine may hold up a server for longer than a second.
  cluster = await ServerCluster.create({ adminToken: ADMIN, leaseSeconds: 10 })
  ;[first, second] = cluster.servers as [ServerProcess, ServerProcess]
  await cluster.start()
  await untilRole(first, 'active')
  await untilRole(second, 'standby')
})
afterEach(() => cluster.remove())

async function read(server: ServerProcess, path: string, token = ADMIN): Promise<Response> {
  const response = await server.fetch(path, { headers: { authorization: `Bearer ${token}` } })
  expect([path, response.status]).toEqual([path, 200])
  return response
}

async function list(server: ServerProcess, token = ADMIN): Promise<Server[]> {
  return ((await (await read(server, '/v1/servers', token)).json()) as ServerPage).servers
}

test('SEC-1 each server lists all of them, to operators, and where they are to admins alone', async () => {
  // A standby is listed with its first sign of life.
  await expect.poll(() => list(first).then(({ length }) => length), { timeout: 30_000 }).toBe(2)
  for (const server of [first, second]) {
    const servers = await list(server)
    expect(servers.map(({ role, address }) => [role, address])).toEqual([
      ['active', cluster.addresses[0]],
      ['standby', cluster.addresses[1]],
    ])
    expect(servers.map(({ configMatches, draining }) => [configMatches, draining])).toEqual([
      [true, false],
      [true, false],
    ])
    expect(servers[0]!.takeover).toMatchObject({ kind: 'none', quietUntil: null })
    expect(servers[1]!.takeover).toBeNull()
  }
  const body = JSON.stringify({ name: 'prometheus', scopes: ['metrics'], subscription: 'a' })
  const headers = { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' }
  const made = await first.fetch('/v1/tokens', { method: 'POST', headers, body })
  const { token } = (await made.json()) as { token: string }
  for (const server of [first, second]) {
    const seen = await list(server, token)
    expect(seen.map(({ role, address }) => [role, address])).toEqual([
      ['active', null],
      ['standby', null],
    ])
  }
  const metrics = await (await read(second, '/metrics', token)).text()
  const lines = [
    'waybill_servers{role="active"} 1',
    'waybill_servers{role="standby"} 1',
    'waybill_channels_ownerless 0',
  ]
  for (const line of lines) expect(metrics.split('\n')).toContain(line)
  expect(Number(/^waybill_lease_remaining_seconds (.*)$/m.exec(metrics)![1])).toBeGreaterThan(0)
})

test.each([
  ['SIGTERM', 'handover'],
  ['kill -9', 'lease_ended'],
] as const)('after %s of the active server the other one reports a takeover: %s', async (how, kind) => {
  const [{ epoch }] = (await list(second)) as [Server]
  await (how === 'SIGTERM' ? first.stop() : first.kill())
  await untilRole(second, 'active', TAKEOVER_MS)
  const [active] = (await list(second)) as [Server]
  expect(active).toMatchObject({ role: 'active', address: cluster.addresses[1], takeover: { kind } })
  expect(active.epoch).toBeGreaterThan(epoch!)
  const metrics = await (await read(second, '/metrics')).text()
  expect(metrics.split('\n')).toContain(`waybill_takeovers_total{kind="${kind}"} 1`)
})
