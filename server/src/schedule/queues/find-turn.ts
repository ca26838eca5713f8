import type { Turn } from '../../model/ports.ts'
import type { Backlog } from './backlog.ts'
import { ItemState, standsBehind } from './item-slots.ts'
import type { ChannelLine, JobLine } from './lines.ts'

/** Items that are walked over at most to find out how many come before one: about a millisecond. */
const MAX_STEPS = 100_000

/**
 * Counts what comes before an item that waits for its turn: in its key, or among what is ready of its job. What its channel calls meanwhile for
 * others follows from fair turns: jobs one by one, keys a call each. Null: the item is called, waits for something of its own, or too much
 * comes before it.
 */
export function findTurn(backlog: Backlog, job: JobLine, slot: number): Turn | null {
  const { partitions } = backlog
  const { items } = partitions
  const state = items.state(slot)
  const { channel } = job.subscription
  let jobs = 0
  for (const { ring } of channel.subscriptions.values()) jobs += ring.size
  if (state === ItemState.ready) {
    const position = job.readyBefore(items, slot, MAX_STEPS)
    if (position === null) return null
    return { position, ahead: Math.min(position * Math.max(1, jobs), Math.max(channel.ready - 1, position)) }
  }
  if (!standsBehind(state)) return null
  let position = 0
  for (let at = partitions.first(slot); at !== slot; at = items.next(at)) if (++position > MAX_STEPS) return null
  // Each item of its key before it takes a turn among what is ready of its job, between turns of other jobs.
  const round = Math.max(1, Math.min(channel.ready, job.live.ready * jobs))
  return { position, ahead: Math.max(position, Math.min(position * round, itemsOf(channel) - 1)) }
}

/** What a channel may have to call before the last of its items. */
function itemsOf(channel: ChannelLine): number {
  let items = 0
  for (const { counts } of channel.subscriptions.values())
    items += counts.ready + counts.behind + counts.inFlight + counts.retrying
  return items
}
