/** What one call to a peer takes in. */
const BATCH_ITEMS = 1000

export function* batchesOf(items) {
  for (let at = 0; at < items.length; at += BATCH_ITEMS) yield items.slice(at, at + BATCH_ITEMS)
}
