import { expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { answer, createFakeServer, inTurn, jobAs } from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

it('jobs.list reads page after page with the same filters, and only as far as it is read', async () => {
  const server = createFakeServer(
    inTurn(
      answer(200, { jobs: [jobAs({ version: 1 }), jobAs({ version: 2 })], nextPageToken: 'next' }),
      answer(200, { jobs: [jobAs({ version: 3 })] }),
    ),
  )
  const waybill = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  const jobs = waybill.jobs.list({
    status: 'running',
    channel: ['a', 'b'],
    source: 'pim',
    createdAfter: new Date('2026-01-15T00:00:00Z'),
    createdBefore: '2026-01-16T00:00:00Z',
    pageSize: 2,
  })
  expect(server.requests).toHaveLength(0)
  const versions: number[] = []
  for await (const job of jobs) {
    versions.push(job.version)
    expect(server.requests).toHaveLength(job.version < 3 ? 1 : 2)
  }
  expect(versions).toEqual([1, 2, 3])
  const [first, second] = server.requests.map(({ url }) => [...url.searchParams].map((pair) => pair.join('=')))
  expect(first).toEqual([
    'status=running',
    'channel=a',
    'channel=b',
    'source=pim',
    'createdAfter=2026-01-15T00:00:00.000Z',
    'createdBefore=2026-01-16T00:00:00Z',
    'pageSize=2',
  ])
  expect(second).toEqual([...first!, 'pageToken=next'])
})
