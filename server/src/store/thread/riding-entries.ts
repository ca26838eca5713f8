import type { AuditSeq, NumberedAuditEntry } from '../../model/audit.ts'
import { isHiddenChannel } from '../../model/webhook-event.ts'
import type { RidingEntry } from '../audit-store.ts'
import type { CallMessage, WriteCalls } from './messages.ts'

/*
 * The entries of the audit that a write carries: one for each job that it concerns, or its own.
 */

/** A job that an entry is about, as its row says. */
export interface AuditedJob {
  readonly id: string
  readonly channel: string
  readonly execution_id: string | null
}

/** The members of a write's arguments that name what it concerns, whichever write it is. */
export interface Concerned {
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

/** The jobs that a request names, and those that its write names by their refs. */
export function jobsNamedBy(
  { entry: { resource }, jobs }: RidingEntry,
  args: WriteCalls[keyof WriteCalls]['args'],
): { readonly ids: readonly string[]; readonly refs: readonly number[] } {
  const { ref, refs = [] } = args as Concerned
  return { ids: resource.job === null ? jobs : [resource.job, ...jobs], refs: ref === undefined ? refs : [ref] }
}

/** @param stored the jobs named by the request and its write that are stored: by `jobsNamedBy`, in that order */
export function entriesOf(
  { entry, stored: { firstSeq } }: RidingEntry,
  args: WriteCalls[keyof WriteCalls]['args'],
  stored: readonly AuditedJob[],
): readonly NumberedAuditEntry[] {
  const { jobs: published, token, endpoint, execution } = args as Concerned
  const { resource } = entry
  const made: Record<string, string> = { ...resource.others }
  if (token !== undefined) made['token'] = token.id
  if (typeof endpoint === 'object') made['endpoint'] = endpoint.id
  if (execution != null) made['execution'] = execution.id
  const found = new Map(stored.map((job) => [job.id, job]))
  for (const { record } of published ?? []) {
    const { channel, executionId } = record.envelope
    found.set(record.id, { id: record.id, channel, execution_id: executionId })
  }
  // Jobs that deliver webhooks are shown to nobody.
  const jobs = [...found.values()].filter(({ channel }) => !isHiddenChannel(channel))
  if (jobs.length === 0) return [{ ...entry, seq: firstSeq, resource: { ...resource, others: made } }]
  return jobs.map(({ id, channel, execution_id: ofJob }, n) => {
    const others = ofJob === null ? made : { ...made, execution: ofJob }
    return { ...entry, seq: (firstSeq + n) as AuditSeq, resource: { job: id, channel, others } }
  })
}
