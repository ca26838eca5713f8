import type { JobWebhook } from './job-webhook.ts'
import type { JobRetry } from '@waybill/spec/rules'
import type { JobId, JobRef } from './ids.ts'

/** The action of a job's items; an item may override it. */
export const actions = ['create', 'update', 'delete'] as const
export type Action = (typeof actions)[number]

/** Where a job is; equal to the spec's `JobStatus` (a type test proves it). */
export const jobStatuses = [
  'open',
  'scheduled',
  'blocked',
  'pending',
  'running',
  'paused',
  'cancelling',
  'ended',
] as const
export type JobStatus = (typeof jobStatuses)[number]

/** How a job ended; equal to the spec's `JobOutcome`. */
export const jobOutcomes = ['succeeded', 'partial', 'failed', 'cancelled', 'expired'] as const
export type JobOutcome = (typeof jobOutcomes)[number]

/** The ordering of a job's items: a JSON Pointer (RFC 6901) into the item, or one of three words. */
export type PartitionBy = 'item' | 'job' | 'none' | `/${string}`

/** The conditions on a job that another one waits for, the loosest first. */
export const requirements = ['ended', 'finished', 'succeeded'] as const

/** Where a request names no requirement; what is stored always names one. */
export const DEFAULT_REQUIREMENT = 'finished'

/** Another job that must have met a requirement before this one's items take their places. */
export interface Dependency {
  readonly job: JobId
  readonly require: (typeof requirements)[number]
}

/** A job's envelope after validation, with its defaults filled in; immutable from acceptance on. */
export interface Envelope {
  readonly channel: string
  readonly objectType: string
  readonly action: Action
  readonly source: string | null
  readonly partitionBy: PartitionBy
  readonly onInvalidItem: 'reject' | 'fail'
  readonly metadata: Readonly<Record<string, string>>
  /** The workflow it belongs to; null: none. */
  readonly executionId: string | null
  /** Earliest start of its items, wall ms; null: at once. */
  readonly runAtMs: number | null
  /** When what is left of it is cancelled, wall ms; null: never. */
  readonly deadlineAtMs: number | null
  readonly dependsOn: readonly Dependency[]
  /** The action after the last attempt of an item. */
  readonly onExhausted: 'fail' | 'park'
  readonly retry: JobRetry | null
  /** How long it is kept after its end, in seconds. */
  readonly retainForSeconds: number
  /** Where its own events go. @default nowhere */
  readonly webhook?: JobWebhook
}

/** A durable mark that no further item of the job may start; the reason decides the outcome. */
export interface StopMark {
  readonly reason: 'cancelled' | 'expired'
  /** Wall time in ms. */
  readonly atMs: number
}

/** How a job ended, durable in the same transaction as its last outcome. */
export interface JobEnd {
  readonly outcome: JobOutcome
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  readonly startedAtMs: number | null
  readonly lastProgressAtMs: number | null
  readonly endedAtMs: number
  /** The snapshot version that shows the end; larger than every version shown before. */
  readonly version: number
}

export type JobPhase = 'open' | 'waiting' | 'eligible' | 'ended'

/** A job as the store keeps it. Times are wall times in ms since the Unix epoch. */
export interface JobRecord {
  readonly ref: JobRef
  readonly id: JobId
  readonly subscription: string
  readonly envelope: Envelope
  /**
   * `open`: takes parts; `waiting`: complete, but its time has not come or a dependency is unmet, it holds no key; `eligible`: its items
   * have their places; `ended`: nothing changes any more.
   */
  readonly phase: JobPhase
  /** Items stored; for an open job the next index. */
  readonly total: number
  /** Place in the order of eligible jobs (ORD-5); 0 while open. */
  readonly eligibleSeq: number
  readonly createdAtMs: number
  /** Last append or creation; an open job untouched for 24 h expires. */
  readonly touchedAtMs: number
  readonly sealedAtMs: number | null
  readonly stop: StopMark | null
  /** Since when it is paused, wall ms; null: it is not. A paused job keeps its places and starts nothing. */
  readonly pausedAtMs: number | null
  /** When its unmet dependencies were dropped by a call, wall ms; null: they were not. */
  readonly releasedAtMs: number | null
  /** The job whose items it tries again. */
  readonly retryOf: JobId | null
  /** The W3C `traceparent` of the request that made it; null: it had none. */
  readonly traceparent: string | null
  /** The W3C `tracestate` of that request, at most 512 characters; null: it had none. */
  readonly tracestate: string | null
  /** Its calls are part of the trace of that request; else each is a trace of its own. */
  readonly continuesTrace: boolean
  readonly end: JobEnd | null
}
