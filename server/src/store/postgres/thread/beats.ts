import { type Lease, leaseNow, type LeaseTime, leaseUntil } from '../../../runtime/lease.ts'
import type { Connection } from '../connection.ts'
import { storeErrorOf } from '../postgres-errors.ts'
import { GoneServers } from './gone-servers.ts'
import { send, Transaction, TransactionError } from './transaction.ts'

/** A lease is extended as often as this in its time. */
const BEATS_A_LEASE = 3
/** Whether a beat is due is looked at as often as this: one that failed, or had to wait for the main thread, is repeated soon. */
const LOOKS_A_LEASE = 12
const MIN_LOOK_MS = 20

/** Between two looks at what a lease needs, ms. */
export function lookMsOf(leaseMs: number): number {
  return Math.max(MIN_LOOK_MS, leaseMs / LOOKS_A_LEASE)
}

export interface BeatsOptions {
  readonly open: () => Promise<Connection>
  readonly leaseMs: number
  readonly lease: Lease
  /** First statement of a transaction that writes. */
  readonly settings: () => string
  /** Called when another server has the database. */
  readonly onOvertaken: () => void
}

/**
 * Extends the lease of this server, on a connection of its own: no read and no write is ahead of it. Only a beat that succeeded counts, from the moment it was sent; and none is
 * sent unless the main thread has moved since the last one.
 */
export class Beats {
  readonly #options: BeatsOptions
  #serverId = 0
  #connection: Connection | null = null
  #timer: NodeJS.Timeout | null = null
  /** When the last beat that succeeded was sent, monotonic us. */
  #lastUs = 0
  #lastMoves = 0
  /** The beat that has no answer yet. */
  #sent: LeaseTime | null = null
  #gone: GoneServers | null = null
  #closed = false

  constructor(options: BeatsOptions) {
    this.#options = options
  }

  /** @param sent when the database was taken */
  begin(serverId: number, sent: LeaseTime): void {
    const { leaseMs, lease } = this.#options
    this.#serverId = serverId
    this.#gone = new GoneServers(leaseMs)
    this.#succeeded(sent)
    this.#lastMoves = lease.moves
    this.#timer = setInterval(() => this.#look(), lookMsOf(leaseMs))
  }

  /** Shows that this server is being stopped. */
  async drain(): Promise<void> {
    await this.#write([DRAIN])
  }

  /** As of `ServerStore.coverCalls`. */
  async cover(longestMs: number): Promise<void> {
    if (!(await this.#write([COVER], longestMs))) this.#overtaken()
  }

  /** Gives the database back: the next server has nobody to wait for. */
  async giveBack(): Promise<void> {
    this.#end()
    // In the order in which a fence locks them.
    await this.#write(['DELETE FROM waybill.beats WHERE server = $1', 'DELETE FROM waybill.servers WHERE id = $1'])
  }

  /** Ends the lease: nothing extends it any more. */
  async close(): Promise<void> {
    this.#end()
    const connection = this.#connection
    this.#connection = null
    await connection?.end().catch(() => null)
  }

  #end(): void {
    this.#closed = true
    this.#options.lease.end()
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  #look(): void {
    const { leaseMs, lease } = this.#options
    const now = leaseNow()
    const dueUs = (leaseMs * 1000) / BEATS_A_LEASE
    if (this.#sent !== null) {
      // Stalled in the network: it may be carried out yet, and does not count.
      if (now.monotonicUs - this.#sent.monotonicUs > dueUs) this.#drop()
      return
    }
    const { moves } = lease
    if (now.monotonicUs - this.#lastUs < dueUs || moves === this.#lastMoves) return
    this.#lastMoves = moves
    void this.#beat()
  }

  async #beat(): Promise<void> {
    this.#sent = leaseNow()
    try {
      const connection = (this.#connection ??= await this.#open())
      const sent = leaseNow()
      this.#sent = sent
      await send(connection, 'SELECT waybill.beat($1)', [this.#serverId])
      this.#succeeded(sent)
      await this.#gone?.look(connection, this.#serverId)
    } catch (error) {
      // The next one comes soon; that the database is away is reported by those who need it.
      this.#drop()
      if (storeErrorOf(error).code === 'stale_epoch') this.#overtaken()
    } finally {
      this.#sent = null
    }
  }

  #succeeded(sent: LeaseTime): void {
    if (this.#closed) return
    this.#lastUs = sent.monotonicUs
    this.#options.lease.extend(leaseUntil(sent, this.#options.leaseMs))
  }

  #overtaken(): void {
    if (this.#closed) return
    this.#end()
    this.#options.onOvertaken()
  }

  /** Changes the own row, durably, on a connection for this alone. @returns false: it is gone, or fenced */
  async #write(statements: readonly string[], ...values: readonly number[]): Promise<boolean> {
    const connection = await this.#options.open()
    const transaction = new Transaction()
    for (const text of statements) transaction.run(text, this.#serverId, ...values)
    try {
      const found = await transaction.commit(connection, this.#options.settings())
      return found.at(-1)!.count > 0
    } catch (error) {
      throw error instanceof TransactionError ? storeErrorOf(error.cause) : error
    } finally {
      void connection.end().catch(() => null)
    }
  }

  async #open(): Promise<Connection> {
    const connection = await this.#options.open()
    connection.onLost(() => {
      if (this.#connection === connection) this.#connection = null
    })
    if (!this.#closed) return connection
    await connection.end()
    throw new Error('Closed')
  }

  #drop(): void {
    const connection = this.#connection
    this.#connection = null
    connection?.destroy()
  }
}

const DRAIN = 'UPDATE waybill.servers SET draining = true WHERE id = $1 AND NOT fenced'

const COVER = `UPDATE waybill.servers SET longest_call_ms = greatest(longest_call_ms, $2) WHERE id = $1 AND NOT fenced`
