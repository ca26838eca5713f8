import { problemCodes, type Job, type JobStatus, type WaitingCount } from '@waybill/spec'
import { byMostItems, jobLinks, jobStatus, maskUrl, rootPaths } from '@waybill/spec/rules'
import type { MockChannel, MockJob } from '../engine/mock-job.ts'
import { isItemEnded, remainingOf } from '../engine/mock-job.ts'
import { pendingReason, type Reason } from '../engine/waiting-reason.ts'

export interface JobMoment {
  readonly nowMs: number
  readonly channel: MockChannel | undefined
  /** A dependency that can never be met any more, and how it ended. */
  readonly unmet: { readonly jobId: string; readonly outcome: string } | null
  /** Jobs that it still waits for, the first few. */
  readonly waitsFor: readonly string[]
}

/** Returns the status of a job as it is now. */
export function statusOf(job: MockJob): JobStatus {
  return jobStatus({
    phase: job.phase,
    isStopped: job.stop !== null,
    isPaused: job.pausedAtMs !== null,
    isDue: job.isDue,
    hasDependencies: job.envelope.dependsOn.length > 0 && !job.isReleased,
    hasStarted: job.startedAtMs !== null,
  })
}

/** The public Job, but for its version. */
export function jobView(job: MockJob, moment: JobMoment): Omit<Job, 'version'> {
  const { envelope, items, counts } = job
  const status = statusOf(job)
  const { runAtMs, deadlineAtMs, webhook, ...shown } = envelope
  const endedAtMs = job.endedAtMs
  return {
    id: job.id,
    subscription: 'default',
    ...shown,
    dependsOn: shown.dependsOn.map((dependency) => ({ ...dependency })),
    metadata: { ...shown.metadata },
    webhook: webhook === null ? null : { url: maskUrl(webhook.url), events: [...webhook.events] },
    runAt: timeOrNull(runAtMs),
    deadlineAt: timeOrNull(deadlineAtMs),
    retryOf: job.retryOf,
    traceparent: job.traceparent,
    status,
    done: status === 'ended',
    outcome: job.outcome,
    counts: { total: items.length, pending: remainingOf(job) - counts.running - counts.waiting, ...counts },
    nextIndex: job.phase === 'open' ? items.length : null,
    progress: progressOf(job, moment),
    waiting: job.phase === 'ended' ? [] : waitingCounts(job, moment),
    createdAt: time(job.createdAtMs),
    sealedAt: timeOrNull(job.sealedAtMs),
    startedAt: timeOrNull(job.startedAtMs),
    lastProgressAt: timeOrNull(job.lastProgressAtMs),
    endedAt: timeOrNull(endedAtMs),
    retainedUntil: endedAtMs === null ? null : time(endedAtMs + envelope.retainForSeconds * 1000),
    error: errorOf(job, moment),
    links: jobLinks({ ...envelope, id: job.id, status, isOpen: job.phase === 'open' }, rootPaths),
  }
}

function progressOf(job: MockJob, { nowMs, channel }: JobMoment): Job['progress'] {
  const { items, startedAtMs, endedAtMs } = job
  const remaining = remainingOf(job)
  if (items.length === 0 || job.phase === 'open') return null
  if (startedAtMs === null) return pendingProgress(job, { nowMs, channel })
  const ended = items.length - remaining
  const seconds = Math.max(1, (endedAtMs ?? nowMs) - startedAtMs) / 1000
  const itemsPerSecond = ended / seconds
  const { allowed, atLimit } = limitOf(channel, itemsPerSecond)
  const speed = Math.min(itemsPerSecond, allowed)
  const etaSeconds = job.phase === 'ended' || itemsPerSecond === 0 ? null : round(remaining / speed)
  return {
    ratio: ended / items.length,
    itemsPerSecond: round(itemsPerSecond),
    etaSeconds,
    estimatedEndAt: etaSeconds === null ? null : time(nowMs + etaSeconds * 1000),
    decidedBy:
      etaSeconds === null || remaining === 0
        ? null
        : {
            constraint: atLimit ? 'rate_limit' : 'measured',
            items: remaining,
            itemsPerSecond: atLimit ? allowed : round(itemsPerSecond),
            until: null,
            reason: null,
          },
  }
}

