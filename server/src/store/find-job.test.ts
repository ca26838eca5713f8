import { describe, expect, it } from 'vitest'
import type { JobId } from '../model/ids.ts'
import type { JobOutcome, JobRecord } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'
import { TimeSlice } from '../runtime/time-slice.ts'
import { areJobs, findJob, findLiveJob, liveJobsOf, requireJob, slicedJobsOf } from './find-job.ts'

const idOf = (name: string): JobId => name as JobId

/** Jobs by id: those named `live-...` are in memory, all others have ended. */
class Jobs {
  readonly records = new Map<JobId, JobRecord>()
  readonly asked: (readonly JobId[])[] = []
  readonly liveJobs = {
    runs: () => true,
    runsAll: true,
    byId: (id: JobId): LiveJob | undefined => {
      const record = this.records.get(id)
      return record === undefined || record.phase === 'ended' ? undefined : ({ record } as LiveJob)
    },
    values: () => [...this.records.keys()].flatMap((id) => this.liveJobs.byId(id) ?? []).values(),
  }
  readonly store = {
    findJob: async (id: JobId): Promise<JobRecord | null> => this.records.get(id) ?? null,
    jobOutcomes: async (ids: readonly JobId[], subscription: string): Promise<(JobOutcome | null)[]> => {
      this.asked.push(ids)
      return ids.map((id) => {
        const record = this.records.get(id)
        return record?.phase === 'ended' && record.subscription === subscription ? 'failed' : null
      })
    },
  }

  constructor(of: Record<string, string>) {
    for (const [id, subscription] of Object.entries(of)) {
      const phase = id.startsWith('live') ? 'eligible' : 'ended'
      this.records.set(idOf(id), { id: idOf(id), subscription, phase } as JobRecord)
    }
  }
}

const jobs = new Jobs({ 'live-mine': 'mine', 'live-other': 'other', mine: 'mine', other: 'other' })
const ids = [...jobs.records.keys(), idOf('none')]

describe('another subscription (SEC-1)', () => {
  it.each([
    ['findLiveJob', async (id: JobId) => findLiveJob(jobs.liveJobs, id, 'mine') !== null, ['live-mine']],
    ['findJob', async (id: JobId) => (await findJob(jobs, id, 'mine')) !== null, ['live-mine', 'mine']],
    [
      'requireJob',
      (id: JobId) =>
        requireJob(jobs, id, 'mine').then(
          () => true,
          (error: unknown) => (error as { code: string }).code !== 'job_not_found',
        ),
      ['live-mine', 'mine'],
    ],
    ['areJobs', async (id: JobId) => (await areJobs(jobs, [id], 'mine'))[0]!, ['live-mine', 'mine']],
    [
      'liveJobsOf',
      async (id: JobId) => [...liveJobsOf(jobs.liveJobs, 'mine')].some(({ record }) => record.id === id),
      ['live-mine'],
    ],
    [
      'slicedJobsOf',
      async (id: JobId) => {
        for await (const { record } of slicedJobsOf(jobs.liveJobs, 'mine', new TimeSlice('mine')))
          if (record.id === id) return true
        return false
      },
      ['live-mine'],
    ],
  ])('has no job for %s', async (_, finds, expected) => {
    const found: string[] = []
    for (const id of ids) if (await finds(id)) found.push(id)
    expect(found).toEqual(expected)
  })
})

it('has jobs for which the store is read as often as for none: they take no other time', async () => {
  const reads = async (id: string): Promise<number> => {
    let count = 0
    const findInStore = async (of: JobId): Promise<JobRecord | null> => {
      count++
      return jobs.store.findJob(of)
    }
    await findJob({ liveJobs: jobs.liveJobs, store: { findJob: findInStore } }, idOf(id), 'mine')
    return count
  }
  expect([await reads('none'), await reads('live-other'), await reads('other')]).toEqual([1, 1, 1])
})

describe('areJobs', () => {
  it('keeps the order of the ids, and reads those that are not its live jobs at once', async () => {
    jobs.asked.length = 0
    const asked = ['none', 'live-mine', 'mine', 'other', 'live-other', 'mine'].map(idOf)
    expect(await areJobs(jobs, asked, 'mine')).toEqual([false, true, true, false, false, true])
    expect(jobs.asked).toEqual([['none', 'mine', 'other', 'live-other', 'mine']])
    expect(await areJobs(jobs, [idOf('live-mine')], 'mine')).toEqual([true])
    expect(jobs.asked).toHaveLength(1)
  })

  it('knows a job that ends while the others are read', async () => {
    const ending = new Jobs({ 'live-mine': 'mine', mine: 'mine' })
    const known = areJobs(ending, [idOf('live-mine'), idOf('mine')], 'mine')
    ending.records.delete(idOf('live-mine'))
    expect(await known).toEqual([true, true])
  })
})
