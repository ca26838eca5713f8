import { expect, test } from 'vitest'
import { AuditSeqs, type NumberedAuditEntry } from '../model/audit.ts'
import type { JobId, JobRef } from '../model/ids.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { silentLogger } from '../runtime/logger.ts'
import { AuditTrail } from './audit-trail.ts'

test('jobs that were purged are counted by subscription and hour; those that deliver webhooks are not', async () => {
  const written: NumberedAuditEntry[] = []
  const seqs = new AuditSeqs(0)
  const clock = new FakeClock(0)
  const audit = new AuditTrail({
    ...{ clock, logger: silentLogger },
    store: {
      nextAuditSeq: (wallMs) => seqs.take(wallMs, 1),
      writeAudit: ({ entries }) => {
        written.push(...entries)
        return Promise.resolve()
      },
      listAudit: () => Promise.reject(new Error('not asked for')),
      purgeAudit: () => Promise.resolve(0),
    },
  })
  const purged = (n: number, subscription: string, channel: string) =>
    audit.purged({ ref: n as JobRef, id: `job_${n}` as JobId, subscription, channel })
  for (let n = 0; n < 500; n++) purged(n, 'acme', `shop-${n % 2}`)
  purged(500, 'other', 'shop-0')
  for (let n = 0; n < 500; n++) purged(n, '~webhooks', '~whe_1')
  await audit.stop()
  expect(written).toMatchObject([
    {
      actor: { kind: 'server' },
      subscription: 'acme',
      action: 'purgeJob',
      resource: { job: null, channel: null },
      count: 500,
    },
    { subscription: 'other', action: 'purgeJob', resource: { job: 'job_500', channel: 'shop-0' }, count: 1 },
  ])
})
