import type { Backlog } from './backlog.ts'
import type { JobLine } from './lines.ts'
import { STEP_ITEMS } from './partitions.ts'

/** Stopped jobs whose items are being dropped, a bounded number in a step. */
export class DroppedJobs {
  readonly #backlog: Backlog
  /** How far each got. */
  readonly #entries: { readonly job: JobLine; index: number }[] = []

  constructor(backlog: Backlog) {
    this.#backlog = backlog
  }

  get empty(): boolean {
    return this.#entries.length === 0
  }

  add(job: JobLine): void {
    this.#entries.push({ job, index: 0 })
  }

  step(): void {
    const entry = this.#entries[0]
    if (entry === undefined) return
    entry.index = this.#backlog.dropStopped(entry.job, entry.index, STEP_ITEMS)
    if (entry.index >= entry.job.handleOf.length) this.#entries.shift()
    this.#backlog.touched.add(entry.job.subscription.channel)
  }
}
