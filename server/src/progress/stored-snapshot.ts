import type { ApiPaths } from '@waybill/spec/rules'
import type { JobRecord } from '../model/job.ts'
import type { Clock } from '../runtime/clock.ts'
import { endedFacts, type JobFacts, type JobSnapshot, jobView, snapshotOf } from './job-view.ts'
import { recordStatus } from './job-status.ts'
import { firstWaiting } from './waiting-job.ts'

/** The items of a job that have ended, as the store counts them. */
export interface EndedItems {
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
}

export interface SnapshotContext {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly paths: ApiPaths
}

/** Returns the last snapshot of a job. */
export function endedSnapshot(record: JobRecord, { clock, paths }: SnapshotContext): JobSnapshot {
  const at = { status: 'ended' as const, version: record.end!.version, nowMs: clock.nowMs(), paths }
  return snapshotOf(jobView(record, endedFacts(record), at), record)
}

/** Returns the snapshot of a job of which nothing is in memory: it is about to be published, or nobody runs its channel. */
export function storedSnapshot(
  record: JobRecord,
  { succeeded, failed, cancelled }: EndedItems,
  context: SnapshotContext & { readonly version: number },
): JobSnapshot {
  const { clock, paths, version } = context
  const nowMs = clock.nowMs()
  const ended = succeeded + failed + cancelled
  const lastProgressAtMs = ended === 0 ? null : record.createdAtMs
  const reasons = firstWaiting(record, record.total - ended, nowMs)
  const facts = { ...NOTHING, succeeded, failed, cancelled, lastProgressAtMs, reasons }
  return snapshotOf(
    jobView(record, facts, { status: recordStatus(record, undefined, nowMs), version, nowMs, paths }),
    record,
  )
}

const NOTHING: JobFacts = {
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  waiting: 0,
  running: 0,
  startedAtMs: null,
  lastProgressAtMs: null,
  itemsPerSecond: 0,
  etaSeconds: null,
  decidedBy: null,
  reasons: [],
  unmet: null,
}
