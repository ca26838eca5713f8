// Calls of `@waybill/sdk/mocks` that must compile and calls that must not, as in sdk.ts.

import type { Item, Job, JobId } from '@waybill/sdk'
import { createMockWaybill, type ScenarioName } from '@waybill/sdk/mocks'
import { setupServer } from 'msw/node'
import { expectTypeOf } from 'vitest'

const mock = createMockWaybill({
  baseUrl: 'http://waybill.test',
  channels: { 'shop-eu': { rateLimit: { limit: 10, periodMs: 1000 } } },
  resultOf: ({ id, data }) => ({ id, data }),
})
setupServer(...mock.handlers)
createMockWaybill({ channels: ['shop-eu'], scenario: 'stuck', time: 'virtual' })

expectTypeOf(mock.jobs[0]!.job).toEqualTypeOf<Job>()
expectTypeOf(mock.jobs[0]!.items).toEqualTypeOf<readonly Item[]>()
expectTypeOf<'slow'>().toExtend<ScenarioName>()

mock.failItem(({ jobId }) => {
  expectTypeOf(jobId).toEqualTypeOf<JobId>()
  return true
})
mock.failItem('sku-1', { status: 503, retryAfterSeconds: 2, times: 1 })
mock.failItem(({ index, data }) => index > 3 && data !== null)
mock.loseResponse('submitJob', 2)
mock.outage({ forMs: 1000, as: 'network-error' })

// @ts-expect-error: no such scenario
createMockWaybill({ scenario: 'sunny' })
// @ts-expect-error: no such time
createMockWaybill({ time: 'fake' })
// @ts-expect-error: a channel has no such setting
createMockWaybill({ channels: { shop: { speed: 1 } } })
// @ts-expect-error: no such operation
mock.loseResponse('submitJobs')
// @ts-expect-error: a failure has no such field
mock.failItem('sku-1', { statusCode: 503 })
// @ts-expect-error: items are matched by an id or a function
mock.failItem({ id: 'sku-1' })
// @ts-expect-error: what was submitted is not changed by a test
mock.jobs.push()
