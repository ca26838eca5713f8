import { expect, test } from 'vitest'
import { createClient } from '../create-client.ts'
import type { DeprecationNotice } from './deprecation.ts'

test('onDeprecation reports each deprecated operation once, and cannot break a call', async () => {
  const notices: DeprecationNotice[] = []
  const headers: Record<string, string> = {
    Deprecation: '@1796083200',
    Sunset: 'Tue, 01 Jun 2027 00:00:00 GMT',
    Link: '</next>; rel="next", </docs/guides/upgrade>; rel="deprecation"; type="text/html"',
  }
  const waybill = createClient({
    baseUrl: 'http://waybill.test',
    fetch: async ({ url }) =>
      Response.json(
        {},
        url.endsWith('/limits') ? {} : { headers: url.endsWith('/self') ? { Deprecation: 'x' } : headers },
      ),
    onDeprecation(notice) {
      notices.push(notice)
      throw new Error('of the hook')
    },
  })
  for (const jobId of ['job_1', 'job_2']) await waybill.raw.GET('/v1/jobs/{jobId}', { params: { path: { jobId } } })
  await waybill.raw.GET('/v1/limits')
  await waybill.self()
  expect(notices).toEqual([
    {
      method: 'GET',
      path: '/v1/jobs/{jobId}',
      deprecatedAt: new Date('2026-12-01T00:00:00Z'),
      sunsetAt: new Date('2027-06-01T00:00:00Z'),
      link: '/docs/guides/upgrade',
    },
    { method: 'GET', path: '/v1/self', deprecatedAt: null, sunsetAt: null, link: null },
  ])
})
