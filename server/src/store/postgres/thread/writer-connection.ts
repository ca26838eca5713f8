import { setTimeout } from 'node:timers/promises'
import { StoreError } from '../../store-error.ts'
import { connect, type Connection } from '../connection.ts'
import { isLost, lostCommits, staleServer, storeErrorOf } from '../postgres-errors.ts'
import { readSettings } from '../open/settings.ts'
import { type Found, Transaction, TransactionError } from './transaction.ts'

/** Between two tries to reach a database that has a commit whose answer was lost. */
const LOOK_AGAIN_MS = 250

export type CommitOutcome =
  | { readonly kind: 'committed'; /** Null: the answer was lost. */ readonly found: readonly Found[] | null }
  | { readonly kind: 'failed'; readonly error: TransactionError }

/**
 * The one connection that writes. Each transaction ends with a statement that holds the row of this server: it raises when another one has taken over, or
 * when the connection is an old one of this server's own; and it notes the transaction's number, so that a new connection finds out what
 * became of the last one of the old (REC-1, REC-2), and that a failover lost none.
 */
export class WriterConnection {
  readonly #databaseUrl: string
  #serverId = 0
  #session = 0
  /** Tries to connect again: each asks for a session of its own, as an answer may be lost. */
  #sessionsAsked = 0
  #write = 0
  /** The last transaction whose commit was reported. */
  #confirmed = 0
  #connection: Connection | null = null
  #settings = ''
  #endsAtMs = Infinity
  /** The outcome of a commit will not be known: it might be carried out twice if anything was written after it. */
  #abandoned = false
  readonly #onWait: () => void

  /** @param onWait called while the outcome of a commit is not known: calls behind it need not wait for the database */
  constructor(databaseUrl: string, onWait: () => void) {
    this.#databaseUrl = databaseUrl
    this.#onWait = onWait
  }

  /** Opens it, for what comes before there is a row of this server. @throws StoreError */
  async open(): Promise<Connection> {
    const connection = await connect(this.#databaseUrl, 'writer')
    this.#use(connection)
    this.#settings = await readSettings(connection)
    return connection
  }

  /** From here on it writes as this server. */
  begin(serverId: number): void {
    this.#serverId = serverId
  }

  /** First statement of each transaction. */
  get settings(): string {
    return this.#settings
  }

  /** The open connection. @throws StoreError `unavailable`: it is lost */
  get current(): Connection {
    if (this.#connection === null)
      throw new StoreError('unavailable', 'Cannot reach the database: the connection was lost')
    return this.#connection
  }

  /** Opens it again if it is lost. @throws StoreError `unavailable`; `stale_epoch`; `io`: the database lost commits */
  async ready(): Promise<void> {
    if (this.#abandoned)
      throw new StoreError(
        'unavailable',
        'Cannot write as the outcome of the last commit must be known: the connection was lost',
      )
    if (this.#connection === null) await this.#reopen()
  }

  async commit(transaction: Transaction): Promise<CommitOutcome> {
    const write = ++this.#write
    const server = [this.#serverId, this.#session, write, this.#confirmed]
    transaction.run('SELECT waybill.hold_server($1, $2, $3, $4)', ...server)
    try {
      const found = await transaction.commit(this.current, this.#settings)
      this.#confirmed = write
      return { kind: 'committed', found }
    } catch (error) {
      const failed = error instanceof TransactionError ? error : new TransactionError(-1, error)
      if (!isLost(failed.cause)) return { kind: 'failed', error: failed }
      this.#drop()
      return await this.#outcomeOf(write, failed)
    }
  }

  /** Whether nobody waits for the database any more. */
  get isEnding(): boolean {
    return performance.now() >= this.#endsAtMs
  }

  /** The store is being stopped: after this time nothing waits for a database that is away. */
  hurry(ms: number): void {
    this.#endsAtMs = Math.min(this.#endsAtMs, performance.now() + ms)
  }

  /** Writes nothing any more. */
  abandon(): void {
    this.#abandoned = true
    this.#drop()
  }

  /** Between two tries to reach a database that is away. */
  async pause(): Promise<void> {
    this.#onWait()
    await setTimeout(LOOK_AGAIN_MS)
  }

  async close(): Promise<void> {
    this.hurry(0)
    const connection = this.#connection
    this.#connection = null
    await connection?.end().catch(() => null)
  }

  /** Finds out what became of a transaction whose answer was lost, however long the database is away. */
  async #outcomeOf(write: number, failed: TransactionError): Promise<CommitOutcome> {
    for (;;) {
      try {
        if ((await this.#reopen()) < write) return { kind: 'failed', error: failed }
        this.#confirmed = write
        return { kind: 'committed', found: null }
      } catch (error) {
        // Who is stopped, or was overtaken, can say no more than that nothing was confirmed.
        if (this.isEnding) this.abandon()
        if (this.isEnding || endsWaiting(storeErrorOf(error)))
          return { kind: 'failed', error: new TransactionError(-1, error) }
        await this.pause()
      }
    }
  }

  /** @returns the number of the last transaction of this server that was carried out: later ones of older connections are not */
  async #reopen(): Promise<number> {
    const connection = await connect(this.#databaseUrl, 'writer')
    try {
      const session = ++this.#sessionsAsked
      const transaction = new Transaction()
      const taken = transaction.run(TAKE_SESSION, this.#serverId, session)
      const found = await transaction.commit(connection, this.#settings)
      const row = found[taken]!.rows[0] as { last_write: number } | undefined
      if (row === undefined) throw staleServer()
      if (row.last_write < this.#confirmed) throw lostCommits()
      this.#session = session
      this.#use(connection)
      return row.last_write
    } catch (error) {
      void connection.end().catch(() => null)
      throw storeErrorOf(error instanceof TransactionError ? error.cause : error)
    }
  }

  #use(connection: Connection): void {
    this.#connection = connection
    connection.onLost(() => {
      if (this.#connection === connection) this.#connection = null
    })
  }

  #drop(): void {
    void this.#connection?.end().catch(() => null)
    this.#connection = null
  }
}

/** It will not be reached later either. */
function endsWaiting({ code }: StoreError): boolean {
  return code === 'stale_epoch' || code === 'io'
}

/** It waits for a transaction that an older connection is about to commit, as that holds the row. An older try that comes late finds a higher session. */
const TAKE_SESSION = `UPDATE waybill.servers SET session = $2 WHERE id = $1 AND session < $2 AND NOT fenced RETURNING last_write`
