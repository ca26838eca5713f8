import type { Connection } from '../connection.ts'
import { beat } from '../open/server-lease.ts'

/** A lease is shown to be alive as often as this in its time. */
const BEATS_A_LEASE = 3

export interface BeatsOptions {
  readonly open: () => Promise<Connection>
  readonly leaseMs: number
  /** Called when another server has the database. */
  readonly onOvertaken: () => void
}

/** Shows that this server is alive, on a connection of its own: no read and no write is ahead of it. */
export class Beats {
  readonly #options: BeatsOptions
  #connection: Connection | null = null
  #timer: NodeJS.Timeout | null = null
  /** The last one has no answer yet. */
  #waiting = false
  #closed = false

  constructor(options: BeatsOptions) {
    this.#options = options
  }

  begin(serverId: number): void {
    this.#timer = setInterval(() => void this.#beat(serverId), this.#options.leaseMs / BEATS_A_LEASE)
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#drop()
  }

  async #beat(serverId: number): Promise<void> {
    if (this.#waiting) return
    this.#waiting = true
    try {
      this.#connection ??= await this.#open()
      if (!(await beat(this.#connection, serverId)) && !this.#closed) this.#options.onOvertaken()
    } catch {
      // The next one comes soon; that the database is away is reported by those who need it.
      await this.#drop()
    } finally {
      this.#waiting = false
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

  async #drop(): Promise<void> {
    const connection = this.#connection
    this.#connection = null
    await connection?.end().catch(() => null)
  }
}
