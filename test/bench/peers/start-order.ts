/** The order that a run shows: items of one key are numbered in the order in which they were submitted. */
export interface OrderFaults {
  /** Starts of an item after a later item of its key had started. */
  readonly disorders: number
  /** Starts of an item that had started before. */
  readonly repeats: number
}

/**
 * Judges the order in which items started.
 * @param starts the numbers of the items, 0 and up, in the order of their starts
 * @param keys item n has key n modulo `keys`; null: each has a key of its own
 */
export function findOrderFaults(starts: Iterable<number>, keys: number | null): OrderFaults {
  const started = new Set<number>()
  const latestOfKey = new Map<number, number>()
  let disorders = 0
  let repeats = 0
  for (const item of starts) {
    if (started.has(item)) {
      repeats++
      continue
    }
    started.add(item)
    const key = keys === null ? item : item % keys
    const latest = latestOfKey.get(key) ?? -1
    if (item < latest) disorders++
    else latestOfKey.set(key, item)
  }
  return { disorders, repeats }
}
