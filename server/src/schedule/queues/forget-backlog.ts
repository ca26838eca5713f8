import type { Backlog } from './backlog.ts'
import { ItemState } from './item-table.ts'
import type { JobLine } from './lines.ts'

/** Takes a backlog that is of no use any more out of everything that is shared: its items and calls are not counted, and nobody calls it. */
export function forgetBacklog(backlog: Backlog): void {
  backlog.forgotten = true
  backlog.pendingItems = 0
  for (const job of backlog.jobs()) if (job.live.inFlight > 0) forgetCalls(backlog, job)
  for (const { subscriptions } of backlog.channels.values())
    for (const line of subscriptions.values()) line.share.forget(line)
}

/** Items that had no outcome when their channel was given up run again: their calls have ended here. */
function forgetCalls({ partitions: { items } }: Backlog, { handleOf, subscription }: JobLine): void {
  for (const handle of handleOf)
    if (handle > 0 && items.state(handle - 1) === ItemState.leading) subscription.share.callEnded()
}
