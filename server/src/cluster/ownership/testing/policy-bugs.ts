import { MAX_ADOPTIONS } from '../ownership-delays.ts'
import type { OwnershipLook, OwnershipPlan } from '../plan-ownership.ts'
import { Placement } from '../rendezvous.ts'

/** A seeded fault of the policy. */
export type PolicyBug =
  /** Claims a channel of a living server, where it is the right one. */
  | 'steals'
  /** Adopts a channel at once, however many owners it has cost. */
  | 'no_delay'
  /** The right server is the one at a place of the list. */
  | 'list_position'
  /** Times of the policy are those of the wall clock. */
  | 'wall_clock'
  /** All fence, and all claim, as soon as they can. */
  | 'no_order'

/** Returns a plan as a policy with the fault makes it. */
export function faultyPlan(
  bug: PolicyBug,
  plan: OwnershipPlan,
  { me, owners, placement, running, adopting, servers }: OwnershipLook,
): OwnershipPlan {
  const seen = new Set(servers.map(({ id }) => id))
  const rows = [...owners.byServer].flatMap(([id, all]) => all.map((row) => ({ row, isLiving: seen.has(id) })))
  const isOpen = (channel: string): boolean => !running.has(channel) && !adopting.has(channel)
  const more = rows.filter(({ row, isLiving }) => {
    if (row.owner === me || !isOpen(row.channel)) return false
    const isRight = placement.rightOf(row.channel)?.id === me
    if (bug === 'steals') return isLiving && isRight
    if (bug === 'no_delay') return !isLiving && isRight
    return bug === 'no_order' && !isLiving
  })
  const claim = [...new Set([...plan.claim, ...more.map(({ row }) => row.channel)])].slice(0, MAX_ADOPTIONS)
  const dead = servers.filter(({ isDead }) => isDead).map(({ id }) => id)
  return { ...plan, claim, fence: bug === 'no_order' ? dead : plan.fence }
}

/** A seeded fault: every server that joins or leaves moves nearly all channels. */
export class ListPlacement extends Placement {
  override rightOf(channel: string) {
    const having = this.candidates.filter((one) => one.channels.has(channel))
    const at = [...channel].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % Math.max(1, having.length)
    return having[at] ?? null
  }
}
