import { type Candidate, Placement } from './rendezvous.ts'

/** A row of a server that is not fenced. */
export interface SeenServer extends Candidate {
  readonly draining: boolean
  /** Its lease is over, as this server has judged by its beats, and nobody has fenced it yet. */
  readonly isDead: boolean
}

/** A row of an owner. */
export interface OwnerRow {
  readonly channel: string
  /** Null: nobody, and the last owner ended its calls. */
  readonly owner: number | null
  readonly term: number
  /** Owners in a row that ended while they had it; the present one is not counted. */
  readonly losses: number
  /** The owner was given the channel and has not claimed it yet. */
  readonly isHandedOver: boolean
}

/** All rows of owners, by owner; made once for each change of any of them. */
export interface OwnersView {
  readonly byServer: ReadonlyMap<number, readonly OwnerRow[]>
  /** Without an owner, channels that never had one included. */
  readonly unowned: readonly OwnerRow[]
}

/** Groups rows of owners. @param channels those of the configuration: of those without a row one is made */
export function groupOwners(rows: readonly OwnerRow[], channels: Iterable<string>): OwnersView {
  const byServer = new Map<number, OwnerRow[]>()
  const unowned: OwnerRow[] = []
  const seen = new Set<string>()
  for (const row of rows) {
    seen.add(row.channel)
    if (row.owner === null) {
      unowned.push(row)
      continue
    }
    const own = byServer.get(row.owner)
    if (own === undefined) byServer.set(row.owner, [row])
    else own.push(row)
  }
  for (const channel of channels)
    if (!seen.has(channel)) unowned.push({ channel, owner: null, term: 0, losses: 0, isHandedOver: false })
  return { byServer, unowned }
}

/** Returns the placement among servers; the one before if nothing of it has changed, with all that it has worked out. */
export function placementOf(servers: readonly SeenServer[], before: Placement | null): Placement {
  const candidates = servers.filter(({ draining, isDead }) => !draining && !isDead).sort((a, b) => b.id - a.id)
  const isSame =
    before !== null &&
    before.candidates.length === candidates.length &&
    candidates.every(
      (one, at) => one.id === before.candidates[at]!.id && one.channels === before.candidates[at]!.channels,
    )
  return isSame ? before : new Placement(candidates)
}
