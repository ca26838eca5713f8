import type { ItemError } from '@waybill/spec'

/** What somebody can do about an item's error. */
export function adviceOf({ code, status, retryable }: Pick<ItemError, 'code' | 'status' | 'retryable'>): string {
  if (code === 'deadline_passed') return 'Submit the item again, with a later deadlineAt or none'
  if (code === 'invalid_item') return 'Correct the item where `pointer` says and submit it again'
  if (status === 429) return "Lower the channel's rateLimit to what the other side allows, then try the item again"
  if ((status ?? 0) >= 500) return 'The other side had an error of its own: try the item again when it is mended'
  return retryable
    ? 'Try the item again: the connector says that it may succeed'
    : 'Correct the item as the connector says and submit it again: the same would fail again'
}
