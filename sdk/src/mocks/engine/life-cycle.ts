import type { ItemError, JobOutcome, Requirement } from '@waybill/spec'
import { createDeliveries, type Deliveries, type DeliveriesOptions } from './deliveries.ts'
import type { JobBook } from './job-book.ts'
import { limits } from './limits.ts'
import { jobOutcome, meetsRequirement } from '@waybill/spec/rules'
import { isItemEnded, type MockJob, remainingOf } from './mock-job.ts'

/** The way of a job from its acceptance to its end. */
export interface LifeCycle {
  /** A job that is new: it waits for its items, its time or other jobs, or takes its places. */
  accept(job: MockJob): void
  seal(job: MockJob): void
  pause(job: MockJob): void
  resume(job: MockJob): void
  release(job: MockJob): void
  /** Ends it early: what runs may finish. Does nothing on one that has ended or ends already. */
  stop(job: MockJob, reason: 'cancelled' | 'expired'): void
  readonly deliveries: Deliveries
}

export type LifeCycleOptions = Omit<DeliveriesOptions, 'onItemEnded' | 'book'> & {
  readonly book: JobBook
  /** A job is ended as its time is over. */
  onExpired(action: 'expireJob' | 'expireOpenJob', job: MockJob): void
}

const OPEN_JOB_IDLE_MS = limits.openJobIdleSeconds * 1000

const DEADLINE_PASSED: ItemError = {
  code: 'deadline_passed',
  origin: 'engine',
  title: 'The deadline has passed',
  status: null,
  detail: "The job's deadlineAt came before this item had ended",
  retryable: true,
  pointer: null,
}

export function createLifeCycle(options: LifeCycleOptions): LifeCycle {
  const { clock, book } = options
  const deliveries = createDeliveries({ ...options, onItemEnded: endIfOver })
  let eligibleSeq = 0

  /** Lets the job take its places as soon as nothing is left to wait for. */
  function look(job: MockJob): void {
    if (job.phase !== 'waiting' || job.stop !== null) return
    const { dependsOn } = job.envelope
    const isMet = job.isReleased || dependsOn.every(({ job: id, require }) => isDependencyMet(id, require))
    if (job.isDue && isMet) {
      job.phase = 'eligible'
      job.eligibleSeq = ++eligibleSeq
      deliveries.takePlaces(job)
      endIfOver(job)
    }
    book.changed(job)
  }

  function becomeDue(job: MockJob): void {
    job.isDue = true
    look(job)
  }

  function isDependencyMet(id: string, require: Requirement): boolean {
    const outcome = book.outcomeOf(id)
    // One that is kept no longer has ended: only how it ended is not known.
    if (outcome === undefined) return require === 'ended'
    return outcome !== null && meetsRequirement(outcome, require)
  }

  function endIfOver(job: MockJob): void {
    const isOver = job.phase === 'eligible' || job.stop !== null
    if (!isOver || job.phase === 'ended' || remainingOf(job) > 0) return
    job.outcome = outcomeOf(job)
    job.phase = 'ended'
    job.endedAtMs = clock.nowMs()
    for (const cancel of job.cancels.splice(0)) cancel()
    book.changed(job)
    for (const other of book.all()) {
      if (other.envelope.dependsOn.some((dependency) => dependency.job === job.id)) look(other)
    }
  }

  function accept(job: MockJob): void {
    const { runAtMs, deadlineAtMs } = job.envelope
    const nowMs = clock.nowMs()
    book.add(job)
    if (deadlineAtMs !== null) job.cancels.push(clock.after(deadlineAtMs - nowMs, () => expire(job, 'expireJob')))
    // Not by the clock once more: a timer may be a millisecond before it, and nobody would look again.
    if (!job.isDue && runAtMs !== null) job.cancels.push(clock.after(runAtMs - nowMs, () => becomeDue(job)))
    if (job.phase === 'open') expireWhenIdle(job)
    look(job)
  }

  /** An open job that nobody continues ends. */
  function expireWhenIdle(job: MockJob): void {
    const idleMs = clock.nowMs() - job.touchedAtMs
    if (job.phase !== 'open') return
    if (idleMs >= OPEN_JOB_IDLE_MS) expire(job, 'expireOpenJob')
    else job.cancels.push(clock.after(OPEN_JOB_IDLE_MS - idleMs, () => expireWhenIdle(job)))
  }

  function expire(job: MockJob, action: 'expireJob' | 'expireOpenJob'): void {
    if (job.phase === 'ended' || job.stop !== null) return
    options.onExpired(action, job)
    stop(job, 'expired')
  }

  function stop(job: MockJob, reason: 'cancelled' | 'expired'): void {
    if (job.phase === 'ended' || job.stop !== null) return
    job.stop = reason
    job.stoppedItems = job.items.filter((item) => !isItemEnded(item) && item.status !== 'running').length
    const error = reason === 'expired' && job.envelope.deadlineAtMs !== null ? DEADLINE_PASSED : undefined
    for (const item of job.items) if (!isItemEnded(item)) deliveries.drop(item, 'cancelled', error)
    endIfOver(job)
    book.changed(job)
  }

  return {
    accept,
    seal(job) {
      job.phase = 'waiting'
      job.sealedAtMs = clock.nowMs()
      look(job)
    },
    pause(job) {
      job.pausedAtMs ??= clock.nowMs()
      book.changed(job)
    },
    resume(job) {
      job.pausedAtMs = null
      deliveries.unhold(job)
      book.changed(job)
    },
    release(job) {
      job.isReleased = true
      look(job)
    },
    stop,
    deliveries,
  }
}

function outcomeOf({ items, counts, stop, stoppedItems, phase }: MockJob): JobOutcome {
  const wasOpen = phase === 'open'
  return jobOutcome({ total: items.length, succeeded: counts.succeeded, stopped: stoppedItems, reason: stop, wasOpen })
}
