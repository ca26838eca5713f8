import type { JobRef } from '../../model/ids.ts'
import type { LiveJob } from '../../model/live-job.ts'
import { Verdict } from '../../model/outcome-batch.ts'
import type { ParkedDecision } from '../parked/parking.ts'

interface ModelItem {
  readonly job: LiveJob
  readonly index: number
  readonly eligibleSeq: number
  /** Null: none. */
  readonly key: string | null
  /**
   * handed: in a lot, or its outcome is not durable. ending: ends without a call, and that is not durable. dropped: its job was stopped
   * before it was dispatched.
   */
  state: 'waiting' | 'handed' | 'parked' | 'ending' | 'ended' | 'dropped'
  attempts: number
  retryAtMs: number
  parkedAtMs: number
  /** The decision on it; behind: it may go as one before it was skipped with its key; mustGo: it has to. */
  fate: 'none' | 'retry' | 'skip' | 'behind' | 'mustGo'
}

/**
 * A model of the scheduler in its simplest form: lists of objects, searched from end to end. It is notified of everything that
 * happens and throws, with the name of the promise, as soon as one is broken.
 */
export class ScheduleModel {
  readonly #items = new Map<JobRef, ModelItem[]>()
  /** By key, in the order in which they must run. */
  readonly #queues = new Map<string | null, ModelItem[]>()
  readonly #stopped = new Set<LiveJob>()
  readonly #ended = new Set<LiveJob>()
  readonly #probes = new Map<string, number>()

  submitted(job: LiveJob, keys: readonly (string | null)[]): void {
    const { eligibleSeq } = job.record
    const fresh = {
      job,
      eligibleSeq,
      state: 'waiting',
      attempts: 0,
      retryAtMs: 0,
      parkedAtMs: 0,
      fate: 'none',
    } as const
    const items = keys.map((key, index): ModelItem => ({ ...fresh, key, index }))
    this.#items.set(job.record.ref, items)
    for (const item of items) {
      const queue = this.#queues.get(item.key) ?? []
      queue.push(item)
      queue.sort((a, b) => a.eligibleSeq - b.eligibleSeq || a.index - b.index)
      this.#queues.set(item.key, queue)
    }
  }

  /** An item was tried, or ended, before this start. */
  recovered(
    job: LiveJob,
    index: number,
    was: { state: 'waiting' | 'parked' | 'ended'; attempts: number; retryAtMs: number },
  ): void {
    const item = this.#item(job.record.ref, index)
    item.state = was.state
    item.parkedAtMs = was.retryAtMs
    item.attempts = was.attempts
    item.retryAtMs = was.retryAtMs
  }

