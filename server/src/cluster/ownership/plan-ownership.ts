import {
  adoptionDelayMs,
  FALLBACK_LEASES,
  FALLBACK_STEP_MS,
  FENCE_STEP_MS,
  HANDOVER_GAP_MS,
  MAX_ADOPTIONS,
  MAX_DRAINED_TO_ONE,
  MAX_FALLBACK_STEPS,
  MAX_FENCE_STEPS,
  MIN_CLAIMED,
  RIGHT_FOR_MS,
  SOUND_AFTER_MS,
  SUSPECTED_LOSSES,
} from './ownership-delays.ts'
import type { OwnerRow, OwnersView, SeenServer } from './ownership-look.ts'
import type { Placement } from './rendezvous.ts'

/** All that one server knows after a look, or after an adoption has ended since the last one. */
export interface OwnershipLook {
  readonly me: number
  /** The own monotonic clock. */
  readonly nowMs: number
  readonly leaseMs: number
  /** Those that are not fenced, this one included; without it the plan is empty. */
  readonly servers: readonly SeenServer[]
  readonly placement: Placement
  readonly owners: OwnersView
  /** The channels that run here: since when, and by which term. */
  readonly running: ReadonlyMap<string, { readonly sinceMs: number; readonly term: number }>
  /** Those whose claim or load has not ended. */
  readonly adopting: ReadonlySet<string>
  /** Those that start no call any more, until their running calls have ended, and the server that gets each. */
  readonly releasing: ReadonlyMap<string, number | null>
  /** The terms of channels that this server has handed over: a row that still says otherwise was read before. */
  readonly given: ReadonlyMap<string, number>
  /** 0 up to 1. */
  readonly random: number
}

/** State of one server from one look to the next, of its own clock. Nothing of it is in the database. */
export interface OwnershipMemory {
  readonly deadSince: ReadonlyMap<number, number>
  readonly vacantSince: ReadonlyMap<string, { readonly term: number; readonly sinceMs: number }>
  /** Own channels that another server should have, and from when it may be given them. */
  readonly misplaced: ReadonlyMap<string, { readonly to: number; readonly dueMs: number }>
  readonly nextHandoverMs: number
}

export const NO_MEMORY: OwnershipMemory = {
  deadSince: new Map(),
  vacantSince: new Map(),
  misplaced: new Map(),
  nextHandoverMs: -Infinity,
}

export interface OwnershipPlan {
  readonly fence: readonly number[]
  /** To be claimed in one transaction, then loaded. */
  readonly claim: readonly string[]
  /** To be released when their running calls have ended, each to a server; null: there is none that could have it. */
  readonly release: readonly { readonly channel: string; readonly to: number | null }[]
  /** Own channels that have been sound for long enough: their count of lost owners is to be set to 0. */
  readonly sound: readonly string[]
  /** Channels that cost several owners in a row, and in how many ms this server, which is their right one, adopts them. */
  readonly suspected: readonly { readonly channel: string; readonly losses: number; readonly forMs: number }[]
}

const NOTHING: OwnershipPlan = { fence: [], claim: [], release: [], sound: [], suspected: [] }

/**
 * Decides for one server what it does about owners. It claims only what nobody owns or a fenced server owned, and gives away only what it owns itself: a channel
 * is never taken from a server that lives. Pure; nothing of it need succeed, as the next look begins with what there is then.
 */
export function planOwnership(
  look: OwnershipLook,
  memory: OwnershipMemory,
): { readonly plan: OwnershipPlan; readonly memory: OwnershipMemory } {
  const self = look.servers.find(({ id }) => id === look.me)
  if (self === undefined) return { plan: NOTHING, memory }
  const deadSince = deadSinceOf(look, memory)
  const fence = fencesOf(look, deadSince)
  const vacant = vacantOf(look)
  const vacantSince = vacantSinceOf(look, memory, vacant)
  if (self.draining) {
    const plan = { ...NOTHING, fence, release: drain(look) }
    return { plan, memory: { deadSince, vacantSince, misplaced: new Map(), nextHandoverMs: memory.nextHandoverMs } }
  }
  const { claim, suspected } = claimsOf(look, self, vacant, vacantSince)
  const misplaced = misplacedOf(look, memory)
  const release = handover(look, memory, misplaced)
  const nextHandoverMs = release.length > 0 ? look.nowMs + HANDOVER_GAP_MS : memory.nextHandoverMs
  return {
    plan: { fence, claim, release, sound: soundOf(look), suspected },
    memory: { deadSince, vacantSince, misplaced, nextHandoverMs },
  }
}

