import { BUILT_IN_GRACE_MS } from '../../../model/longest-call.ts'
import { WEBHOOK_TIMEOUT_MS } from '../../../model/webhook-endpoint.ts'
import type { Transaction } from '../thread/transaction.ts'
import type { WriteDeps } from './write-deps.ts'

/** A webhook is called for so long at most, ms. */
export const LONGEST_WEBHOOK_MS = WEBHOOK_TIMEOUT_MS + BUILT_IN_GRACE_MS

/** Makes durable how long a call may take, with what lets it be made: as of `ServerStore.coverCalls`. */
export function coverCalls(
  { serverId }: Pick<WriteDeps, 'serverId'>,
  transaction: Transaction,
  longestMs: number,
): void {
  transaction.run(COVER, serverId, longestMs)
}

const COVER = `UPDATE waybill.servers SET longest_call_ms = greatest(longest_call_ms, $2)
  WHERE id = $1 AND coalesce(longest_call_ms < $2, true)`
