import type { Backlog } from './backlog.ts'
import { standsBehind } from './item-table.ts'

/** Items that are walked over at most, for all items that are asked about: about a millisecond. */
const MAX_STEPS = 100_000

/**
 * Returns a function that counts how many items of a subscription stand behind an item in its key. It returns null as soon as all its calls together
 * have walked over more than `maxSteps` items.
 */
export function behindCounter(
  backlog: Backlog,
  subscription: string,
  maxSteps = MAX_STEPS,
): (handle: number) => number | null {
  const { items } = backlog.partitions
  let steps = 0
  return (handle) => {
    let count = 0
    // The queue of a key is a ring: behind its last item comes the first, which stands behind none.
    for (let at = items.next(handle); at !== handle && standsBehind(items.state(at)); at = items.next(at)) {
      if (++steps > maxSteps) return null
      // Hashes of keys collide: what another subscription has there is not counted (SEC-1).
      if (backlog.jobOf(at).subscription.name === subscription) count++
    }
    return count
  }
}
