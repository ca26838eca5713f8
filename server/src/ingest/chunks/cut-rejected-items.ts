import type { RejectedItems } from '../../store/item-store.ts'

/** Items that are rejected at ingest written at once: a row each, of about 20 us. Commits of others wait behind it. */
export const REJECTED_PER_WRITE = 250
/** The cost of a chunk's map, in items: it is read and written whole. */
const CHUNK_COST = 2

/** Groups of which each can be written in a few ms. */
export function* cutRejectedItems(rejected: readonly RejectedItems[]): Generator<readonly RejectedItems[]> {
  let group: RejectedItems[] = []
  let cost = 0
  for (const rejectedItems of rejected) {
    const more = rejectedItems.outcomes.count + CHUNK_COST
    if (group.length > 0 && cost + more > REJECTED_PER_WRITE) {
      yield group
      group = []
      cost = 0
    }
    group.push(rejectedItems)
    cost += more
  }
  if (group.length > 0) yield group
}
