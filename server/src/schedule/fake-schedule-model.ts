import type { JobRef } from '../model/ids.ts'
import type { LiveJob } from '../model/live-job.ts'
import { Verdict } from '../model/outcome-batch.ts'

interface ModelItem {
  readonly job: LiveJob
  readonly index: number
  readonly eligibleSeq: number
  /** Null: none. */
  readonly key: string | null
  /** handed: in a lot, or its outcome is not durable. dropped: its job was stopped before it was handed over. */
  state: 'waiting' | 'handed' | 'ended' | 'dropped'
  attempts: number
  retryAtMs: number
}

/**
 * What a scheduler may do, told in the plainest way: lists of objects, searched from end to end. It is told of everything that
 * happens and throws, with the name of the promise, as soon as one is broken.
 */
export class ScheduleModel {
  readonly #items = new Map<JobRef, ModelItem[]>()
  /** By key, in the order in which they must run. */
  readonly #queues = new Map<string | null, ModelItem[]>()
  readonly #stopped = new Set<LiveJob>()
  readonly #ended = new Set<LiveJob>()

  submitted(job: LiveJob, keys: readonly (string | null)[]): void {
    const { eligibleSeq } = job.record
    const fresh = { job, eligibleSeq, state: 'waiting', attempts: 0, retryAtMs: 0 } as const
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
  recovered(job: LiveJob, index: number, was: { ended: boolean; attempts: number; retryAtMs: number }): void {
    const item = this.#item(job.record.ref, index)
    item.state = was.ended ? 'ended' : 'waiting'
    item.attempts = was.attempts
    item.retryAtMs = was.retryAtMs
  }

  handed(ref: number, index: number, at: { nowMs: number; attempt: number }): void {
    const item = this.#item(ref as JobRef, index)
    const name = `${ref}/${index} (key ${item.key})`
    if (this.#stopped.has(item.job)) throw new Error(`${name} was handed over although its job was stopped`)
    if (item.state !== 'waiting') throw new Error(`${name} was handed over although it is ${item.state}`)
    if (item.attempts + 1 !== at.attempt) throw new Error(`${name} has attempt ${at.attempt} after ${item.attempts}`)
    if (at.nowMs < item.retryAtMs) throw new Error(`RTY-3: ${name} was handed over before its retry was due`)
    const other = this.#blocking(item)
    if (other?.state === 'handed')
      throw new Error(`ORD-1: ${name} was handed over beside ${other.job.record.ref}/${other.index}`)
    if (other !== undefined)
      throw new Error(`ORD-2, ORD-5: ${name} was handed over before ${other.job.record.ref}/${other.index}`)
    item.state = 'handed'
  }

  unstarted(ref: number, index: number): void {
    const item = this.#item(ref as JobRef, index)
    item.state = this.#stopped.has(item.job) ? 'dropped' : 'waiting'
  }

  /** @returns whether the item has ended by it */
  durable(ref: number, index: number, outcome: { verdict: number; retryAtMs: number }): boolean {
    const item = this.#item(ref as JobRef, index)
    if (item.state !== 'handed') throw new Error(`REC-1: ${ref}/${index} has an outcome although it is ${item.state}`)
    const again = outcome.verdict === Verdict.retry || outcome.verdict === Verdict.throttled
    item.attempts++
    item.retryAtMs = outcome.retryAtMs
    item.state = !again ? 'ended' : this.#stopped.has(item.job) ? 'dropped' : 'waiting'
    return !again
  }

  stopped(job: LiveJob): void {
    this.#stopped.add(job)
    for (const item of this.#items.get(job.record.ref)!) if (item.state === 'waiting') item.state = 'dropped'
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
    return this.#items.get(job.record.ref)!.filter(({ state }) => state === 'handed').length
  }

  /** Items that wait for a retry that is not due. */
  retrying(job: LiveJob, nowMs: number): number {
    return this.#items.get(job.record.ref)!.filter(({ state, retryAtMs }) => state === 'waiting' && retryAtMs > nowMs)
      .length
  }

  /** Every item ended or was dropped, and every stopped job was ended (or its last item was done by then). */
  get pending(): number {
    return [...this.#items.values()].flat().filter(({ state }) => state === 'waiting' || state === 'handed').length
  }

  /** Items that nothing but a channel holds back. */
  runnable(channel: string, nowMs: number): string[] {
    return [...this.#items.values()]
      .flat()
      .filter(
        (item) => item.state === 'waiting' && item.job.record.envelope.channel === channel && item.retryAtMs <= nowMs,
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
      if (other.state === 'waiting' || other.state === 'handed') return other
    }
    return undefined
  }

  #item(ref: JobRef, index: number): ModelItem {
    return this.#items.get(ref)![index]!
  }
}
