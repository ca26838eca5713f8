import { AsyncLocalStorage } from 'node:async_hooks'
import type { AuditEntry } from '../model/audit.ts'
import type { JobId } from '../model/ids.ts'
import type { StoredAct } from './audit-store.ts'

/**
 * A request that may change something, from its admission to its answer. The first write that is made on its behalf carries its entry, so that both
 * are durable or neither is. No stage knows of it: it follows the request through every `await`.
 */
export class AuditedAct {
  /** As it is stored if the request succeeds. */
  readonly entry: AuditEntry
  readonly #jobs = new Set<JobId>()
  #state: 'open' | 'carried' | 'over' = 'open'
  #stored: StoredAct | null = null

  constructor(entry: AuditEntry) {
    this.entry = entry
  }

  /** Jobs that it concerns and that neither its path nor its write names. */
  get jobs(): readonly JobId[] {
    return [...this.#jobs]
  }

  /** Notes that it concerns a job: it has an entry of its own there. */
  concern(job: JobId): void {
    this.#jobs.add(job)
  }

  /** Where its entries are durable; null: nowhere yet. */
  get stored(): StoredAct | null {
    return this.#stored
  }

  /** Hands the entry to a write. @returns false: another one has it, or the request is over */
  take(): boolean {
    if (this.#state !== 'open') return false
    this.#state = 'carried'
    return true
  }

  /** The write with its entry is durable. */
  becameDurable(stored: StoredAct): void {
    this.#stored = stored
  }

  /** Nothing of the write happened: the next one carries the entry. */
  notWritten(): void {
    if (this.#state === 'carried') this.#state = 'open'
  }

  /** The request is answered: work that it has left behind, such as timers, carries nothing. */
  end(): void {
    this.#state = 'over'
  }
}

const running = new AsyncLocalStorage<AuditedAct>()

/** Runs work on behalf of a request. */
export function runAct<T>(act: AuditedAct, work: () => T): T {
  return running.run(act, work)
}

/** Runs work that the server does by itself, such as at a deadline: its first write carries the entry. */
export function runServerAct<T>(entry: AuditEntry, work: () => T): T {
  return running.run(new AuditedAct(entry), work)
}

/** Runs work that a request needs and did not ask for: none of its writes carries the entry. */
export function runWithoutAct<T>(work: () => T): T {
  return running.exit(work)
}

/** Takes the entry of the request on whose behalf this runs; null: there is none, or a write has it. */
export function takeAct(): AuditedAct | null {
  const act = running.getStore()
  return act?.take() === true ? act : null
}
