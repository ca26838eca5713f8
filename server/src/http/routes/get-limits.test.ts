import type { Limits } from '@waybill/spec'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
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

async function diskOf(token: string): Promise<Limits['disk']> {
  return (await app.inject({ url: '/v1/limits', headers: { authorization: `Bearer ${token}` } })).json<Limits>().disk
}

it('shows the space of the stored data with the scope metrics, where there is a disk', async () => {
  expect(await diskOf(TOKEN)).toBeNull()
  ports.sizes = { storeBytes: 900, walBytes: 100, freeBytes: 5000 }
  expect(await diskOf(TOKEN)).toEqual({ usedBytes: 1000, freeBytes: 5000 })
  const headers = { authorization: `Bearer ${TOKEN}` }
  const body = { name: 'reader', scopes: ['jobs:read'] }
  const made = await app.inject({ method: 'POST', url: '/v1/tokens', headers, payload: body })
  expect(await diskOf(made.json<{ token: string }>().token)).toBeNull()
})
