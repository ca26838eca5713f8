import type { JobSummary } from '@waybill/sdk'
import { expect, test } from 'vitest'
import { patched } from './patch-job-list.ts'

function job(n: number, over: Partial<JobSummary> = {}): JobSummary {
  return { id: `job_${n}`, version: 1, createdAt: `2026-01-0${n}T00:00:00.000Z`, ...over } as JobSummary
}

test('a page of jobs has what was made, as it is now, and without what was deleted', () => {
  const before = { jobs: [job(3), job(2), job(1)], nextPageToken: 'next' }
  const update = { jobs: [job(4), job(1, { version: 2 }), job(3, { version: 0 })], deleted: ['job_2', 'job_9'] }
  const after = patched(before, update, { pageSize: 10 })
  expect(after).toEqual({ jobs: [job(4), job(3), job(1, { version: 2 })], nextPageToken: 'next' })
  expect(patched(before, { jobs: [] }, { pageSize: 10 })).toEqual(before)
})
