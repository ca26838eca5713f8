import type { Server, ServerPage } from '@waybill/spec'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ServerEntry } from '../../store/server-store.ts'
import { buildHttp } from '../server.ts'
import { FakePorts, TOKEN } from '../testing/fake-ports.ts'

let ports: FakePorts
let app: FastifyInstance
beforeEach(() => {
  ports = new FakePorts()
  app = buildHttp(ports)
})
afterEach(async () => {
  await app.close()
})

async function list(token = TOKEN): Promise<readonly Server[]> {
  const answer = await app.inject({ url: '/v1/servers', headers: { authorization: `Bearer ${token}` } })
  expect(answer.statusCode).toBe(200)
  return answer.json<ServerPage>().servers
}

function entry(id: number, more: Partial<ServerEntry> = {}): ServerEntry {
  return {
    ...{ id, name: `waybill-${id}`, version: '0.1.0', configHash: 'aa', address: `http://10.0.0.${id}:7071` },
    ...{ active: false, fenced: false, draining: false, startedAtMs: 0, beatAgeSeconds: 0.5, lastTakeover: null },
    ...more,
  }
}

it('shows a server alone as active, with its epoch', async () => {
  ports.servers = [entry(1, { active: true, address: '', configHash: '' })]
  expect(await list()).toEqual([
    {
      ...{ id: 'srv_1', name: 'waybill-1', address: null, role: 'active', draining: false, version: '0.1.0' },
      ...{ startedAt: '1970-01-01T00:00:00.000Z', beatAgeSeconds: 0.5, configMatches: true, epoch: ports.epoch },
      takeover: { kind: 'none', at: '1970-01-01T00:00:00.000Z', quietUntil: null },
      order: { checks: 12, violations: 0 },
    },
  ])
})

it('shows the role of each, and whose configuration differs from that of the active one', async () => {
  ports.servers = [
    entry(3, { active: true }),
    entry(1, { active: true, fenced: true, draining: true }),
    entry(4, { configHash: 'bb', beatAgeSeconds: -0.2 }),
  ]
  const shown = await list()
  expect(shown.map(({ role }) => role)).toEqual(['active', 'fenced', 'standby'])
  expect(shown.map(({ configMatches }) => configMatches)).toEqual([true, true, false])
  expect(shown.slice(1).map(({ epoch, takeover }) => [epoch, takeover])).toEqual([
    [null, null],
    [null, null],
  ])
  expect([shown[1]!.draining, shown[2]!.beatAgeSeconds]).toEqual([true, 0])
})

it.each([
  ['handover', 'handover'],
  ['lease', 'lease_ended'],
  ['process', 'lease_ended'],
] as const)(
  'shows a takeover by %s as %s, and until when nothing is called as long as that is to come',
  async (proof, kind) => {
    const nowMs = ports.clock.nowMs()
    const takeover = (quietUntilMs: number | null) => ({ proof, atMs: nowMs - 9000, fromServer: 1, quietUntilMs })
    const shownOf = async (quietUntilMs: number | null) => {
      ports.servers = [entry(2, { active: true, lastTakeover: takeover(quietUntilMs) })]
      return (await list())[0]!.takeover
    }
    const shown = { kind, at: new Date(nowMs - 9000).toISOString() }
    expect(await shownOf(nowMs + 5000)).toEqual({ ...shown, quietUntil: new Date(nowMs + 5000).toISOString() })
    expect(await shownOf(nowMs - 1)).toEqual({ ...shown, quietUntil: null })
    expect(await shownOf(null)).toEqual({ ...shown, quietUntil: null })
  },
)

it('shows addresses to admins alone', async () => {
  const headers = { authorization: `Bearer ${TOKEN}` }
  const body = { name: 'prometheus', scopes: ['metrics'] }
  const made = await app.inject({ method: 'POST', url: '/v1/tokens', headers, payload: body })
  ports.servers = [entry(1, { active: true }), entry(2)]
  expect((await list()).map(({ address }) => address)).toEqual(['http://10.0.0.1:7071', 'http://10.0.0.2:7071'])
  expect((await list(made.json<{ token: string }>().token)).map(({ address }) => address)).toEqual([null, null])
})

it('shows 200 servers at most, the active one among them', async () => {
  ports.servers = [entry(900, { active: true }), ...Array.from({ length: 300 }, (_, n) => entry(n + 1))]
  const shown = await list()
  expect([shown.length, shown[0]!.id, shown[199]!.id]).toEqual([200, 'srv_900', 'srv_199'])
})