function deadSinceOf({ servers, nowMs }: OwnershipLook, memory: OwnershipMemory): ReadonlyMap<number, number> {
  const dead = servers.filter(({ isDead }) => isDead)
  return new Map(dead.map(({ id }) => [id, memory.deadSince.get(id) ?? nowMs]))
}

/** Each dead server is fenced by one other at first; the next in order does so if that one did not. A draining one, which is none of the candidates, is the last. */
function fencesOf({ me, nowMs, placement }: OwnershipLook, deadSince: ReadonlyMap<number, number>): number[] {
  return [...deadSince]
    .filter(([id, sinceMs]) => {
      const steps = Math.min(MAX_FENCE_STEPS, placement.rankOf(`fence ${id}`, me))
      return nowMs - sinceMs >= steps * FENCE_STEP_MS
    })
    .map(([id]) => id)
}

/** Channels that nobody owns, or that a server owned whose row is gone; not those of a dead one that is not fenced yet. */
function vacantOf({ servers, owners, running, adopting }: OwnershipLook): OwnerRow[] {
  const seen = new Set(servers.map(({ id }) => id))
  const vacant: OwnerRow[] = []
  const add = (row: OwnerRow): void => {
    const isOwn = (running.get(row.channel)?.term ?? -1) > row.term
    if (!isOwn && !adopting.has(row.channel)) vacant.push(row)
  }
  for (const row of owners.unowned) add(row)
  for (const [owner, rows] of owners.byServer) if (!seen.has(owner)) for (const row of rows) add(row)
  return vacant
}

function vacantSinceOf(
  { nowMs }: OwnershipLook,
  memory: OwnershipMemory,
  vacant: readonly OwnerRow[],
): OwnershipMemory['vacantSince'] {
  return new Map(
    vacant.map(({ channel, term }) => {
      const before = memory.vacantSince.get(channel)
      return [channel, before?.term === term ? before : { term, sinceMs: nowMs }]
    }),
  )
}

/** Owners in a row that a vacant channel has cost. One that had it only on paper lost nothing by it. */
function lossesOf({ owner, losses, isHandedOver }: OwnerRow): number {
  return owner === null || isHandedOver ? losses : losses + 1
}

function claimsOf(
  look: OwnershipLook,
  self: SeenServer,
  vacant: readonly OwnerRow[],
  vacantSince: OwnershipMemory['vacantSince'],
): Pick<OwnershipPlan, 'claim' | 'suspected'> {
  const { me, nowMs, leaseMs, placement, owners, running, adopting, given } = look
  const suspected: { channel: string; losses: number; forMs: number }[] = []
  const due: { channel: string; dueMs: number }[] = []
  // Given to this server, or claimed by it without an answer: they are in nobody else's hands.
  for (const { channel, term } of owners.byServer.get(me) ?? [])
    if (!running.has(channel) && !adopting.has(channel) && given.get(channel) !== term)
      due.push({ channel, dueMs: -Infinity })
  for (const row of vacant) {
    const { channel } = row
    if (!self.channels.has(channel)) continue
    const losses = lossesOf(row)
    const isRight = placement.rightOf(channel)?.id === me
    const openMs = vacantSince.get(channel)!.sinceMs + adoptionDelayMs(losses)
    // Far from it nobody's order is worked out: after the loss of many servers there are many channels.
    const isFar = !isRight && nowMs < openMs + FALLBACK_LEASES * leaseMs
    if (isFar) continue
    const dueMs = isRight ? openMs : openMs + fallbackMs(look, channel)
    if (isRight && losses >= SUSPECTED_LOSSES) suspected.push({ channel, losses, forMs: Math.max(0, dueMs - nowMs) })
    if (dueMs <= nowMs) due.push({ channel, dueMs })
  }
  due.sort((a, b) => (a.dueMs === b.dueMs ? 0 : a.dueMs - b.dueMs))
  const capacity = MAX_ADOPTIONS - adopting.size
  // Several in a transaction: after the loss of half the servers, the commits of claims are what the database has most of.
  const claim = capacity < MIN_CLAIMED ? [] : due.slice(0, capacity).map(({ channel }) => channel)
  return { claim, suspected }
}

