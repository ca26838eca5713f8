import type { Turn } from '../../model/ports.ts'
import type { Backlog } from './backlog.ts'
import { ItemState, standsBehind } from './item-slots.ts'
import type { ChannelLine, JobLine } from './lines.ts'

/** Items that are walked over at most to find out how many come before those asked about: about a millisecond. */
const MAX_STEPS = 100_000

/**
 * Counts what comes before items of a job that wait for their turn: in their key, or among what is ready of the job. What the channel calls
 * meanwhile for others follows from fair turns: jobs one by one, keys a call each. Left out are items that are called, wait for something of
 * their own, or that too much comes before: all that were asked about share one walk.
 *
 * @param handles of the same job
 */
export function findTurns(backlog: Backlog, job: JobLine, slots: readonly number[]): ReadonlyMap<number, Turn> {
  const { items } = backlog.partitions
  const { channel } = job.subscription
  let jobs = 0
  for (const { ring } of channel.subscriptions.values()) jobs += ring.size
  const turns = new Map<number, Turn>()
  const ready = slots.filter((slot) => items.state(slot) === ItemState.ready)
  for (const [slot, position] of job.readyBefore(items, ready, MAX_STEPS)) {
    const ahead = Math.min(position * Math.max(1, jobs), Math.max(channel.ready - 1, position))
    turns.set(slot, { position, ahead })
  }
  // Each item of its key before it takes a turn among what is ready of its job, between turns of other jobs.
  const round = Math.max(1, Math.min(channel.ready, job.live.ready * jobs))
  const last = itemsOf(channel) - 1
  for (const [slot, position] of placesInKeys(backlog, slots))
    turns.set(slot, { position, ahead: Math.max(position, Math.min(position * round, last)) })
  return turns
}

/** How many items of its key come before each that stands behind others. */
function placesInKeys({ partitions }: Backlog, slots: readonly number[]): Map<number, number> {
  const { items } = partitions
  const byFirst = new Map<number, Set<number>>()
  for (const slot of slots) {
    if (!standsBehind(items.state(slot))) continue
    const first = partitions.first(slot)
    const wanted = byFirst.get(first)
    if (wanted === undefined) byFirst.set(first, new Set([slot]))
    else wanted.add(slot)
  }
  const places = new Map<number, number>()
  let steps = 0
  for (const [first, wanted] of byFirst) {
    for (let at = first, position = 0; wanted.size > 0; at = items.next(at), position++) {
      if (wanted.delete(at)) places.set(at, position)
      if (++steps > MAX_STEPS) return places
    }
  }
  return places
}

/** Returns the number of items a channel may have to call before its last one. */
function itemsOf(channel: ChannelLine): number {
  let items = 0
  for (const { counts } of channel.subscriptions.values())
    items += counts.ready + counts.behind + counts.inFlight + counts.retrying
  return items
}
