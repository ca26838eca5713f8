import type { ChunkBirths } from '../../store/store.ts'

/** Items that fail at birth written at once: a row each, of about 20 us. Commits of others wait behind it. */
export const BIRTHS_PER_WRITE = 250
/** What the map of a chunk costs, in items: it is read and written whole. */
const CHUNK_COST = 2

/** Groups of which each can be written in a few ms. */
export function* cutBirths(births: readonly ChunkBirths[]): Generator<readonly ChunkBirths[]> {
  let group: ChunkBirths[] = []
  let cost = 0
  for (const birth of births) {
    const more = birth.outcomes.count + CHUNK_COST
    if (group.length > 0 && cost + more > BIRTHS_PER_WRITE) {
      yield group
      group = []
      cost = 0
    }
    group.push(birth)
    cost += more
  }
  if (group.length > 0) yield group
}
