import { setTimeout } from 'node:timers/promises'
import type { StandbyState } from '../../server-store.ts'
import { StoreError } from '../../store-error.ts'
import type { Connection } from '../connection.ts'
import { storeErrorOf } from '../postgres-errors.ts'
import { send } from '../thread/transaction.ts'
import { type ActiveServer, type SeenServers, ServerLooks } from './server-looks.ts'
import { BlockerWatch } from './blocker-watch.ts'
import { readSettings } from './settings.ts'
import { insertServer, type OwnServer, type Taken, takeDatabase } from './take-database.ts'

/** Between two looks at the server that has the database. */
const LOOK_MS = 200
/** A look, and the transaction of a takeover, that take longer are given up. */
const LOOK_LIMIT_MS = 2000
const TAKE_LIMIT_MS = 30_000
/** A standby shows that it is there as often as this in the time of a lease. */
const BEATS_A_LEASE = 3

export interface ClaimOptions {
  readonly own: OwnServer
  /** Opens a connection; it gives up after this time. */
  readonly open: (timeoutMs: number) => Promise<Connection>
  /** Waits as a standby while another server lives. False: its start is refused then. */
  readonly isMember: boolean
  /** Called when it begins to wait for another server, and when that changes. */
  readonly onStandby: (state: StandbyState) => void
  /** Called once if a start that is no standby has to wait whether the other one lives. */
  readonly onWait: () => void
  readonly log: (level: 'warn', fields: object, message: string) => void
}

/**
 * Takes the database for this start: from nobody, or from a server that is dead (`server-looks.ts`). Until then a member waits as a standby, however long the database is
 * away; another start is refused as soon as the server that has it shows a sign of life.
 */
export class Claim {
  readonly #options: ClaimOptions
  readonly #looks: ServerLooks
  /** Rows of this process that may have the database, as the answer to their commit was lost. */
  readonly #ownIds = new Set<number>()
  readonly #stop = new AbortController()
  #connection: Connection | null = null
  #standbyId: number | null = null
  #beatAtMs = -Infinity
  /** Beats of the servers that were seen first. */
  readonly #first = new Map<number, number>()
  /** As it was reported last; undefined: it was not. */
  #reported: number | null | undefined = undefined

  constructor(options: ClaimOptions) {
    this.#options = options
    const { leaseMs, sharing } = options.own
    this.#looks = new ServerLooks(leaseMs, sharing ? 'whole' : 'all')
  }

  /**
   * Resolves when this server has the database.
   * @param connection is used first, and closed at the end
   * @throws StoreError `locked`: another server has it, and lives; `closed`: `stop` was called; `unavailable`: the database is away, for one that is no member
   */
  async run(connection: Connection): Promise<Taken> {
    this.#use(connection)
    try {
      for (;;) {
        const taken = await this.#tryOnce()
        if (taken !== null) return taken
        await setTimeout(LOOK_MS, undefined, { signal: this.#stop.signal }).catch(() => null)
      }
    } catch (error) {
      await this.#leave()
      throw error
    } finally {
      this.#drop()
    }
  }

  /** Ends the wait. */
  stop(): void {
    this.#stop.abort()
  }

  /** @returns null: it is another one's, or cannot be reached */
  async #tryOnce(): Promise<Taken | null> {
    try {
      this.#requireGoing()
      const { leaseMs } = this.#options.own
      if (this.#connection === null) this.#use(await this.#options.open(Math.max(leaseMs, LOOK_MS)))
      return await this.#look(this.#connection!)
    } catch (error) {
      const why = storeErrorOf(error)
      if (!this.#options.isMember || why.code !== 'unavailable') throw why
      this.#drop()
      return null
    }
  }

  async #look(connection: Connection): Promise<Taken | null> {
    const seen = await this.#within(LOOK_LIMIT_MS, async () => {
      const found = await this.#looks.look(connection, this.#ownIds)
      if (found.living.length > 0 && this.#options.isMember) await this.#beat(connection)
      return found
    })
    this.#requireGoing()
    if (seen.living.length === 0) return await this.#within(TAKE_LIMIT_MS, () => this.#take(connection, seen))
    this.#wait(seen)
    return null
  }

  /** Ends the connection if work takes longer: a network may swallow everything. */
  async #within<Result>(limitMs: number, work: () => Promise<Result>): Promise<Result> {
    const timer = globalThis.setTimeout(() => this.#drop(), limitMs)
    try {
      return await work()
    } finally {
      clearTimeout(timer)
    }
  }

  #wait({ living }: SeenServers): void {
    const { isMember, onWait } = this.#options
    if (isMember) {
      this.#report(living[0]!)
      return
    }
    if (this.#first.size === 0) onWait()
    for (const { id, beat } of living) {
      const first = this.#first.get(id)
      if (first !== undefined && first !== beat) throw locked()
      this.#first.set(id, beat)
    }
  }

  #report(active: ActiveServer | null): void {
    const id = active?.id ?? null
    if (this.#reported === id) return
    this.#reported = id
    this.#options.onStandby({
      active: active === null ? null : { serverId: active.id, address: active.address },
    })
  }

  async #take(connection: Connection, { dead }: SeenServers): Promise<Taken | null> {
    const { own, open, log } = this.#options
    if (dead.length > 0 && this.#reported !== undefined) this.#report(null)
    const settings = await readSettings(connection)
    const blockers = new BlockerWatch({ open: () => open(own.leaseMs), log })
    try {
      return await takeDatabase(connection, {
        ...{ dead, own, settings, standbyId: this.#standbyId },
        handedOverBy: this.#reported ?? null,
        onBegin: (pid) => blockers.begin(pid),
        onRow: (id) => this.#ownIds.add(id),
      })
    } finally {
      blockers.end()
    }
  }

  /** Shows that this standby is there. One that was away for long may have been forgotten: it comes back. */
  async #beat(connection: Connection): Promise<void> {
    if (performance.now() - this.#beatAtMs < this.#options.own.leaseMs / BEATS_A_LEASE) return
    try {
      if (this.#standbyId === null) this.#standbyId = await insertServer(connection, this.#options.own, false)
      else await send(connection, 'SELECT waybill.beat($1)', [this.#standbyId])
      this.#beatAtMs = performance.now()
    } catch (error) {
      if (storeErrorOf(error).code !== 'stale_epoch') throw error
      this.#standbyId = null
    }
  }

  async #leave(): Promise<void> {
    const id = this.#standbyId
    if (id === null) return
    const connection = this.#connection
    if (connection === null) return
    // With a limit, as a stop waits for it: otherwise the active server removes it.
    await this.#within(LOOK_LIMIT_MS, () => send(connection, REMOVE, [id]).catch(() => null))
  }

  #requireGoing(): void {
    if (this.#stop.signal.aborted)
      throw new StoreError('closed', 'Cannot take the database as the store must be started: it is closed')
  }

  #use(connection: Connection): void {
    this.#connection = connection
    connection.onLost(() => {
      if (this.#connection === connection) this.#connection = null
    })
  }

  #drop(): void {
    const connection = this.#connection
    this.#connection = null
    connection?.destroy()
  }
}

const REMOVE = 'DELETE FROM waybill.servers WHERE id = $1 AND NOT active'

function locked(): StoreError {
  return new StoreError('locked', 'Cannot open the database as it must belong to one server: another one holds it')
}
