import { ProblemError, type ProblemPlace } from '../../model/errors.ts'
import type { JobRef } from '../../model/ids.ts'
import { itemIdSeed } from '../../model/item-hashes.ts'
import type { JobRecord } from '../../model/job.ts'
import { writeKeyHash } from '../../model/key-hash.ts'
import { MAX_ERRORS_PER_PROBLEM } from '../../model/limits.ts'
import { StoredLines } from '../../progress/stored-lines.ts'
import type { TimeSlice } from '../../runtime/time-slice.ts'
import type { NewerItem } from '../../store/item-store.ts'
import type { IngestStore } from '../ingest-ports.ts'
import type { RetriableItem } from './retriable-items.ts'

/** Newer items that are looked at for one batch of items. */
const MAX_NEWER = 10_000

/** Items that must not be retried without confirmation: a newer one of the same object was submitted since and would be overwritten. */
export class StaleItems {
  readonly #store: Pick<IngestStore, 'findNewer' | 'readItems'>
  /** Items that are retried by the same request, in their order: they overwrite nothing. */
  readonly #together: ReadonlyMap<JobRef, ReadonlySet<number> | null>
  readonly #errors: ProblemPlace[] = []
  readonly #lines: StoredLines
  #count = 0

  constructor(
    { store, slice }: { readonly store: Pick<IngestStore, 'findNewer' | 'readItems'>; readonly slice: TimeSlice },
    selections: readonly { readonly old: JobRecord; readonly indexes: ReadonlySet<number> | null }[],
  ) {
    this.#store = store
    this.#lines = new StoredLines('item', slice)
    this.#together = new Map(selections.map(({ old, indexes }) => [old.ref, indexes]))
  }

  /** Stale items so far. */
  get count(): number {
    return this.#count
  }

  /** Looks for newer items than these of one job. */
  async look(old: JobRecord, items: readonly RetriableItem[]): Promise<void> {
    const { subscription, envelope, ref, eligibleSeq } = old
    const seed = itemIdSeed(envelope.objectType)
    const ids = new Uint32Array(items.length * 2)
    for (const [n, { id }] of items.entries()) writeKeyHash(seed, id, { out: ids, at: n * 2 })
    const newer = await this.#store.findNewer({
      ...{ subscription, channel: envelope.channel, objectType: envelope.objectType },
      ...{ afterSeq: eligibleSeq, except: ref, ids, limit: MAX_NEWER },
    })
    const stale = new Set<number>()
    for (const found of newer) {
      if (stale.has(found.of) || !(await this.#isNewer(found, { old, id: items[found.of]!.id }))) continue
      stale.add(found.of)
      this.#note(old, items[found.of]!, found)
    }
  }

  /** @throws ProblemError `stale` when there are such items, naming the newer ones */
  refuse(): void {
    const first = this.#errors[0]
    if (first === undefined) return
    throw new ProblemError({
      code: 'stale',
      detail: `Cannot retry items as newer ones must not have been submitted since: ${first.detail}`,
      errors: this.#errors,
      errorCount: this.#count,
    })
  }

  async #isNewer(found: NewerItem, { old, id }: { old: JobRecord; id: string }): Promise<boolean> {
    // A job that never became eligible has no place in the order: then those made after it are newer.
    if (old.eligibleSeq === 0 && found.ref < old.ref) return false
    if (this.#together.get(found.ref)?.has(found.index) === true) return false
    const page = await this.#store.readItems({ ref: found.ref, fromIndex: found.index, limit: 1 })
    const [item] = page.items
    if (item?.index !== found.index) return false
    await this.#lines.read(item.line)
    // Equal hashes of different ids are no reason to refuse; an invalid line, which was never delivered, has none.
    return this.#lines.line.id === id
  }

  #note(old: JobRecord, item: RetriableItem, newer: NewerItem): void {
    this.#count++
    if (this.#errors.length >= MAX_ERRORS_PER_PROBLEM) return
    const id = JSON.stringify(item.id)
    this.#errors.push({
      detail: `item ${item.index} (${id}) of ${old.id} is older than item ${newer.index} of ${newer.jobId}`,
    })
  }
}
