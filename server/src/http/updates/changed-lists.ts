import type { Job, UpdatedList } from '@waybill/spec'
import { changedLists, listedCounts, type ListedCounts, NOTHING_LISTED, updatedLists } from '@waybill/spec/rules'

/** Jobs whose counts are kept for a comparison; of others it is assumed that they changed. */
const MAX_COUNTED = 1000

/** Finds the lists of a subscription in which something may have changed, from its jobs as they are reported: no list is read. */
export class ChangedLists {
  readonly #changed = new Set<UpdatedList>()
  /** Of jobs that have not ended, as they were reported last. */
  readonly #counts = new Map<string, ListedCounts>()
  /** A job made since then, of which there are no counts, was not reported before; wall ms. */
  #countedSinceMs: number

  constructor(nowMs: number) {
    this.#countedSinceMs = nowMs
  }

  note(list: UpdatedList): void {
    this.#changed.add(list)
  }

  /** Notes a job that is reported. */
  noteJob(job: Job, nowMs: number): void {
    for (const list of changedLists(job, this.#countsOf(job))) this.note(list)
    this.#counts.delete(job.id)
    if (job.done) return
    this.#counts.set(job.id, listedCounts(job))
    if (this.#counts.size <= MAX_COUNTED) return
    const [oldest] = this.#counts.keys()
    this.#counts.delete(oldest!)
    this.#countedSinceMs = nowMs + 1
  }

  /** Notes that a job was deleted, with its failed items. */
  noteDeleted(): void {
    this.note('dead_letters')
    this.note('executions')
  }

  /** Takes what was noted since the last time. */
  take(): UpdatedList[] {
    const lists = updatedLists.filter((list) => this.#changed.has(list))
    this.#changed.clear()
    return lists
  }

  /** Null: not known. */
  #countsOf({ id, createdAt }: Job): ListedCounts | null {
    const known = this.#counts.get(id)
    if (known !== undefined) return known
    return Date.parse(createdAt) >= this.#countedSinceMs ? NOTHING_LISTED : null
  }
}
