import { AuditTrail } from '../../access/audit-trail.ts'
import { AuditSeqs, type NumberedAuditEntry } from '../../model/audit.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'

/** The audit, over a store that takes everything and finds what it was given last; in a time of its own, so that no other timer is counted. */
export function fakeAudit(): AuditTrail {
  const seqs = new AuditSeqs(0)
  const entries: NumberedAuditEntry[] = []
  return new AuditTrail({
    ...{ clock: new FakeClock(), logger: silentLogger },
    store: {
      nextAuditSeq: (wallMs) => seqs.take(wallMs, 1),
      writeAudit: async (change) => void entries.unshift(...change.entries),
      listAudit: async ({ limit }) => ({ entries: entries.slice(0, limit), next: null }),
      purgeAudit: async () => 0,
    },
  })
}
