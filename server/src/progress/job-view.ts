import type { Job } from '@waybill/spec'
import { type ApiPaths, jobLinks, type JobRetry, writeRules } from '@waybill/spec/rules'
import type { JobId } from '../model/ids.ts'
import type { WaitingCount } from '../model/item.ts'
import type { JobEnd, JobRecord, JobStatus } from '../model/job.ts'
import type { EstimateDecision } from './eta.ts'
import { type UnmetDependency, unmetProblem } from './job-problem.ts'

/** A job's numbers at one moment. `pending + waiting + running` is derived: what is neither ended, running nor waiting is pending (PRG-1). */
export interface JobFacts {
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  readonly waiting: number
  readonly running: number
  readonly startedAtMs: number | null
  readonly lastProgressAtMs: number | null
  readonly itemsPerSecond: number
  readonly etaSeconds: number | null
  readonly decidedBy: EstimateDecision | null
  readonly reasons: readonly WaitingCount[]
  /** Why it will stay blocked; null: it will not. */
  readonly unmet: UnmetDependency | null
}

/** The facts of a job that has ended, from its record alone. */
export function endedFacts(record: JobRecord): JobFacts {
  const end = record.end!
  return {
    succeeded: end.succeeded,
    failed: end.failed,
    cancelled: end.cancelled,
    waiting: 0,
    running: 0,
    startedAtMs: end.startedAtMs,
    lastProgressAtMs: end.lastProgressAtMs,
    itemsPerSecond: averageRate(end),
    etaSeconds: null,
    decidedBy: null,
    reasons: [],
    unmet: null,
  }
}

/** Items that ended a second over the whole job. */
function averageRate(end: JobEnd): number {
  if (end.startedAtMs === null) return 0
  return ((end.succeeded + end.failed) * 1000) / Math.max(1, end.endedAtMs - end.startedAtMs)
}

/** The public Job. */
export function jobView(
  record: JobRecord,
  facts: JobFacts,
  at: { status: JobStatus; version: number; nowMs: number; paths: ApiPaths },
): Job {
  const { envelope, end } = record
  const ended = facts.succeeded + facts.failed + facts.cancelled
  const remaining = record.total - ended
  const running = Math.min(facts.running, remaining)
  const waiting = Math.min(facts.waiting, remaining - running)
  return {
    id: record.id,
    subscription: record.subscription,
    channel: envelope.channel,
    objectType: envelope.objectType,
    action: envelope.action,
    source: envelope.source,
    executionId: envelope.executionId,
    partitionBy: envelope.partitionBy,
    onInvalidItem: envelope.onInvalidItem,
    runAt: timeOrNull(envelope.runAtMs),
    deadlineAt: timeOrNull(envelope.deadlineAtMs),
    dependsOn: envelope.dependsOn.map(({ job, require }) => ({ job, require })),
    onExhausted: envelope.onExhausted,
    retry: envelope.retry === null ? null : jobRetryView(envelope.retry),
    retainForSeconds: envelope.retainForSeconds,
    metadata: { ...envelope.metadata },
    webhook:
      envelope.webhook === undefined ? null : { url: envelope.webhook.url, events: [...envelope.webhook.events] },
    retryOf: record.retryOf,
    traceparent: record.traceparent,
    status: at.status,
    done: at.status === 'ended',
    outcome: end?.outcome ?? null,
    version: at.version,
    counts: {
      total: record.total,
      pending: remaining - running - waiting,
      waiting,
      running,
      succeeded: facts.succeeded,
      failed: facts.failed,
      cancelled: facts.cancelled,
    },
    nextIndex: record.phase === 'open' ? record.total : null,
    progress: progressView(record, { ended, facts, nowMs: at.nowMs }),
    waiting: facts.reasons.map(({ reason, items, untilMs, jobs }) => ({
      ...{ reason, items, until: timeOrNull(untilMs) },
      ...(jobs !== undefined && { jobs: [...jobs] }),
    })),
    createdAt: time(record.createdAtMs),
    sealedAt: timeOrNull(record.sealedAtMs),
    startedAt: timeOrNull(facts.startedAtMs),
    lastProgressAt: timeOrNull(facts.lastProgressAtMs),
    endedAt: timeOrNull(end?.endedAtMs ?? null),
    retainedUntil: end === null ? null : time(retainedUntilMs(record, end)),
    error: facts.unmet === null ? null : unmetProblem(facts.unmet, at.paths),
    links: jobLinks({ ...envelope, id: record.id, status: at.status, isOpen: record.phase === 'open' }, at.paths),
  }
}

function progressView(record: JobRecord, at: { ended: number; facts: JobFacts; nowMs: number }): Job['progress'] {
  const { facts } = at
  const eta = facts.etaSeconds
  if (record.total === 0 || record.phase === 'open' || (facts.startedAtMs === null && eta === null)) return null
  return {
    ratio: at.ended / record.total,
    itemsPerSecond: round(facts.itemsPerSecond),
    etaSeconds: eta === null ? null : round(eta),
    estimatedEndAt: eta === null ? null : time(at.nowMs + eta * 1000),
    decidedBy: facts.decidedBy === null ? null : decisionView(facts.decidedBy),
  }
}

function decisionView({
  constraint,
  items,
  itemsPerSecond,
  untilMs,
  reason,
}: EstimateDecision): NonNullable<NonNullable<Job['progress']>['decidedBy']> {
  const speed = itemsPerSecond === null ? null : round(itemsPerSecond)
  return { constraint, items, itemsPerSecond: speed, until: timeOrNull(untilMs), reason }
}

function jobRetryView({ maxAttempts, backoff, rules }: JobRetry): NonNullable<Job['retry']> {
  return {
    ...(maxAttempts !== undefined && { maxAttempts }),
    ...(backoff !== undefined && { backoff: { ...backoff } }),
    ...(rules !== undefined && { rules: writeRules(rules) }),
  }
}

/** The last moment a year of four digits can name: what is kept longer is kept for ever. */
const LAST_TIME_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

function retainedUntilMs(record: JobRecord, end: JobEnd): number {
  return Math.min(end.endedAtMs + record.envelope.retainForSeconds * 1000, LAST_TIME_MS)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** A wall time in ms as RFC 3339 text. */
export function time(ms: number): string {
  return new Date(ms).toISOString()
}

export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : time(ms)
}

/** A job as it was shown under one version; every answer, ETag and event of that version shows this. */
export interface JobSnapshot {
  readonly id: JobId
  readonly subscription: string
  readonly version: number
  readonly status: JobStatus
  readonly done: boolean
  readonly job: Job
  /** `job`, serialized once. */
  readonly json: string
  /** Weak entity tag (RFC 9110, 8.8.3) with quotes. */
  readonly etag: string
  /** For `Retry-After`; null: leave it out. */
  readonly retryAfterSeconds: number | null
}

/** A client is asked to poll again after a quarter of the estimate, at most after this. */
const MAX_RETRY_AFTER_SECONDS = 30

/** Fixes what one version of a job shows. */
export function snapshotOf(job: Job, record: JobRecord): JobSnapshot {
  const eta = job.progress?.etaSeconds ?? null
  const retryAfter = eta === null || job.done ? 0 : Math.min(MAX_RETRY_AFTER_SECONDS, Math.ceil(eta / 4))
  return {
    id: record.id,
    subscription: record.subscription,
    version: job.version,
    status: job.status,
    done: job.done,
    job,
    json: JSON.stringify(job),
    etag: `W/"${job.version}"`,
    retryAfterSeconds: retryAfter >= 1 ? retryAfter : null,
  }
}
