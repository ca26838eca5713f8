import type { OwnerRow, OwnersView } from '../ownership-look.ts'

interface ServerRow {
  readonly id: number
  readonly address: string
  readonly channels: ReadonlySet<string>
  beat: number
  draining: boolean
  /** Database time; null: not fenced. */
  fencedAtMs: number | null
}

interface StoredOwner extends OwnerRow {
  readonly quietUntilMs: number
}

export interface TablesLook {
  readonly servers: readonly Omit<ServerRow, 'fencedAtMs'>[]
  readonly owners: OwnersView
  /** As they are now, not only at the time of the look. */
  readonly rows: ReadonlyMap<string, OwnerRow>
  readonly changes: number
}

export interface Claimed {
  readonly channel: string
  readonly term: number
  readonly quietForMs: number
  /** The fenced server that had it; null: it was free. */
  readonly fencedOwner: number | null
}

export interface TablesOptions {
  readonly nowMs: () => number
  /** The longest call of any channel with its grace, after which calls of a fenced server have ended. */
  readonly quietMs: number
}

/** The tables `servers`, `beats` and `owners` with the rules of their transactions: none of them takes a channel from a server that is not fenced. */
export class FakeOwnerTables {
  /** Rules of the tables that were broken. */
  readonly broken: string[] = []
  /** Channels that a claim named and did not get. */
  refusedClaims = 0
  /** Channels that were claimed after a server that was fenced. */
  takeovers = 0
  readonly #options: TablesOptions
  readonly #servers = new Map<number, ServerRow>()
  readonly #owners = new Map<string, StoredOwner>()
  #changes = 0
  #ids = 0
  /** As `groupOwners` makes it, made anew for owners whose channels have changed: it is asked for 200 times a second. */
  #seen: OwnersView = { byServer: new Map(), unowned: [] }
  readonly #byOwner = new Map<number | null, Map<string, OwnerRow>>()
  readonly #stale = new Set<number | null>()

  constructor(options: TablesOptions) {
    this.#options = options
  }

  register(address: string, channels: ReadonlySet<string>): number {
    const id = ++this.#ids
    this.#servers.set(id, { id, address, channels, beat: 0, draining: false, fencedAtMs: null })
    for (const channel of channels)
      if (!this.#owners.has(channel))
        this.#write({ channel, owner: null, term: 0, losses: 0, isHandedOver: false, quietUntilMs: 0 })
    this.#changes++
    return id
  }

  beat(id: number): 'done' | 'fenced' {
    const row = this.#living(id)
    if (row === null) return 'fenced'
    row.beat++
    return 'done'
  }

  look(): TablesLook {
    const owners = this.#view()
    const servers = [...this.#servers.values()].filter((row) => row.fencedAtMs === null).map((row) => ({ ...row }))
    return { servers, owners, rows: this.#owners, changes: this.#changes }
  }

  /** Fences those whose beat is still the one that was judged. */
  fence(me: number, judged: ReadonlyMap<number, number>): 'done' | 'fenced' {
    if (this.#living(me) === null) return 'fenced'
    for (const [id, beat] of judged) {
      const row = this.#living(id)
      if (row === null || row.beat !== beat) continue
      row.fencedAtMs = this.#options.nowMs()
      this.#changes++
    }
    return 'done'
  }

  claim(me: number, channels: readonly string[]): Claimed[] | 'fenced' {
    if (this.#living(me) === null) return 'fenced'
    const nowMs = this.#options.nowMs()
    const claimed: Claimed[] = []
    for (const channel of channels) {
      const before = this.#owners.get(channel)
      const owner = before?.owner ?? null
      if (owner !== null && owner !== me && this.#living(owner) !== null) {
        this.refusedClaims++
        continue
      }
      const dead = owner === null || owner === me ? null : this.#servers.get(owner)!
      if (dead !== null) this.takeovers++
      const quietUntilMs = Math.max(
        before?.quietUntilMs ?? 0,
        dead === null ? 0 : dead.fencedAtMs! + this.#options.quietMs,
      )
      const losses = (before?.losses ?? 0) + (dead !== null && !before!.isHandedOver ? 1 : 0)
      const term = (before?.term ?? 0) + 1
      this.#write({ channel, owner: me, term, losses, isHandedOver: false, quietUntilMs })
      claimed.push({ channel, term, quietForMs: Math.max(0, quietUntilMs - nowMs), fencedOwner: dead?.id ?? null })
    }
    return claimed
  }

  /** @param to null: to nobody */
  handOver(me: number, { channel, term, to }: { channel: string; term: number; to: number | null }) {
    const row = this.#owners.get(channel)!
    if (row.term !== term) return 'stale'
    if (row.owner !== me) return row.owner === to ? 'done' : 'stale'
    if (this.#living(me) === null) return 'fenced'
    if (to !== null && this.#living(to) === null) return 'conflict'
    this.#write({ ...row, owner: to, isHandedOver: to !== null })
    return 'done'
  }

  sound(me: number, channels: readonly string[]): 'done' | 'fenced' {
    if (this.#living(me) === null) return 'fenced'
    for (const channel of channels) {
      const row = this.#owners.get(channel)!
      if (row.owner === me) this.#write({ ...row, losses: 0 })
    }
    return 'done'
  }

  drain(me: number): 'done' | 'fenced' {
    const row = this.#living(me)
    if (row === null) return 'fenced'
    row.draining = true
    this.#changes++
    return 'done'
  }

  /** The process ends, and no call of it runs: its channels are free at once. */
  stop(me: number): 'done' | 'fenced' {
    if (this.#living(me) === null) return 'fenced'
    for (const row of this.#owners.values())
      if (row.owner === me) this.#write({ ...row, owner: null, isHandedOver: false })
    this.#servers.delete(me)
    this.#changes++
    return 'done'
  }

  #living(id: number): ServerRow | null {
    const row = this.#servers.get(id)
    return row === undefined || row.fencedAtMs !== null ? null : row
  }

  #write(row: StoredOwner): void {
    const before = this.#owners.get(row.channel)
    if (before !== undefined && row.term < before.term) this.broken.push(`term of ${row.channel} fell`)
    if (before !== undefined && row.quietUntilMs < before.quietUntilMs)
      this.broken.push(`quiet_until of ${row.channel} fell`)
    this.#owners.set(row.channel, row)
    this.#changes++
    if (before !== undefined) this.#byOwner.get(before.owner)!.delete(row.channel)
    const rows = this.#byOwner.get(row.owner) ?? new Map<string, OwnerRow>()
    this.#byOwner.set(row.owner, rows.set(row.channel, row))
    this.#stale.add(before?.owner ?? null).add(row.owner)
  }

  #view(): OwnersView {
    if (this.#stale.size === 0) return this.#seen
    const byServer = new Map(this.#seen.byServer)
    for (const owner of this.#stale) {
      const rows = owner === null ? undefined : this.#byOwner.get(owner)
      if (owner !== null) byServer.set(owner, [...(rows?.values() ?? [])])
    }
    const unowned = this.#stale.has(null) ? [...(this.#byOwner.get(null)?.values() ?? [])] : this.#seen.unowned
    this.#stale.clear()
    this.#seen = { byServer, unowned }
    return this.#seen
  }
}
