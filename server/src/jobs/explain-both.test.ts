import { expect, it } from 'vitest'
import type { JobRef } from '../model/ids.ts'
import type { ItemWaiting, WaitingCount, WaitingReason } from '../model/item.ts'
import type { JobPhase, JobRecord } from '../model/job.ts'
import { markEligible } from '../model/job-phase.ts'
import { type LiveJob, liveJob, LiveJobs } from '../model/live-job.ts'
import { explainBoth } from './explain-both.ts'

const count = (reason: WaitingReason): WaitingCount[] => [{ reason, items: 1, untilMs: null }]
const one = (reason: WaitingReason): ItemWaiting => ({ reason, sinceMs: null, untilMs: null, behind: null })

function world(): { jobs: Record<'waiting' | 'eligible', LiveJob>; explain: ReturnType<typeof explainBoth> } {
  const liveJobs = new LiveJobs()
  const job = (ref: number, phase: JobPhase): LiveJob => {
    const record = { ref: ref as JobRef, id: `job_${ref}`, phase, stop: null, envelope: { channel: 'shop' } }
    const made = liveJob(record as unknown as JobRecord)
    liveJobs.add(made)
    return made
  }
  const jobs = { waiting: job(1, 'waiting'), eligible: job(2, 'eligible') }
  const explain = explainBoth(liveJobs, {
    scheduler: () => ({
      job: () => count('rate_limit'),
      channel: () => count('backlog'),
      item: (ref) => (ref === jobs.eligible.record.ref ? one('concurrency') : null),
      turns: () => new Map(),
      followers: () => null,
      isRunning: (ref) => ref === jobs.eligible.record.ref,
    }),
    calendar: () => ({ waiting: () => count('schedule'), item: () => one('dependency') }),
  })
  return { jobs, explain }
}

it('asks the calendar of jobs that have no places yet, and the scheduler of all others', () => {
  const { jobs, explain } = world()
  expect([explain.job(jobs.waiting), explain.job(jobs.eligible)]).toEqual([count('schedule'), count('rate_limit')])
  expect([jobs.waiting, jobs.eligible].map(({ record }) => explain.item(record.ref, 0))).toEqual([
    one('dependency'),
    one('concurrency'),
  ])
  expect(explain.channel('shop', 'default')).toEqual(count('backlog'))
})

it('asks the present owner of a job: the moment it is eligible, the scheduler', () => {
  const { jobs, explain } = world()
  markEligible(jobs.waiting.record, 2)
  expect(explain.job(jobs.waiting)).toEqual(count('rate_limit'))
})

it('returns the empty explanation of the scheduler for a job that is not live', () => {
  const { jobs, explain } = world()
  expect(explain.item(9 as JobRef, 0)).toBeNull()
  expect([9 as JobRef, jobs.eligible.record.ref].map((ref) => explain.isRunning(ref, 0))).toEqual([false, true])
})
