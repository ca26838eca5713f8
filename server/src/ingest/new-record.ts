import { jobOutcome } from '@waybill/spec/rules'
import type { JobId, JobRef } from '../model/ids.ts'
import type { Envelope, JobEnd, JobRecord } from '../model/job.ts'

/** A job that is about to be published. */
export interface NewJob {
  readonly ref: JobRef
  readonly id: JobId
  readonly subscription: string
  readonly envelope: Envelope
  readonly createdAtMs: number
  /** In which phase it begins, unless it has ended at ingest. */
  readonly phase: 'open' | 'waiting' | 'eligible'
  readonly total: number
  /** Items that are invalid. */
  readonly failed: number
  readonly retryOf: JobId | null
  readonly traceparent: string | null
  readonly tracestate: string | null
  readonly continuesTrace: boolean
}

/** The record of a new job. One without items, or all of whose items are invalid, has ended when it need not wait. */
export function newRecord(job: NewJob, now: { readonly nowMs: number; readonly nextVersion: () => number }): JobRecord {
  const { failed, total, ...rest } = job
  const { nowMs } = now
  const end = job.phase === 'eligible' && failed === total ? endAtIngest(job, now) : null
  return {
    ...rest,
    phase: end === null ? job.phase : 'ended',
    total,
    eligibleSeq: 0,
    touchedAtMs: nowMs,
    sealedAtMs: job.phase === 'open' ? null : nowMs,
    stop: null,
    pausedAtMs: null,
    releasedAtMs: null,
    end,
  }
}

function endAtIngest({ failed, createdAtMs }: NewJob, { nowMs, nextVersion }: Parameters<typeof newRecord>[1]): JobEnd {
  return {
    outcome: jobOutcome({ total: failed, succeeded: 0, stopped: 0, reason: null, wasOpen: false }),
    succeeded: 0,
    failed,
    cancelled: 0,
    startedAtMs: null,
    lastProgressAtMs: failed === 0 ? null : createdAtMs,
    endedAtMs: nowMs,
    version: nextVersion(),
  }
}
