import type { JobEnd, JobPhase, JobRecord, StopMark } from './job.ts'

/*
 * The phases of a job, and the only functions that change a job's record. Every other file sees its fields as readonly.
 *
 *              seal, due at once
 *       +---------------------------------+
 *       |                                 v
 *    +------+  seal  +---------+ open +----------+  end  +-------+
 *    | open |------->| waiting |----->| eligible |------>| ended |
 *    +------+        +---------+      +----------+       +-------+
 *       |                 |                                  ^
 *       +-----------------+--------- stop, then end ---------+
 *
 * A job is published as `open` (`open: true`), `waiting` (complete, but not due or blocked), `eligible` (due), or `ended` (nothing of it can
 * be delivered).
 *
 * `append` leaves a job open. `pause`, `resume`, `release` and `stop` (a cancel or an expiry) leave the phase as it is; an eligible job
 * that is stopped ends when its running calls have. The first stop mark stays. An ended record never changes.
 *
 * Each function is called once the change is durable, in the tick of the store's answer.
 */

/** Changes of a job, each with the phases in which it may happen. */
const phasesBefore = {
  append: ['open'],
  seal: ['open'],
  open: ['waiting'],
  pause: ['open', 'waiting', 'eligible'],
  resume: ['open', 'waiting', 'eligible'],
  release: ['open', 'waiting', 'eligible'],
  stop: ['open', 'waiting', 'eligible'],
  end: ['open', 'waiting', 'eligible'],
} as const satisfies Record<string, readonly JobPhase[]>

type JobChange = keyof typeof phasesBefore

type Writable<T> = { -readonly [Field in keyof T]: T[Field] }

/**
 * Gives a new job its place in the order of eligible jobs.
 * @param eligibleSeq 0 unless it is published as eligible
 * @throws Error it has its place
 */
export function markPublished(record: JobRecord, eligibleSeq: number): void {
  if (record.eligibleSeq !== 0)
    throw new Error(
      `Cannot publish job ${record.id} as it must have no place in the order: current place is ${record.eligibleSeq}`,
    )
  const job: Writable<JobRecord> = record
  job.eligibleSeq = eligibleSeq
}

/** An open job has more items, or an append found all of its items stored. @throws Error it is not open */
export function markAppended(record: JobRecord, part: Pick<JobRecord, 'total' | 'touchedAtMs'>): void {
  const job = writable(record, 'append')
  if (part.total < record.total)
    throw new Error(
      `Cannot append to job ${record.id} as total must be >= ${record.total}: current value is ${part.total}`,
    )
  job.total = part.total
  job.touchedAtMs = part.touchedAtMs
}

/** An open job is complete. @throws Error it is not open */
export function markSealed(
  record: JobRecord,
  seal: { readonly phase: 'waiting' | 'eligible'; readonly sealedAtMs: number; readonly eligibleSeq: number },
): void {
  const job = writable(record, 'seal')
  job.phase = seal.phase
  job.sealedAtMs = seal.sealedAtMs
  job.eligibleSeq = seal.eligibleSeq
}

/** A waiting job has its place in the order of eligible jobs. @throws Error it does not wait */
export function markEligible(record: JobRecord, eligibleSeq: number): void {
  const job = writable(record, 'open')
  job.phase = 'eligible'
  job.eligibleSeq = eligibleSeq
}

/** Nothing of a job starts until it is resumed. @throws Error it has ended */
export function markPaused(record: JobRecord, pausedAtMs: number): void {
  writable(record, 'pause').pausedAtMs = pausedAtMs
}

/** @throws Error it has ended */
export function markResumed(record: JobRecord): void {
  writable(record, 'resume').pausedAtMs = null
}

/** A job waits for no other job any more. @throws Error it has ended */
export function markReleased(record: JobRecord, releasedAtMs: number): void {
  writable(record, 'release').releasedAtMs = releasedAtMs
}

/** No further item of a job may start. @throws Error it has ended, or was stopped before: the first mark counts */
export function markStopped(record: JobRecord, mark: StopMark): void {
  const job = writable(record, 'stop')
  if (record.stop !== null)
    throw new Error(`Cannot stop job ${record.id} as it must not be stopped: current mark is ${record.stop.reason}`)
  job.stop = mark
}

/** A job ended: its record changes no more. @throws Error it ended before */
export function markEnded(record: JobRecord, end: JobEnd): void {
  const job = writable(record, 'end')
  job.phase = 'ended'
  job.end = end
}

/** The record itself, for a change that is legal in its phase. */
function writable(record: JobRecord, change: JobChange): Writable<JobRecord> {
  const phases: readonly JobPhase[] = phasesBefore[change]
  if (!phases.includes(record.phase))
    throw new Error(
      `Cannot ${change} job ${record.id} as its phase must be ${phases.join(' or ')}: current phase is ${record.phase}`,
    )
  return record
}
