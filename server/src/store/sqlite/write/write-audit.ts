import { isHiddenChannel } from '../../../model/webhook-event.ts'
import { type AuditEntry, type AuditSeq, firstAuditSeq } from '../../../model/audit.ts'
import type { RidingEntry } from '../../audit-store.ts'
import type { CallMessage, WriteCalls } from '../thread/messages.ts'
import type { WriteStatements } from '../tables/statements.ts'
import type { Handlers } from './write-deps.ts'

interface AuditedJob {
  readonly id: string
  readonly channel: string
  readonly execution_id: string | null
}

/** The members of a write's arguments that name what it concerns, whichever write it is. */
interface Concerned {
  readonly ref?: number
  readonly refs?: readonly number[]
  readonly jobs?: WriteCalls['publishJobs']['args']['jobs']
  readonly execution?: WriteCalls['publishJobs']['args']['execution']
  readonly token?: WriteCalls['createToken']['args']['token']
  /** The record, or its id. */
  readonly endpoint?: string | { readonly id: string }
}

/** Returns an upper bound of the entries that an act has in the audit by a write with these arguments: one for each job, and its own. */
export function maxEntriesOf(args: CallMessage['args']): number {
  const { refs, jobs } = (args ?? {}) as Concerned
  return 2 + Math.max(refs?.length ?? 0, jobs?.length ?? 0)
}

/** Writes the entry of an act inside the transaction of what it does: for each job that this concerns, or once. */
export function writeRidingEntry(
  sql: WriteStatements,
  { entry, jobs: named, stored: { firstSeq } }: RidingEntry,
  args: WriteCalls[keyof WriteCalls]['args'],
): void {
  const concerned = args as Concerned
  const { resource } = entry
  const made: Record<string, string> = { ...resource.others }
  if (concerned.token !== undefined) made['token'] = concerned.token.id
  if (typeof concerned.endpoint === 'object') made['endpoint'] = concerned.endpoint.id
  if (concerned.execution != null) made['execution'] = concerned.execution.id
  const jobs = jobsOf(sql, concerned, resource.job === null ? named : [resource.job, ...named])
  let seq: number = firstSeq
  for (const { id, channel, execution_id: execution } of jobs) {
    const others = execution === null ? made : { ...made, execution }
    insert(sql, seq++ as AuditSeq, { ...entry, resource: { job: id, channel, others } })
  }
  if (jobs.length === 0) insert(sql, firstSeq, { ...entry, resource: { ...resource, others: made } })
}

/** The jobs that a request names, and those that its write concerns. */
function jobsOf(sql: WriteStatements, { ref, refs, jobs }: Concerned, named: readonly string[]): readonly AuditedJob[] {
  const found = new Map<string, AuditedJob>()
  for (const id of named) {
    const job = sql.auditedJobOfId.get(id) as AuditedJob | undefined
    if (job !== undefined) found.set(id, job)
  }
  for (const one of ref === undefined ? (refs ?? []) : [ref]) {
    const job = sql.auditedJob.get(one) as AuditedJob | undefined
    if (job !== undefined) found.set(job.id, job)
  }
  for (const { record } of jobs ?? []) {
    const { channel, executionId } = record.envelope
    found.set(record.id, { id: record.id, channel, execution_id: executionId })
  }
  // Jobs that deliver webhooks are shown to nobody.
  return [...found.values()].filter(({ channel }) => !isHiddenChannel(channel))
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