/** Time after which a server that is not the right one claims a channel: the second first, then one after the other. */
function fallbackMs({ me, leaseMs, placement }: OwnershipLook, channel: string): number {
  const rank = placement.ranked(channel).findIndex(({ id }) => id === me)
  const steps = rank === -1 ? MAX_FALLBACK_STEPS : Math.min(MAX_FALLBACK_STEPS, rank - 1)
  return FALLBACK_LEASES * leaseMs + steps * FALLBACK_STEP_MS
}

function misplacedOf({ nowMs, me, placement, running, random }: OwnershipLook, memory: OwnershipMemory) {
  const misplaced = new Map<string, { to: number; dueMs: number }>()
  for (const channel of running.keys()) {
    const to = placement.rightOf(channel)?.id ?? me
    if (to === me) continue
    const before = memory.misplaced.get(channel)
    // Jitter: all servers have seen the new one at the same time.
    const dueMs = nowMs + RIGHT_FOR_MS + random * HANDOVER_GAP_MS
    misplaced.set(channel, before?.to === to ? before : { to, dueMs })
  }
  return misplaced
}

/** The channel that has been misplaced for longest, if it is time for one. */
function handover(
  look: OwnershipLook,
  memory: OwnershipMemory,
  misplaced: OwnershipMemory['misplaced'],
): { channel: string; to: number }[] {
  if (look.nowMs < memory.nextHandoverMs || look.releasing.size > 0) return []
  let first: { channel: string; to: number; dueMs: number } | null = null
  for (const [channel, { to, dueMs }] of misplaced) {
    if (dueMs > look.nowMs || dueMs >= (first?.dueMs ?? Infinity)) continue
    if (onTheWayTo(look, to) < MAX_ADOPTIONS) first = { channel, to, dueMs }
  }
  return first === null ? [] : [{ channel: first.channel, to: first.to }]
}

/** Channels that a server was given, by anybody, and has not claimed yet. */
function onTheWayTo({ owners, releasing }: OwnershipLook, to: number): number {
  let count = 0
  for (const { isHandedOver } of owners.byServer.get(to) ?? []) if (isHandedOver) count++
  for (const target of releasing.values()) if (target === to) count++
  return count
}

/** All own channels, those that the others can take now: until then each keeps running here. */
function drain(look: OwnershipLook): { channel: string; to: number | null }[] {
  const { me, placement, owners, running, adopting, releasing, given } = look
  const counts = new Map<number, number>()
  const countOf = (to: number): number => {
    const count = counts.get(to) ?? onTheWayTo(look, to)
    counts.set(to, count)
    return count
  }
  const release: { channel: string; to: number | null }[] = []
  for (const { channel, term } of owners.byServer.get(me) ?? []) {
    if (releasing.has(channel) || adopting.has(channel) || given.get(channel) === term) continue
    const ranked = running.has(channel) ? placement.ranked(channel).filter(({ id }) => id !== me) : []
    const target = ranked.find(({ id }) => countOf(id) < MAX_DRAINED_TO_ONE)
    // All of them are busy adopting: it waits. One that was never adopted here has nothing to note, and is left to the right server.
    if (target === undefined && ranked.length > 0) continue
    release.push({ channel, to: target?.id ?? null })
    if (target !== undefined) counts.set(target.id, countOf(target.id) + 1)
  }
  return release
}

function soundOf({ me, nowMs, owners, running }: OwnershipLook): string[] {
  return (owners.byServer.get(me) ?? [])
    .filter(({ channel, losses }) => losses > 0 && nowMs - (running.get(channel)?.sinceMs ?? nowMs) >= SOUND_AFTER_MS)
    .map(({ channel }) => channel)
}
