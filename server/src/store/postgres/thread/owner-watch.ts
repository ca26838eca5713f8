import type { ChannelOwner, OwnersSeen } from '../../owner-store.ts'
import { storeErrorOf } from '../postgres-errors.ts'
import type { Connection } from '../connection.ts'
import { BlockerWatch } from '../open/blocker-watch.ts'
import { fenceServers } from '../open/fence-servers.ts'
import { type DeadServer, ServerLooks } from '../open/server-looks.ts'
import { send } from './transaction.ts'

/** A look, and a fence, that take longer are given up. */
const LOOK_LIMIT_MS = 2000
const FENCE_LIMIT_MS = 30_000

export interface OwnerWatchOptions {
  readonly open: () => Promise<Connection>
  readonly leaseMs: number
  readonly serverId: number
  readonly settings: () => string
  /** Called with the jobs that servers had not published when they were fenced. */
  readonly onDrafts: (refs: readonly number[]) => void
  readonly log: (level: 'warn', fields: object, message: string) => void
}

/** Looks at the owners of channels, and at the servers that they are, on a connection of its own; fences the dead. */
export class OwnerWatch {
  readonly #options: OwnerWatchOptions
  readonly #looks: ServerLooks
  #connection: Connection | null = null
  /** One look after another. */
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(options: OwnerWatchOptions) {
    this.#options = options
    this.#looks = new ServerLooks(options.leaseMs, 'sharing')
  }

  /** As of `SharedOwnerStore`. @throws StoreError */
  look(): Promise<OwnersSeen> {
    const looked = this.#last.then(() => this.#look())
    this.#last = looked.catch(() => null)
    return looked
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#drop()
    await this.#last
  }

  async #look(): Promise<OwnersSeen> {
    const { serverId } = this.#options
    try {
      const connection = (this.#connection ??= await this.#open())
      const { dead } = await this.#within(LOOK_LIMIT_MS, () => this.#looks.look(connection, new Set()))
      const others = dead.filter(({ id }) => id !== serverId)
      const fenced =
        others.length === 0 ? [] : await this.#within(FENCE_LIMIT_MS, () => this.#fence(connection, others))
      const { rows } = await this.#within(LOOK_LIMIT_MS, () => send(connection, CHANGES_AND_PLACES, [serverId]))
      const { changes, places } = rows[0] as { changes: number; places: string | null }
      return { changes, places: places === null ? [] : (JSON.parse(places) as OwnersSeen['places']), fenced }
    } catch (error) {
      this.#drop()
      throw storeErrorOf(error)
    }
  }

  async #fence(connection: Connection, dead: readonly DeadServer[]): Promise<readonly number[]> {
    const { open, log, onDrafts, serverId, settings } = this.#options
    const blockers = new BlockerWatch({ open, log })
    try {
      const onBegin = (pid: number): void => blockers.begin(pid)
      const { servers, drafts } = await fenceServers(connection, { dead, serverId, settings: settings(), onBegin })
      onDrafts(drafts)
      return servers
    } finally {
      blockers.end()
    }
  }

  async #open(): Promise<Connection> {
    const connection = await this.#options.open()
    connection.onLost(() => {
      if (this.#connection === connection) this.#connection = null
    })
    if (!this.#closed) return connection
    connection.destroy()
    throw new Error('Closed')
  }

  /** Ends the connection if work takes longer: a network may swallow everything. */
  async #within<Result>(limitMs: number, work: () => Promise<Result>): Promise<Result> {
    const timer = setTimeout(() => this.#drop(), limitMs)
    try {
      return await work()
    } finally {
      clearTimeout(timer)
    }
  }

  #drop(): void {
    const connection = this.#connection
    this.#connection = null
    connection?.destroy()
  }
}

/** Reads who owns which channel. */
export async function listOwners(connection: Connection): Promise<ChannelOwner[]> {
  const { rows } = await send(connection, OWNERS, [])
  return [...(rows as readonly ChannelOwner[])]
}

const OWNERS = 'SELECT channel, owner, term FROM waybill.owners WHERE term > 0 ORDER BY channel'

/** One row, in one look at the tables: places that are given are those of jobs that are there, or were deleted. */
const CHANGES_AND_PLACES = `SELECT c.changes, (
    SELECT json_agg(json_build_object('channel', n.name, 'lastPlace', n.last_place) ORDER BY n.name)::text
      FROM waybill.owners o JOIN waybill.channels n ON n.name = o.channel WHERE o.owner = $1) AS places
  FROM waybill.owner_changes c`