  handed(ref: number, index: number, at: { nowMs: number; attempt: number }): void {
    const item = this.#item(ref as JobRef, index)
    const name = `${ref}/${index} (key ${item.key})`
    if (this.#stopped.has(item.job)) throw new Error(`${name} was dispatched although its job was stopped`)
    if (item.state !== 'waiting') throw new Error(`${name} was dispatched although it is ${item.state}`)
    if (item.job.record.pausedAtMs !== null) throw new Error(`PAUSE: ${name} was dispatched although its job is paused`)
    if (item.fate === 'mustGo') throw new Error(`skip_key: ${name} was dispatched although its key was skipped`)
    if (item.attempts + 1 !== at.attempt) throw new Error(`${name} has attempt ${at.attempt} after ${item.attempts}`)
    if (at.nowMs < item.retryAtMs) throw new Error(`RTY-3: ${name} was dispatched before its retry was due`)
    const other = this.#blocking(item)
    if (other?.state === 'handed')
      throw new Error(`ORD-1: ${name} was dispatched beside ${other.job.record.ref}/${other.index}`)
    if (other?.state === 'parked')
      throw new Error(`ORD-4: ${name} was dispatched although ${other.job.record.ref}/${other.index} is parked`)
    if (other !== undefined)
      throw new Error(`ORD-2, ORD-5: ${name} was dispatched before ${other.job.record.ref}/${other.index}`)
    item.state = 'handed'
  }

  unstarted(ref: number, index: number): void {
    const item = this.#item(ref as JobRef, index)
    item.state = this.#stopped.has(item.job) ? 'dropped' : 'waiting'
  }

  /** @returns whether the item has ended by it */
  durable(ref: number, index: number, outcome: { verdict: number; retryAtMs: number }): boolean {
    const item = this.#item(ref as JobRef, index)
    if (item.state === 'ending') {
      if (outcome.verdict === Verdict.parked) return false // a key that is skipped: the decision
      const again = outcome.verdict === Verdict.retry
      item.state = !again ? 'ended' : this.#stopped.has(item.job) ? 'dropped' : 'waiting'
      item.retryAtMs = outcome.retryAtMs
      return !again
    }
    if (item.state !== 'handed') throw new Error(`REC-1: ${ref}/${index} has an outcome although it is ${item.state}`)
    const parked = outcome.verdict === Verdict.parked
    const again = outcome.verdict === Verdict.retry || outcome.verdict === Verdict.throttled
    item.attempts++
    item.retryAtMs = parked ? 0 : outcome.retryAtMs
    item.parkedAtMs = outcome.retryAtMs
    if (!again && !parked) item.state = 'ended'
    else item.state = this.#stopped.has(item.job) ? 'dropped' : parked ? 'parked' : 'waiting'
    return !again && !parked
  }

  /** Somebody decides. @returns how to take it back; null: the item is not parked */
  decided(ref: number, index: number, how: { decision: ParkedDecision; atRest: boolean }): (() => void) | null {
    const item = this.#item(ref as JobRef, index)
    if (item.state !== 'parked') return null
    if (how.decision === 'retry') {
      item.state = 'ending'
      item.fate = 'retry'
      return () => {
        item.state = 'parked'
        item.fate = 'none'
      }
    }
    item.fate = 'skip'
    item.state = 'ending'
    const fated = [item]
    const undo = (): void => {
      item.state = 'parked'
      for (const one of fated) one.fate = 'none'
    }
    if (how.decision !== 'skip_key' || item.key === null) return undo
    const { subscription, envelope } = item.job.record
    const queue = this.#queues.get(item.key)!
    for (const other of queue.slice(queue.indexOf(item) + 1)) {
      const { record } = other.job
      if (other.state !== 'waiting' || record.subscription !== subscription) continue
      if (record.envelope.channel !== envelope.channel || other.fate !== 'none') continue
      other.fate = how.atRest ? 'mustGo' : 'behind'
      fated.push(other)
    }
    return undo
  }

  /** The scheduler lets an item end without a call. */
  endedWithoutCall(ref: number, index: number, how: { verdict: number; nowMs: number; parkForMs: number }): void {
    const item = this.#item(ref as JobRef, index)
    const name = `${ref}/${index} (key ${item.key})`
    if (how.verdict === Verdict.cancelled) {
      if (item.state !== 'waiting') throw new Error(`skip_key: ${name} is cancelled although it is ${item.state}`)
      if (item.fate !== 'behind' && item.fate !== 'mustGo')
        throw new Error(`skip_key: ${name} is cancelled although nobody said so`)
    } else if (how.verdict === Verdict.retry) {
      if (item.state !== 'ending' || item.fate !== 'retry')
        throw new Error(`retry: ${name} is to be tried again although nobody said so`)
    } else {
      const isDecided = item.state === 'ending' && item.fate === 'skip'
      if (!isDecided && item.state !== 'parked')
        throw new Error(`skip: ${name} is skipped although it is ${item.state}`)
      if (!isDecided && how.nowMs < item.parkedAtMs + how.parkForMs)
        throw new Error(`skip: ${name} is skipped before its time`)
      const left = this.#queues
        .get(item.key)!
        .find((other) => other.fate === 'mustGo' && other.state === 'waiting' && this.#blocking(other) === item)
      if (left !== undefined) throw new Error(`skip_key: ${name} ends before ${left.job.record.ref}/${left.index}`)
    }
    item.state = 'ending'
    item.fate = 'none'
  }

  /** By job, then index. */
  parked(): { readonly ref: number; readonly index: number }[] {
    return [...this.#items.values()]
      .flat()
      .filter(({ state }) => state === 'parked')
      .map(({ job, index }) => ({ ref: job.record.ref, index }))
  }

  /** A probe starts; until the one before is over, or overdue, there must be no other. */
  probed(channel: string, nowUs: number, overdueUs: number): void {
    if (nowUs < (this.#probes.get(channel) ?? 0)) throw new Error(`CIRCUIT: two probes of ${channel} at once`)
    this.#probes.set(channel, overdueUs)
  }

  probeOver(channel: string): void {
    this.#probes.delete(channel)
  }

  stopped(job: LiveJob): void {
    this.#stopped.add(job)
    for (const item of this.#items.get(job.record.ref)!) {
      if (item.state === 'waiting' || item.state === 'parked') item.state = 'dropped'
    }
  }

  /** Makes all retries of a channel due now. */
  unblocked(channel: string): void {
    for (const items of this.#items.values())
      for (const item of items)
        if (item.state === 'waiting' && item.job.record.envelope.channel === channel) item.retryAtMs = 0
  }

  /** The scheduler says that a stopped job has come to its end. */
  jobEnded(job: LiveJob): void {
    if (!this.#stopped.has(job)) throw new Error(`Job ${job.record.ref} was ended although nobody stopped it`)
    if (this.#ended.has(job)) throw new Error(`Job ${job.record.ref} was ended twice`)
    if (this.inFlight(job) > 0)
      throw new Error(`Job ${job.record.ref} was ended although ${this.inFlight(job)} items are in flight`)
    this.#ended.add(job)
  }

  inFlight(job: LiveJob): number {
    return this.#items.get(job.record.ref)!.filter(({ state }) => state === 'handed' || state === 'ending').length
  }

  /** Items that wait for a retry that is not due. */
  retrying(job: LiveJob, nowMs: number): number {
    return this.#items.get(job.record.ref)!.filter(({ state, retryAtMs }) => state === 'waiting' && retryAtMs > nowMs)
      .length
  }

  /** Every item ended or was dropped, and every stopped job was ended (or its last item was done by then). */
  get pending(): number {
    return [...this.#items.values()].flat().filter(isPending).length
  }

  /** Items that nothing but a channel holds back. */
  runnable(channel: string, at: { nowMs: number; limited: readonly string[] }): string[] {
    return [...this.#items.values()]
      .flat()
      .filter(
        (item) =>
          item.state === 'waiting' &&
          item.job.record.envelope.channel === channel &&
          item.retryAtMs <= at.nowMs &&
          !at.limited.includes(item.job.record.subscription) &&
          item.job.record.pausedAtMs === null,
      )
      .filter((item) => this.#blocking(item) === undefined)
      .map((item) => `${item.job.record.ref}/${item.index}`)
  }

  unendedStopped(): number[] {
    return [...this.#stopped]
      .filter((job) => job.record.phase !== 'ended' && !this.#ended.has(job))
      .map((job) => job.record.ref)
  }

  /** The first item of the same key that must be done with before this one. */
  #blocking(item: ModelItem): ModelItem | undefined {
    if (item.key === null) return undefined
    for (const other of this.#queues.get(item.key)!) {
      if (other === item) return undefined
      if (isPending(other)) return other
    }
    return undefined
  }

  #item(ref: JobRef, index: number): ModelItem {
    return this.#items.get(ref)![index]!
  }
}

function isPending({ state }: ModelItem): boolean {
  return state !== 'ended' && state !== 'dropped'
}
