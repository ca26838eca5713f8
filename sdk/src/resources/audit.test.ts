import { expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { answer, createFakeServer } from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

it('the audit is listed by every filter, page by page', async () => {
  const server = createFakeServer(({ url }) => {
    const isFirst = url.searchParams.get('pageToken') === null
    return answer(200, { entries: [{ id: isFirst ? 'aud_2' : 'aud_1' }], ...(isFirst && { nextPageToken: 'next' }) })
  })
  const waybill = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  const createdAfter = new Date('2026-01-15T00:00:00Z')
  const filter = { actor: 'admin', action: 'cancelJob', jobId: 'job_1', channel: 'shop', createdAfter, pageSize: 1 }
  const found: string[] = []
  for await (const { id } of waybill.audit.list(filter)) found.push(id)
  expect(found).toEqual(['aud_2', 'aud_1'])
  const query = { ...filter, createdAfter: '2026-01-15T00:00:00.000Z', pageSize: '1' }
  expect(server.requests.map(({ url }) => [url.pathname, Object.fromEntries(url.searchParams)])).toEqual([
    ['/v1/audit', query],
    ['/v1/audit', { ...query, pageToken: 'next' }],
  ])
})
