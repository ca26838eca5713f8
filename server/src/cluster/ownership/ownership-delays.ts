// Times of the policy of owners, ms, each with its reason. All are measured on the own monotonic clock.

/** Between two looks at the other servers: a twentieth of the default lease, so that a death is noticed about when it is certain. */
const LOOK_MS = 500
/** Looks are spread by so much of their distance, both ways: servers that began together do not ask together for ever. */
const LOOK_JITTER = 0.1
/** The longest time between looks that fail. A later one would begin the judgement of beats anew (half a lease), and make the outage longer. */
const MAX_LOOK_MS = 2000

/** A server adopts so many channels at once: loading is reading, and four reads fill the connections of the store's readers. */
export const MAX_ADOPTIONS = 4
/** It claims when so many more may be adopted: half of them, so that one that loads for long stops no other, and a transaction has more than one. */
export const MIN_CLAIMED = MAX_ADOPTIONS / 2

/**
 * The next server in the order of a dead one fences it after so long. A look and a fence take less; so one server fences, and not all that have seen the
 * death in the same second.
 */
export const FENCE_STEP_MS = 1000
/** After so many steps all that are left fence. */
export const MAX_FENCE_STEPS = 10

/** A channel that its right server leaves alone for so many leases may be claimed by another one: by then the death of the right one were known. */
export const FALLBACK_LEASES = 2
/** Then one after the other in the order of the channel: a claim and the look that shows it take less. */
export const FALLBACK_STEP_MS = 1000
/** After so many steps all that are left may: the bound of how long a channel is without an owner. */
export const MAX_FALLBACK_STEPS = 10

/** A server must be the right one for so long before it is given a channel: one that starts again and again gets nothing that it loses. */
export const RIGHT_FOR_MS = 30_000
/** Between two handovers of one server that stays: its other channels hardly notice, and 100 servers give a new one 33 channels a second at most. */
export const HANDOVER_GAP_MS = 3000

/** A server that drains gives one other server so many channels until it has adopted them: as many as that adopts between two looks, at 50 ms each. */
export const MAX_DRAINED_TO_ONE = 40

/** An owner that lives so long with a channel is not ended by it: its count of lost owners begins anew. */
export const SOUND_AFTER_MS = 60_000
/** A channel that cost so many owners in a row is suspected to end them (a module that exits, memory that no machine has). */
export const SUSPECTED_LOSSES = 2
/** The first delay of such a channel, doubled with each further owner: one lease, in which the server that it ended starts again. */
const FIRST_ADOPTION_DELAY_MS = 10_000
/** The longest: it costs six owners an hour, and a repaired channel continues within ten minutes. */
const MAX_ADOPTION_DELAY_MS = 600_000

/** Returns how long a channel without an owner waits for the next one, ms. @param losses owners in a row that ended while they had it */
export function adoptionDelayMs(losses: number): number {
  if (losses < SUSPECTED_LOSSES) return 0
  return Math.min(MAX_ADOPTION_DELAY_MS, FIRST_ADOPTION_DELAY_MS * 2 ** (losses - SUSPECTED_LOSSES))
}

/** Returns the time until the next look, ms. @param failures looks in a row that failed @param random 0 up to 1 */
export function lookDelayMs(failures: number, random: number): number {
  if (failures === 0) return LOOK_MS * (1 - LOOK_JITTER + 2 * LOOK_JITTER * random)
  // Half of it is random: after an outage of the database all servers come back.
  return Math.min(MAX_LOOK_MS, LOOK_MS * 2 ** failures) * (1 / 2 + random / 2)
}
