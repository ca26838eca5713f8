import type { AuditEntry } from '@waybill/spec'
import { auditId, auditTimeMs, type NumberedAuditEntry } from '../../model/audit.ts'

/** Returns an entry of the audit as answers show it. */
export function auditView({ seq, resource, ...entry }: NumberedAuditEntry): AuditEntry {
  const { job, channel, others } = resource
  const { actor, subscription, action, address, requestId, status, code, count } = entry
  return {
    id: auditId(seq),
    at: new Date(auditTimeMs(seq)).toISOString(),
    ...{ actor: { ...actor }, subscription, action },
    resource: { job, channel, token: null, execution: null, ...others },
    ...{ address, requestId, status, code, count },
  }
}
