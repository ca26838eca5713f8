import type { Envelope, MockItem, MockJob } from '../engine/mock-job.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import type { ReadItem } from '../read/read-items.ts'

export interface NewJob {
  readonly envelope: Envelope
  readonly items: readonly ReadItem[]
  readonly open: boolean
  readonly idempotencyKey?: string | null
  readonly retryOf?: string
  readonly traceparent?: string | null
}

/** Makes a job and lets it begin its way. */
export function makeJob(world: Pick<MockWorld, 'clock' | 'book' | 'lifeCycle'>, draft: NewJob): MockJob {
  const job = draftJob(world, draft)
  world.lifeCycle.accept(job)
  return job
}

/** Makes a job that is nowhere kept. */
export function draftJob(world: Pick<MockWorld, 'clock' | 'book'>, draft: NewJob): MockJob {
  const nowMs = world.clock.nowMs()
  const job: MockJob = {
    id: world.book.newId(),
    envelope: draft.envelope,
    items: [],
    createdAtMs: nowMs,
    retryOf: draft.retryOf ?? null,
    traceparent: draft.traceparent ?? null,
    idempotencyKey: draft.idempotencyKey ?? null,
    phase: draft.open ? 'open' : 'waiting',
    eligibleSeq: 0,
    stop: null,
    isDue: (draft.envelope.runAtMs ?? 0) <= nowMs,
    pausedAtMs: null,
    isReleased: false,
    sealedAtMs: draft.open ? null : nowMs,
    startedAtMs: null,
    lastProgressAtMs: null,
    endedAtMs: null,
    outcome: null,
    touchedAtMs: nowMs,
    isAppending: false,
    stoppedItems: 0,
    counts: { waiting: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 },
    held: [],
    cancels: [],
    watchers: new Set(),
    snapshot: null,
  }
  addItems(job, draft.items, nowMs)
  return job
}

/** Appends items to a job; invalid ones are rejected at ingest. */
export function addItems(job: MockJob, items: readonly ReadItem[], nowMs: number): void {
  for (const { input, id, partitionKey, error } of items) {
    const isInvalid = error !== null
    const item: MockItem = {
      job,
      index: job.items.length,
      input,
      id,
      partitionKey,
      status: isInvalid ? 'failed' : 'pending',
      attempts: 0,
      uncountedAttempts: 0,
      uncountedByDecision: 0,
      startedAtMs: null,
      endedAtMs: isInvalid ? nowMs : null,
      result: null,
      warnings: [],
      error,
      retriedAs: null,
      log: [],
      line: null,
      turn: 0,
      hold: null,
      cancelTimer: null,
    }
    if (isInvalid) {
      job.counts.failed++
      job.lastProgressAtMs = nowMs
    }
    job.items.push(item)
  }
}
