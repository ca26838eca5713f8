import { type Reason, waitingJobReason } from '@waybill/spec/rules'
import type { WaitingCount } from '../model/item.ts'
import type { JobRecord } from '../model/job.ts'

/** Jobs that a waiting job says it waits for. */
export const MAX_JOBS_NAMED = 10

/** Returns why the items of a job of phase `waiting` do not move. */
export function waitingReason({ pausedAtMs, sealedAtMs, envelope }: JobRecord, nowMs: number): Reason {
  const isEarly = envelope.runAtMs !== null && envelope.runAtMs > nowMs
  return waitingJobReason({ pausedAtMs, sealedAtMs, runAtMs: isEarly ? envelope.runAtMs : null })
}

/** Returns why the items of a job that is just published do not move: they have no places yet. */
export function firstWaiting(record: JobRecord, items: number, nowMs: number): readonly WaitingCount[] {
  const { phase, stop, envelope } = record
  if (items === 0 || phase === 'open' || stop !== null) return []
  if (phase !== 'waiting') return [{ reason: 'backlog', items, untilMs: null }]
  const { reason, untilMs } = waitingReason(record, nowMs)
  if (reason !== 'dependency') return [{ reason, items, untilMs }]
  const jobs = new Set(envelope.dependsOn.map(({ job }) => job))
  return [{ reason, items, untilMs, jobs: [...jobs].slice(0, MAX_JOBS_NAMED) }]
}