/** A measured speed of at least this share of the allowed one is that of the rate limit, as for the server. */
const AT_THE_LIMIT = 0.9

/** Items per second that a channel's rate limit allows, and whether it decides. */
function limitOf(channel: JobMoment['channel'], itemsPerSecond: number): { allowed: number; atLimit: boolean } {
  const limit = channel?.config.rateLimit
  const allowed = limit == null ? Infinity : (limit.limit * 1000) / limit.periodMs
  return { allowed, atLimit: itemsPerSecond >= allowed * AT_THE_LIMIT }
}

/** The estimate of a job that has not started: by the rate limit of its channel. */
function pendingProgress(job: MockJob, { nowMs, channel }: Pick<JobMoment, 'nowMs' | 'channel'>): Job['progress'] {
  const limit = channel?.config.rateLimit
  if (job.phase !== 'eligible' || limit == null || channel?.paused === true || job.pausedAtMs !== null) return null
  const waitMs = Math.max(0, (channel?.blockedUntilMs ?? 0) - nowMs)
  const items = remainingOf(job)
  const itemsMs = (items * limit.periodMs) / limit.limit
  const etaSeconds = round((waitMs + itemsMs) / 1000)
  const still = {
    until: waitMs > 0 ? time(nowMs + waitMs) : null,
    reason: waitMs > 0 ? ('retry_after' as const) : null,
  }
  return {
    ...{ ratio: 0, itemsPerSecond: 0, etaSeconds, estimatedEndAt: time(nowMs + etaSeconds * 1000) },
    decidedBy:
      waitMs > itemsMs
        ? { constraint: 'standstill', items, itemsPerSecond: null, ...still }
        : { constraint: 'rate_limit', items, itemsPerSecond: round((limit.limit * 1000) / limit.periodMs), ...still },
  }
}

/** How many items wait, and for what. */
function waitingCounts(job: MockJob, { nowMs, channel, waitsFor }: JobMoment): WaitingCount[] {
  const counts = new Map<Reason['reason'], { items: number; untilMs: number | null }>()
  for (const item of job.items) {
    if (isItemEnded(item) || item.status === 'running') continue
    const reason = item.hold ?? pendingReason(item, { nowMs, channel })
    if (reason === null) continue
    const { items, untilMs } = counts.get(reason.reason) ?? { items: 0, untilMs: null }
    counts.set(reason.reason, { items: items + 1, untilMs: later(untilMs, reason.untilMs) })
  }
  return Array.from(counts, ([reason, { items, untilMs }]) => ({
    ...{ reason, items, until: timeOrNull(untilMs) },
    ...(reason === 'dependency' && { jobs: [...waitsFor] }),
  })).sort(byMostItems)
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

function errorOf(job: MockJob, { unmet }: JobMoment): Job['error'] {
  if (unmet === null || job.phase !== 'waiting' || job.isReleased) return null
  const code = 'dependency_unmet'
  const { status, title } = problemCodes[code]
  const wanted = `must have succeeded: it ended ${unmet.outcome}`
  const detail = `Cannot start job ${job.id} as job ${unmet.jobId} ${wanted}. Release the job to deliver it all the same, or cancel it`
  return { type: `/docs/errors#${code}`, title, status, detail, code, dependencies: [unmet.jobId] }
}

/** The hint when to ask again, in seconds; null for none. */
export function retryAfterSeconds({ done, progress }: Pick<Job, 'done' | 'progress'>): number | null {
  const etaSeconds = progress?.etaSeconds ?? null
  return done || etaSeconds === null || etaSeconds < 1 ? null : Math.min(30, Math.ceil(etaSeconds / 4))
}

export function round(value: number): number {
  return Math.round(value * 100) / 100
}

export function time(ms: number): string {
  return new Date(ms).toISOString()
}

export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : time(ms)
}
