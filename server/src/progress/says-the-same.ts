import type { Job, JobProgress } from '@waybill/spec'
import type { JobSnapshot } from './job-view.ts'

/** An estimate is shown as long as it differs from the one of now by no more than this share of what it says, or this much. */
const DRIFT_SHARE = 0.1
const DRIFT_MS = 1000
/** Times that are no estimates are worked out anew from the monotonic clock, too. */
const CLOCK_DRIFT_MS = 100

/** Reasons whose `until` is an estimate. */
const ESTIMATED: ReadonlySet<string> = new Set(['backlog', 'concurrency', 'partition', 'dependency'])

/**
 * Whether a job would be shown as it is in a snapshot, but for estimates that have drifted: then the snapshot, and its version and ETag, stay. An
 * estimate that became wrong by more than a tenth makes a new one, so that a job which stands still for hours has tens of versions, not thousands.
 */
export function saysTheSame(next: Job, { before, nowMs }: { before: JobSnapshot; nowMs: number }): boolean {
  const shown = before.job
  return (
    before.json === JSON.stringify({ ...next, progress: progress(next, shown), waiting: waiting(next, shown, nowMs) })
  )
}

function progress(next: Job, shown: Job): Job['progress'] {
  const [now, old] = [next.progress, shown.progress]
  if (now === null || old === null) return now
  const [seconds, oldSeconds] = [now.etaSeconds, old.etaSeconds]
  const isNear =
    seconds !== null &&
    oldSeconds !== null &&
    isClose(oldSeconds * 1000, seconds * 1000, seconds * 1000) &&
    isClose(Date.parse(old.estimatedEndAt!), Date.parse(now.estimatedEndAt!), seconds * 1000)
  const [rate, oldRate] = [now.itemsPerSecond, old.itemsPerSecond]
  const isSteady = rate > 0 && Math.abs(rate - oldRate) <= rate * DRIFT_SHARE
  return {
    ...now,
    ...(isSteady && { itemsPerSecond: oldRate }),
    ...(isNear && { etaSeconds: oldSeconds, estimatedEndAt: old.estimatedEndAt }),
    ...(isNear && isSameDecision(now, old) && { decidedBy: old.decidedBy }),
  }
}

function isSameDecision({ decidedBy: now }: JobProgress, { decidedBy: old }: JobProgress): boolean {
  return now?.constraint === old?.constraint && now?.reason === old?.reason
}

function waiting(next: Job, shown: Job, nowMs: number): Job['waiting'] {
  return next.waiting.map((line, n) => {
    const old = shown.waiting[n]
    if (old?.reason !== line.reason || old.until === null || line.until === null) return line
    const [untilMs, oldMs] = [Date.parse(line.until), Date.parse(old.until)]
    const isNear = ESTIMATED.has(line.reason)
      ? isClose(oldMs, untilMs, untilMs - nowMs)
      : Math.abs(oldMs - untilMs) <= CLOCK_DRIFT_MS
    return isNear ? { ...line, until: old.until } : line
  })
}

function isClose(oldMs: number, nowMs: number, leftMs: number): boolean {
  return Math.abs(oldMs - nowMs) <= Math.max(DRIFT_MS, leftMs * DRIFT_SHARE)
}
