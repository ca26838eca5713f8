import { type ApiPaths, jobLinks } from '@waybill/spec/rules'
import type { WaitingCount } from '../model/item.ts'
import type { JobEnd, JobOutcome, JobRecord, JobStatus } from '../model/job.ts'
import type { EndedCounts } from '../model/webhook-event.ts'

/** Longer metadata of a job would be most of an event, which is short: the job has them behind its link. */
const MAX_METADATA_BYTES = 8 * 1024

/** A job's numbers and times as an event shows them. */
export interface EventJobState extends EndedCounts {
  readonly status: JobStatus
  readonly outcome: JobOutcome | null
  /** Items in calls, and items that wait for a time or a decision; the rest of what has not ended is pending. */
  readonly running: number
  readonly waiting: number
  readonly startedAtMs: number | null
  readonly endedAtMs: number | null
}

/** The member `data` of an event of a job. */
export function jobEventData(
  record: JobRecord,
  state: EventJobState,
  paths: ApiPaths,
): { readonly subscription: string; readonly job: Readonly<Record<string, unknown>> } {
  const { id, envelope, subscription, total } = record
  const { channel, objectType, action, source, executionId, metadata } = envelope
  const { status, outcome, succeeded, failed, cancelled } = state
  const remaining = total - succeeded - failed - cancelled
  const running = Math.min(state.running, remaining)
  const waiting = Math.min(state.waiting, remaining - running)
  return {
    subscription,
    job: {
      ...{ id, channel, objectType, action, source, executionId, status, outcome },
      counts: { total, pending: remaining - running - waiting, waiting, running, succeeded, failed, cancelled },
      metadata: Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES ? null : metadata,
      createdAt: timeOf(record.createdAtMs),
      startedAt: timeOrNull(state.startedAtMs),
      endedAt: timeOrNull(state.endedAtMs),
      links: jobLinks({ id, executionId, channel, status, isOpen: record.phase === 'open' }, paths),
    },
  }
}

/** The state of a job that ends. */
export function endedState(end: JobEnd): EventJobState {
  const { outcome, succeeded, failed, cancelled, startedAtMs, endedAtMs } = end
  return {
    ...{ status: 'ended', outcome, succeeded, failed, cancelled },
    ...{ running: 0, waiting: 0, startedAtMs, endedAtMs },
  }
}

/** A reason why items of a job are not progressing, as an event shows it. */
export function waitingView({ reason, items, untilMs, jobs }: WaitingCount): Readonly<Record<string, unknown>> {
  return { reason, items, until: timeOrNull(untilMs), ...(jobs !== undefined && { jobs }) }
}

/** RFC 3339 text of a wall time. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}

export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : timeOf(ms)
}
