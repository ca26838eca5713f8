import { type Operation, operations } from '@waybill/spec'
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterEach, expect, it, vi } from 'vitest'
import { createClient } from '../create-client.ts'
import { createMockWaybill } from './create-mock-waybill.ts'

/*
 * The end of an operation, and acts of the mock by itself in the audit.
 */

const baseUrl = 'http://waybill.test'
const mock = createMockWaybill({ baseUrl, time: 'virtual', scenario: 'stuck' })
const server = setupServer(
  http.post('https://hooks.example/gone', () => new HttpResponse(null, { status: 410 })),
  ...mock.handlers,
)
const operation = operations.getLimits as { -readonly [Name in keyof Operation]: Operation[Name] }

afterEach(() => {
  operation.deprecation = null
  server.close()
  mock.reset()
})

it('answers of a deprecated operation announce its end, refusals included, and no other answer does', async () => {
  server.listen()
  operation.deprecation = { deprecatedAtSeconds: 1_796_083_200, sunset: 'Tue, 01 Jun 2027 00:00:00 GMT', link: null }
  const ask = async (path: string) => {
    const { status, headers } = await fetch(`${baseUrl}${path}`)
    return [status, headers.get('deprecation'), headers.get('sunset'), headers.get('link')]
  }
  const notice = ['@1796083200', 'Tue, 01 Jun 2027 00:00:00 GMT', null]
  expect(await ask('/v1/limits')).toEqual([200, ...notice])
  expect(await ask('/v1/limits?x=1')).toEqual([400, ...notice])
  expect(await ask('/v1/self')).toEqual([200, null, null, null])
})

it('jobs and webhook endpoints that the mock ends by itself are in its audit', async () => {
  server.listen()
  const waybill = createClient({ baseUrl, retry: { initialMs: 1 } })
  const made = await waybill.raw.POST('/v1/webhook-endpoints', {
    body: { url: 'https://hooks.example/gone', eventTypes: ['job.ended'] },
  })
  const { data: limits } = await waybill.raw.GET('/v1/limits')
  const deadlineAt = new Date(Date.parse(made.data!.createdAt) + 60_000).toISOString()
  const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' } as const
  const { data: late } = await waybill.raw.POST('/v1/jobs', { body: { ...envelope, deadlineAt, items: [{ id: 'a' }] } })
  const { data: open } = await waybill.raw.POST('/v1/jobs', { body: { ...envelope, open: true } })
  mock.advance(60_000)
  mock.advance(limits!.openJobIdleSeconds * 1000)
  await vi.waitFor(async () => {
    const acts: unknown[] = []
    for await (const { action, actor, resource } of waybill.audit.list({ actor: 'server' }))
      acts.push([action, actor.kind, resource.job ?? resource['endpoint']])
    expect(acts).toHaveLength(3)
    expect(acts).toEqual(
      expect.arrayContaining([
        ['expireJob', 'server', late!.id],
        ['expireOpenJob', 'server', open!.id],
        ['disableWebhookEndpoint', 'server', made.data!.id],
      ]),
    )
  })
})
