import { expect, it } from 'vitest'
import type { JobId, JobRef } from '../../model/ids.ts'
import type { JobRecord } from '../../model/job.ts'
import { liveJob } from '../../model/live-job.ts'
import { Backlog } from './backlog.ts'
import type { JobLine } from './lines.ts'

function addJob(backlog: Backlog, eligibleSeq: number): JobLine {
  const envelope = { channel: 'shop' } as JobRecord['envelope']
  const record = { ref: eligibleSeq as JobRef, id: `job_${eligibleSeq}` as JobId, subscription: 'default', envelope }
  return backlog.addJob(liveJob({ ...record, phase: 'eligible', total: 4, eligibleSeq, pausedAtMs: null } as JobRecord))
}

/** Delivers the item that has the turn. */
function deliver(backlog: Backlog, job: JobLine, index: number): void {
  const handle = job.handleOf[index]! - 1
  job.takeNext(backlog.partitions.items)
  backlog.partitions.start(handle, true)
  job.countInFlight(1)
  backlog.pendingItems++
  backlog.end(handle)
}

it('finds every turn of a key in order where items and jobs come in theirs', () => {
  const backlog = new Backlog()
  const [one, two] = [addJob(backlog, 1), addJob(backlog, 2)]
  for (const [job, index] of [
    [one, 0],
    [one, 3],
    [two, 1],
  ] as const)
    backlog.addItem(job, index, 5, 6)
  deliver(backlog, one, 0)
  deliver(backlog, one, 3)
  expect(backlog.order).toMatchObject({ checks: 2, violations: 0 })
})

it('counts a turn that passes to an earlier item of the job, and one to an earlier job', () => {
  const backlog = new Backlog()
  const [one, two] = [addJob(backlog, 1), addJob(backlog, 2)]
  for (const [job, index] of [
    [two, 3],
    [two, 1],
    [one, 0],
  ] as const)
    backlog.addItem(job, index, 5, 6)
  deliver(backlog, two, 3)
  deliver(backlog, two, 1)
  expect(backlog.order).toMatchObject({ checks: 2, violations: 2 })
})
