import { type AuditEntry, type AuditSeq, firstAuditSeq } from '../../../model/audit.ts'
import type { RidingEntry } from '../../audit-store.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import { type AuditedJob, entriesOf, jobsNamedBy } from '../../thread/riding-entries.ts'
import type { WriteStatements } from '../tables/statements.ts'
import type { Handlers } from './write-deps.ts'

/** Writes the entry of an act inside the transaction of what it does. */
export function writeRidingEntry(
  sql: WriteStatements,
  riding: RidingEntry,
  args: WriteCalls[keyof WriteCalls]['args'],
): void {
  const named = jobsNamedBy(riding, args)
  const stored = [
    ...named.ids.map((id) => sql.auditedJobOfId.get(id)),
    ...named.refs.map((ref) => sql.auditedJob.get(ref)),
  ]
  const jobs = stored.filter((job) => job !== undefined) as unknown as AuditedJob[]
  for (const { seq, ...entry } of entriesOf(riding, args, jobs)) insert(sql, seq, entry)
}

type AuditCalls = Pick<WriteCalls, 'writeAudit' | 'purgeAudit'>

/** Creates the handlers of the calls that write the audit alone. */
export function auditCalls(sql: WriteStatements): Handlers<AuditCalls> {
  return {
    writeAudit({ entries, corrections }) {
      for (const { seq, ...entry } of entries) insert(sql, seq, entry)
      for (const { stored, status, code } of corrections) {
        sql.correctAuditEntries.run(status, code, stored.firstSeq, stored.firstSeq + stored.size)
      }
      return { result: null }
    },
    purgeAudit({ beforeMs, limit }) {
      return { result: Number(sql.purgeAudit.run(firstAuditSeq(beforeMs), limit).changes) }
    },
  }
}

function insert(sql: WriteStatements, seq: AuditSeq, entry: AuditEntry): void {
  const { actor, subscription, action, resource, address, requestId, status, code, count } = entry
  const others = Object.keys(resource.others).length === 0 ? null : JSON.stringify(resource.others)
  sql.writeAuditEntry.run(
    ...[seq, actor.kind, actor.tokenId, actor.tokenName, subscription, action],
    ...[resource.job, resource.channel, others, address, requestId, status, code, count],
  )
}
