import type { Job } from '@waybill/spec'
import type { WaitingCount } from '../model/item.ts'
import type { JobEnd, JobRecord, JobStatus } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'

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
  readonly reasons: readonly WaitingCount[]
}

/** Where a job is. */
export function jobStatus(record: JobRecord, live: LiveJob | undefined): JobStatus {
  if (record.phase === 'ended') return 'ended'
  if (record.stop !== null) return 'cancelling'
  if (record.phase === 'open') return 'open'
  return live !== undefined && (live.startedAtMs !== null || live.inFlight > 0) ? 'running' : 'pending'
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
    reasons: [],
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
  at: { status: JobStatus; version: number; nowMs: number },
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
    partitionBy: envelope.partitionBy,
    onInvalidItem: envelope.onInvalidItem,
    metadata: { ...envelope.metadata },
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
    waiting: facts.reasons.map((line) => ({ reason: line.reason, items: line.items, until: timeOrNull(line.untilMs) })),
    createdAt: time(record.createdAtMs),
    sealedAt: timeOrNull(record.sealedAtMs),
    startedAt: timeOrNull(facts.startedAtMs),
    lastProgressAt: timeOrNull(facts.lastProgressAtMs),
    endedAt: timeOrNull(end?.endedAtMs ?? null),
    error: null,
    links: linksOf(record),
  }
}

function progressView(record: JobRecord, at: { ended: number; facts: JobFacts; nowMs: number }): Job['progress'] {
  const { facts } = at
  if (facts.startedAtMs === null || record.total === 0 || record.phase === 'open') return null
  const eta = facts.etaSeconds
  return {
    ratio: at.ended / record.total,
    itemsPerSecond: round(facts.itemsPerSecond),
    etaSeconds: eta === null ? null : round(eta),
    estimatedEndAt: eta === null ? null : time(at.nowMs + eta * 1000),
  }
}

function linksOf(record: JobRecord): Job['links'] {
  const self = `/v1/jobs/${record.id}`
  return {
    self,
    items: `${self}/items`,
    results: `${self}/results`,
    resultsCsv: `${self}/results.csv`,
    events: `${self}/events`,
    cancel: `${self}/cancel`,
    ...(record.phase === 'open' && { seal: `${self}/seal` }),
    channel: `/v1/channels/${record.envelope.channel}`,
  }
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
