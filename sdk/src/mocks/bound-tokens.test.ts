import { setupServer } from 'msw/node'
import { afterEach, expect, it } from 'vitest'
import { createClient } from '../create-client.ts'
import { createMockWaybill } from './create-mock-waybill.ts'

const baseUrl = 'http://waybill.test'
const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' } as const
const mock = createMockWaybill({ baseUrl })
const server = setupServer(...mock.handlers)
server.listen()
afterEach(() => {
  server.close()
  mock.reset()
})

it('a mock knows tokens that are bound to jobs, and who did what', async () => {
  const waybill = createClient({ baseUrl, retry: false })
  const other = await waybill.jobs.submit({ ...envelope, items: [{ id: 'a' }] })
  await other.wait()
  const dependsOn = [{ job: other.id }]
  const own = await waybill.jobs.submit({ ...envelope, items: [{ id: 'a' }], executionId: 'nightly', dependsOn })
  await own.wait()
  const jobs = [own.id]
  const { token, id } = await waybill.tokens.create({ name: 'supplier', scopes: ['jobs:read', 'items:read'], jobs })
  const bound = createClient({ baseUrl, token: token!, retry: false })
  const listed: unknown[] = []
  for await (const job of bound.jobs.list()) listed.push([job.id, job.executionId, job.dependsOn])
  expect(listed).toEqual([[own.id, null, []]])
  const statusOf = async (jobId: string) =>
    (await bound.raw.GET('/v1/jobs/{jobId}', { params: { path: { jobId } } })).response.status
  expect([await statusOf(own.id), await statusOf(other.id)]).toEqual([200, 404])
  await expect(bound.jobs.attach(own.id).pause()).rejects.toMatchObject({ code: 'forbidden' })
  await expect(bound.channels.list()).rejects.toMatchObject({ code: 'forbidden' })
  const refused = waybill.tokens.create({ name: 'x', scopes: ['jobs:write'], jobs })
  await expect(refused).rejects.toMatchObject({ code: 'bad_request' })

  const audit: unknown[] = []
  for await (const { action, status, resource } of waybill.audit.list())
    audit.push([action, status, resource.job ?? resource.token])
  expect(audit).toEqual([
    ['createToken', 400, null],
    ['listChannels', 403, null],
    ['pauseJob', 403, own.id],
    ['createToken', 201, id],
    ['submitJob', 202, own.id],
    ['submitJob', 202, other.id],
  ])
})
