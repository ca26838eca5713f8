import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Channel } from '@waybill/spec'
import type { FastifyInstance } from 'fastify'
import { FakePorts, TOKEN } from '../testing/fake-ports.ts'
import { buildHttp } from '../server.ts'

let ports: FakePorts
let app: FastifyInstance
beforeEach(() => {
  ports = new FakePorts()
  app = buildHttp(ports)
})
afterEach(async () => {
  await app.close()
})

const ready = async () => {
  const answer = await app.inject({ url: '/healthz/ready' })
  return [answer.statusCode, answer.json<Record<string, unknown>>()] as const
}

it('says how each component is, also when the server takes no work', async () => {
  const { channels } = ports.finding.components
  const dispatcher = { status: 'ok', threads: 3, lostThreads: 0 }
  const components = { store: { status: 'ok' }, dispatcher, channels: { status: 'ok', ...channels } }
  expect(await ready()).toEqual([200, { status: 'ok', role: 'active', components }])
  ports.full = true
  const store = { status: 'disk_full' }
  expect(await ready()).toMatchObject([503, { code: 'disk_full', components: { ...components, store } }])
})

it('is degraded with a lost thread or a channel that stands still; only admins see which channel', async () => {
  ports.finding.components = { ...ports.finding.components, lostThreads: 2 }
  const lost = { status: 'degraded', lostThreads: 2 }
  expect(await ready()).toMatchObject([200, { status: 'degraded', components: { dispatcher: lost } }])
  ports.finding.components = {
    ...ports.finding.components,
    lostThreads: 0,
    channels: { ...ports.finding.components.channels, degraded: 1 },
  }
  const [, answer] = await ready()
  expect(answer).toMatchObject({ status: 'degraded', components: { channels: { status: 'degraded', degraded: 1 } } })
  expect(JSON.stringify(answer)).not.toContain('sandbox')

  ports.finding.standstill = { sinceMs: Date.UTC(2026, 0, 15, 8), readyItems: 12, runningCalls: 0 }
  const shown = await app.inject({ url: '/v1/channels/sandbox', headers: { authorization: `Bearer ${TOKEN}` } })
  const degraded = { since: '2026-01-15T08:00:00.000Z', readyItems: 12, runningCalls: 0 }
  expect(shown.json<Channel>().state.degraded).toEqual(degraded)
})
