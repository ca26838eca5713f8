import type { Turn } from '../../model/ports.ts'
import type { Backlog } from './backlog.ts'
import { ItemState, standsBehind } from './item-table.ts'
import type { JobLine } from './lines.ts'

/** Items that are walked over at most to find out how many come before those asked about: about a millisecond. */
const MAX_STEPS = 100_000

/**
 * Counts what comes before items of a job that wait for their turn: in their key, or among what is ready of the job. What the channel calls
 * meanwhile for other jobs of the subscription follows from fair turns: jobs one by one, keys a call each. Other subscriptions are left out (SEC-1): what they take shows
 * in the speed of this one. Left out are items that are called, wait for something of
 * their own, or that too much comes before: all that were asked about share one walk.
 *
 * @param handles of the same job
 */
export function findTurns(backlog: Backlog, job: JobLine, handles: readonly number[]): ReadonlyMap<number, Turn> {
  const { items } = backlog.partitions
  const { ring, counts } = job.subscription
  const jobs = ring.size
  const turns = new Map<number, Turn>()
  const ready = handles.filter((handle) => items.state(handle) === ItemState.ready)
  for (const [handle, position] of job.readyBefore(items, ready, MAX_STEPS)) {
    const ahead = Math.min(position * Math.max(1, jobs), Math.max(counts.ready - 1, position))
    turns.set(handle, { position, ahead })
  }
  // Each item of its key before it takes a turn among what is ready of its job, between turns of other jobs.
  const round = Math.max(1, Math.min(counts.ready, job.live.ready * jobs))
  const last = counts.ready + counts.behind + counts.inFlight + counts.retrying - 1
  for (const [handle, position] of placesInKeys(backlog, handles))
    turns.set(handle, { position, ahead: Math.max(position, Math.min(position * round, last)) })
  return turns
}

/** How many items of its key come before each that stands behind others. */
function placesInKeys({ partitions }: Backlog, handles: readonly number[]): Map<number, number> {
  const { items } = partitions
  const byFirst = new Map<number, Set<number>>()
  for (const handle of handles) {
    if (!standsBehind(items.state(handle))) continue
    const first = partitions.first(handle)
    const wanted = byFirst.get(first)
    if (wanted === undefined) byFirst.set(first, new Set([handle]))
    else wanted.add(handle)
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
