import { expect, test } from 'vitest'
import type { JobId, JobRef } from '../model/ids.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { stressService } from '../runtime/testing/stress-service.ts'
import { silentLogger } from '../runtime/logger.ts'
import { Telemetry } from '../runtime/telemetry.ts'
import type { ExpiredJob } from '../store/job-store.ts'
import { Retention } from './retention.ts'

const MINUTE = 60_000

function world(endsAtMs: number[]) {
  const clock = new FakeClock(0)
  const left = new Map(endsAtMs.map((endMs, n) => [n as JobRef, endMs]))
  let fails = 0
  let auditEntries = 0
  const purges: number[] = []
  const reported: ExpiredJob[] = []
  const telemetry = new Telemetry(silentLogger)
  const deleted: string[] = []
  telemetry.on('job.deleted', ({ id }) => deleted.push(id))
  const expired = (ref: JobRef): ExpiredJob => ({
    ref,
    id: `job_${ref}` as JobId,
    subscription: 'acme',
    channel: 'shop',
  })
  const retention = new Retention({
    ...{
      clock,
      logger: silentLogger,
      telemetry,
      auditRetainForDays: 90,
      audit: { purged: (job: ExpiredJob) => void reported.push(job) },
    },
    store: {
      listExpiredJobs: (nowMs, limit) =>
        Promise.resolve([...left].flatMap(([ref, endMs]) => (endMs <= nowMs ? [expired(ref)] : [])).slice(0, limit)),
      deleteJob: (ref) => {
        if (fails-- > 0) return Promise.reject(new Error('no'))
        left.delete(ref)
        return Promise.resolve()
      },
      purgeAudit: (beforeMs, limit) => {
        purges.push(beforeMs)
        const purged = Math.min(limit, auditEntries)
        auditEntries -= purged
        return Promise.resolve(purged)
      },
    },
  })
  const minute = async (): Promise<void> => {
    clock.advance(MINUTE)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    clock,
    left,
    retention,
    minute,
    failNext: () => void (fails = 1),
    purges,
    reported,
    deleted,
    audit: (entries: number) => void (auditEntries = entries),
  }
}

test('purges jobs once their time is over, every minute, however many', async () => {
  const { left, retention, minute, reported, deleted } = world([
    ...Array.from({ length: 250 }, () => 30_000),
    MINUTE + 1,
  ])
  retention.start()
  await minute()
  expect([...left.values()]).toEqual([MINUTE + 1])
  expect(reported.map(({ ref }) => ref)).toEqual(Array.from({ length: 250 }, (_, n) => n))
  expect(deleted).toEqual(reported.map(({ id }) => id))
  await minute()
  expect(left.size).toBe(0)
})

test('continues with the next minute after a failure, and purges nothing once it is stopped', async () => {
  const { clock, left, retention, minute, failNext } = world([1, 2, 3 * MINUTE])
  retention.start()
  failNext()
  await minute()
  expect(left.size).toBe(3)
  await minute()
  expect(left.size).toBe(1)
  await retention.stop()
  expect(clock.pending).toBe(0)
  await minute()
  expect(left.size).toBe(1)
})

test('leaves nothing behind, however it is started and stopped', async () => {
  await stressService(() => {
    const { clock, retention } = world([1, 2, 3 * MINUTE])
    return { service: retention, clock }
  })
})

test('purges the audit in bounded steps, once an hour when nothing is left', async () => {
  const { retention, minute, purges, audit } = world([])
  audit(50 * 500 + 1)
  retention.start()
  await new Promise((resolve) => setImmediate(resolve))
  expect(purges).toEqual(Array.from({ length: 50 }, () => -90 * 86_400_000))
  await minute()
  expect(purges).toHaveLength(51)
  for (let n = 0; n < 59; n++) await minute()
  expect(purges).toHaveLength(51)
  await minute()
  expect(purges).toHaveLength(52)
})
