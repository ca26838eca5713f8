import { meetsRequirement } from '@waybill/spec/rules'
import type { JobId } from '../model/ids.ts'
import { type Dependency, type JobOutcome, requirements } from '../model/job.ts'

/** A dependency that can never be met any more: the job ended otherwise, or does not exist (null). */
export interface BrokenDependency {
  readonly dependency: Dependency
  readonly outcome: JobOutcome | null
}

/** Receives the end of the wait of a job. */
export interface DependencyListener {
  /** The dependencies of a job are met. */
  onMet(id: JobId): void
  /** A dependency of a job can never be met. */
  onBroken(id: JobId): void
}

interface Waiter {
  readonly id: JobId
  readonly listener: DependencyListener
  readonly unmet: Map<JobId, Dependency>
  broken: BrokenDependency | null
}

/**
 * The dependencies between jobs of all channels. A job whose dependencies are all met has none unmet; one of which a dependency broke never
 * becomes so by itself. Pure: ends of jobs are reported from outside, in any order and any number of times.
 */
export class Dependencies {
  readonly #waiters = new Map<JobId, Waiter>()
  /** Jobs by what they wait for. */
  readonly #behind = new Map<JobId, Set<Waiter>>()

  /** Adds a job that waits for others. Of two demands on the same job the stricter one counts. */
  add(id: JobId, dependencies: readonly Dependency[], listener: DependencyListener): void {
    const waiter: Waiter = { id, listener, unmet: new Map(), broken: null }
    this.#waiters.set(id, waiter)
    for (const dependency of dependencies) {
      const known = waiter.unmet.get(dependency.job)
      if (known !== undefined && strictnessOf(known) >= strictnessOf(dependency)) continue
      waiter.unmet.set(dependency.job, dependency)
      let behind = this.#behind.get(dependency.job)
      if (behind === undefined) this.#behind.set(dependency.job, (behind = new Set()))
      behind.add(waiter)
    }
  }

  /** Records that a job has ended, or (null) does not exist, and notifies those whose dependencies are all met, or that now wait for ever. */
  ended(id: JobId, outcome: JobOutcome | null): void {
    const met: Waiter[] = []
    const broken: Waiter[] = []
    const behind = this.#behind.get(id)
    this.#behind.delete(id)
    for (const waiter of behind ?? []) {
      const dependency = waiter.unmet.get(id)!
      const isMet = outcome !== null && meetsRequirement(outcome, dependency.require)
      if (isMet) {
        waiter.unmet.delete(id)
        if (waiter.unmet.size === 0) met.push(waiter)
      } else if (waiter.broken === null) {
        waiter.broken = { dependency, outcome }
        broken.push(waiter)
      }
    }
    for (const waiter of met) waiter.listener.onMet(waiter.id)
    for (const waiter of broken) waiter.listener.onBroken(waiter.id)
  }

  /** Whether a job waits for no other; also true for one that was never added. */
  isMet(id: JobId): boolean {
    return (this.#waiters.get(id)?.unmet.size ?? 0) === 0
  }

  /** The first jobs that a job waits for. */
  unmet(id: JobId, most: number): readonly JobId[] {
    return [...(this.#waiters.get(id)?.unmet.keys() ?? [])].slice(0, most)
  }

  /** Returns why a job waits for ever; null: it does not. */
  broken(id: JobId): BrokenDependency | null {
    return this.#waiters.get(id)?.broken ?? null
  }

  /** Removes a job's dependencies. */
  drop(id: JobId): void {
    const waiter = this.#waiters.get(id)
    if (waiter === undefined) return
    this.#waiters.delete(id)
    for (const dependency of waiter.unmet.keys()) {
      const behind = this.#behind.get(dependency)
      behind?.delete(waiter)
      if (behind?.size === 0) this.#behind.delete(dependency)
    }
  }
}

function strictnessOf({ require }: Dependency): number {
  return requirements.indexOf(require)
}
