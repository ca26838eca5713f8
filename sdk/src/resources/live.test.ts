import { expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { answer, createFakeServer } from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

it('maps and figures are asked for with all options', async () => {
  const server = createFakeServer(({ url }) => answer(200, { from: url.pathname }))
  const waybill = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  expect(await waybill.live.jobMap('job_1', { buckets: 7 })).toEqual({ from: '/v1/jobs/job_1/map' })
  const span = { windowSeconds: 60, stepSeconds: 20, subscriptions: 'all' } as const
  expect(await waybill.live.stats({ ...span, channel: 'shop' })).toEqual({ from: '/v1/stats' })
  await waybill.live.stats({ channel: ['a', 'b'] })
  expect(server.requests.map(({ url }) => url.search)).toEqual([
    '?buckets=7',
    '?windowSeconds=60&stepSeconds=20&subscriptions=all&channel=shop',
    '?channel=a&channel=b',
  ])
})
