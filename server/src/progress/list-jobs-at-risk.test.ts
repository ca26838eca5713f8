import { expect, test } from 'vitest'
import type { JobId, JobRef } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import { liveJob, LiveJobs } from '../model/live-job.ts'
import type { JobSnapshot } from './job-view.ts'
import { listJobsAtRisk } from './list-jobs-at-risk.ts'
import type { JobListQuery } from './list-jobs.ts'

const idOf = (n: number) => `job_${n}` as JobId

function world() {
  const liveJobs = new LiveJobs()
  interface Made {
    readonly subscription?: string
    readonly channel?: string
    readonly deadlineAtMs?: number | null
  }
  const add = (n: number, { subscription = 'acme', channel = 'eu', deadlineAtMs = 1 }: Made = {}): void => {
    const envelope = { channel, source: null, executionId: null, deadlineAtMs }
    const record = { ref: n as JobRef, id: idOf(n), subscription, phase: 'eligible', createdAtMs: n, envelope }
    liveJobs.add(liveJob(record as unknown as JobRecord))
  }
  const onTime = new Set<JobId>()
  const from = {
    liveJobs,
    missesDeadline: ({ record }: { readonly record: JobRecord }) => !onTime.has(record.id),
    snapshot: ({ id }: JobRecord) => ({ id, status: 'running', json: '{}' }) as unknown as JobSnapshot,
  }
  const list = async (query: Partial<JobListQuery> = {}) => {
    const page = await listJobsAtRisk({ subscription: 'acme', caller: 'a', limit: 10, maxBytes: 1000, ...query }, from)
    return { ids: page.jobs.map(({ id }) => id), next: page.nextBeforeId }
  }
  return { add, list, onTime }
}

test('jobs at risk are listed newest first: of the subscription alone, with a deadline, and late', async () => {
  const { add, list, onTime } = world()
  for (const n of [2, 1, 4]) add(n)
  add(3, { subscription: 'other' })
  add(5, { deadlineAtMs: null })
  add(6)
  onTime.add(idOf(6))
  expect(await list()).toEqual({ ids: [4, 2, 1].map(idOf), next: null })
})

test('jobs at risk come in pages, each with a next one but the last', async () => {
  const { add, list } = world()
  for (const n of [1, 2, 3, 4]) add(n)
  expect(await list({ limit: 2 })).toEqual({ ids: [4, 3].map(idOf), next: idOf(3) })
  expect(await list({ limit: 2, beforeId: idOf(3) })).toEqual({ ids: [2, 1].map(idOf), next: null })
  expect(await list({ maxBytes: 2 })).toEqual({ ids: [idOf(4)], next: idOf(4) })
})

test('jobs at risk are filtered as other lists of jobs', async () => {
  const { add, list } = world()
  add(1)
  add(2, { channel: 'us' })
  expect((await list({ ids: [idOf(1)] })).ids).toEqual([idOf(1)])
  expect((await list({ channels: ['us'] })).ids).toEqual([idOf(2)])
  expect((await list({ statuses: ['paused'] })).ids).toEqual([])
  expect((await list({ sources: ['pim'] })).ids).toEqual([])
  expect((await list({ createdBeforeMs: 2 })).ids).toEqual([idOf(1)])
})
