import { expect, it } from 'vitest'
import type { JobEnd, JobRecord } from '../model/job.ts'
import { type LiveJob, liveJob } from '../model/live-job.ts'
import { silentLogger } from '../runtime/logger.ts'
import { Telemetry } from '../runtime/telemetry.ts'
import { hearEvents } from '../runtime/testing/heard-events.ts'
import { isEstimateDue, reportEstimate } from './estimate-check.ts'

function jobOf(counts: Partial<LiveJob>, total = 10): LiveJob {
  const record = {
    total,
    stop: null,
    end: { startedAtMs: 1000, endedAtMs: 9000 } as JobEnd,
    envelope: { channel: 'shop' },
  }
  return Object.assign(liveJob(record as JobRecord), { startedAtMs: 1000 }, counts)
}

it('is due once: as the first 20 % have ended', () => {
  expect(isEstimateDue(jobOf({ succeeded: 1 }), 1, 9000)).toBe(false)
  expect(isEstimateDue(jobOf({ succeeded: 1, failed: 1 }), 1, 9000)).toBe(true)
  expect(isEstimateDue(jobOf({ succeeded: 5 }), 5, 9000)).toBe(true)
  expect(isEstimateDue(jobOf({ succeeded: 5 }), 3, 9000)).toBe(false)
})

it('is not due for a job that took less than a second so far, or has ended', () => {
  expect(isEstimateDue(jobOf({ succeeded: 2 }), 2, 1999)).toBe(false)
  expect(isEstimateDue(jobOf({ succeeded: 2 }), 2, 2000)).toBe(true)
  expect(isEstimateDue(jobOf({ succeeded: 10 }), 10, 9000)).toBe(false)
})

it('is reported beside the time that was left, of jobs that nobody stopped', () => {
  const telemetry = new Telemetry(silentLogger)
  const heard = hearEvents(telemetry, 'job.estimate_checked')
  const { record } = jobOf({})
  const estimate = { atMs: 3000, leftMs: 4500 }
  reportEstimate(record, null, telemetry)
  reportEstimate({ ...record, stop: { reason: 'cancelled', atMs: 4000 } }, estimate, telemetry)
  expect(heard).toEqual([])
  reportEstimate(record, estimate, telemetry)
  expect(heard).toEqual([['job.estimate_checked', { channel: 'shop', estimatedMs: 4500, actualMs: 6000, jobMs: 8000 }]])
})
