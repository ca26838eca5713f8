import { type AuditEntry, type AuditSeq, firstAuditSeq } from '../../../model/audit.ts'
import type { RidingEntry } from '../../audit-store.ts'
import type { CallMessage, WriteCalls } from '../../thread/messages.ts'
import { type AuditedJob, entriesOf, jobsNamedBy } from '../../thread/riding-entries.ts'
import type { Transaction } from '../thread/transaction.ts'
import { type AskRows, done } from '../thread/plan.ts'
import type { Handlers } from './write-deps.ts'

/** The jobs that entries of a transaction name, as far as they are stored. */
export interface NamedJobs {
  readonly byId: ReadonlyMap<string, AuditedJob>
  readonly byRef: ReadonlyMap<number, AuditedJob>
}

/** Reads the jobs that the entries of these calls name, before their transaction. */
export async function readNamedJobs(ask: AskRows, calls: readonly CallMessage<keyof WriteCalls>[]): Promise<NamedJobs> {
  const ids = new Set<string>()
  const refs = new Set<number>()
  for (const { audit = [], args } of calls) {
    for (const riding of audit) {
      const named = jobsNamedBy(riding, args)
      for (const id of named.ids) ids.add(id)
      for (const ref of named.refs) refs.add(ref)
    }
  }
  if (ids.size + refs.size === 0) return { byId: new Map(), byRef: new Map() }
  const rows = await ask<AuditedJob & { readonly ref: number }>(NAMED_JOBS, [...ids], [...refs])
  return {
    byId: new Map(rows.map((row) => [row.id, row])),
    byRef: new Map(rows.map((row) => [row.ref, row])),
  }
}

const NAMED_JOBS = `SELECT ref, id, channel, execution_id FROM waybill.jobs WHERE id = ANY ($1::text[]) OR ref = ANY ($2::bigint[])`

/** Adds the entry of an act to the transaction of what it does. */
export function writeRidingEntry(
  transaction: Transaction,
  riding: RidingEntry,
  { args, named }: { readonly args: WriteCalls[keyof WriteCalls]['args']; readonly named: NamedJobs },
): void {
  const { ids, refs } = jobsNamedBy(riding, args)
  const jobs = [...ids.map((id) => named.byId.get(id)), ...refs.map((ref) => named.byRef.get(ref))]
  const stored = jobs.filter((job) => job !== undefined)
  for (const { seq, ...entry } of entriesOf(riding, args, stored)) insert(transaction, seq, entry)
}

type AuditCalls = Pick<WriteCalls, 'writeAudit' | 'purgeAudit'>

/** The calls that write the audit alone. */
export const auditCalls: Handlers<AuditCalls> = {
  writeAudit({ entries, corrections }) {
    return (transaction) => {
      for (const { seq, ...entry } of entries) insert(transaction, seq, entry)
      for (const { stored, status, code } of corrections) {
        const { firstSeq, size } = stored
        transaction.run(CORRECT_ENTRIES, status, code, firstSeq, firstSeq + size)
      }
      return done
    }
  },
  purgeAudit({ beforeMs, limit }) {
    return (transaction) => {
      const purged = transaction.run(PURGE, firstAuditSeq(beforeMs), limit)
      return { result: (found) => found[purged]?.count ?? 0 }
    }
  },
}

function insert(transaction: Transaction, seq: AuditSeq, entry: AuditEntry): void {
  const { actor, subscription, action, resource, address, requestId, status, code, count } = entry
  const others = Object.keys(resource.others).length === 0 ? null : JSON.stringify(resource.others)
  transaction.run(
    WRITE_ENTRY,
    ...[seq, actor.kind, actor.tokenId, actor.tokenName, subscription, action],
    ...[resource.job, resource.channel, others, address, requestId, status, code, count],
  )
}

const WRITE_ENTRY = `INSERT INTO waybill.audit AS a
    (seq, kind, token, token_name, subscription, action, job, channel, others, address, request_id, status, code, count)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
  ON CONFLICT (seq) DO UPDATE SET action = excluded.action, job = excluded.job, channel = excluded.channel, others = excluded.others,
    address = excluded.address, request_id = excluded.request_id, count = a.count + excluded.count`

const CORRECT_ENTRIES = 'UPDATE waybill.audit SET status = $1, code = $2 WHERE seq >= $3 AND seq < $4'

const PURGE =
  'DELETE FROM waybill.audit WHERE seq IN (SELECT seq FROM waybill.audit WHERE seq < $1 ORDER BY seq LIMIT $2)'
