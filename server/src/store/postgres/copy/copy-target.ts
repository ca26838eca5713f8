import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type CopyStreamQuery, type CopyToStreamQuery, from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { StoreError } from '../../store-error.ts'
import { connect, type Connection } from '../connection.ts'
import { requireServer, takeSteps } from '../open/migrate.ts'
import { isLost, storeErrorOf } from '../postgres-errors.ts'
import { send } from '../thread/transaction.ts'
import { BinaryRows, type Columns, type TableDigest } from './binary-rows.ts'

/** A connection without a byte in either direction for so long is given up: longer than any statement here without one. */
const SILENT_MS = 10 * 60_000
/** Pieces that wait for the connection. */
const WAITING_PIECES = 2

/** A table of the database, and the columns that are written; the others have their defaults. */
export interface TargetTable {
  readonly name: string
  readonly columns: Columns
  /** The columns by which its rows are ordered. */
  readonly order: readonly string[]
}

/** The commit of a copy whose answer was lost: the database has all of it, or nothing. */
export class DoubtfulCommitError extends Error {
  constructor() {
    super('The connection was lost while the database committed')
  }
}

/** A database without tables of Waybill, into which one transaction copies everything. */
export class CopyTarget {
  readonly #connection: Connection
  readonly #lost: Promise<never>
  readonly #watch: NodeJS.Timeout
  #isLost = false
  #bytes = 0
  #movedAtMs = performance.now()

  private constructor(connection: Connection) {
    this.#connection = connection
    this.#lost = new Promise((_resolve, reject) => {
      connection.onLost(() => {
        this.#isLost = true
        reject(connectionLost())
      })
    })
    this.#lost.catch(() => {})
    this.#watch = setInterval(() => this.#look(), SILENT_MS / 20)
    this.#watch.unref()
  }

  /** Opens a connection. @throws StoreError as `connect`, which names no URL */
  static async open(databaseUrl: string): Promise<CopyTarget> {
    const target = new CopyTarget(await connect(databaseUrl, 'migrate', { inTurn: true }))
    try {
      await target.#carryOut(() => requireServer(target.#connection))
    } catch (error) {
      target.close()
      throw error
    }
    return target
  }

  /**
   * Looks for tables of Waybill.
   * @returns null: the database has none; else the note of the copy that made them, null: they are of no copy
   */
  async look(): Promise<{ readonly note: string | null } | null> {
    const [row] = await this.#ask<{ tables: number; note: string | null }>(LOOK)
    return row!.tables === 0 ? null : { note: row!.note }
  }

  /** Begins the transaction and makes the tables. @throws StoreError `conflict`: the database has some meanwhile */
  async begin(): Promise<void> {
    await this.#ask('BEGIN')
    await this.#ask(SETTINGS)
    if ((await this.look()) !== null)
      throw new StoreError('conflict', 'Cannot copy as the database must have no tables of Waybill: it has some')
    await this.#carryOut(() => takeSteps(this.#connection))
  }

  /** Copies the rows of a table, which are read as they are needed. @returns their digest, as they were sent */
  async write(
    { name, columns }: TargetTable,
    rows: Iterable<Readonly<Record<string, number | string | null | Uint8Array>>>,
    onPiece: (rows: number, bytes: number) => void,
  ): Promise<TableDigest> {
    const encoder = new BinaryRows(columns)
    function* pieces(): Generator<Buffer> {
      for (const piece of encoder.encode(rows)) {
        onPiece(encoder.rows, encoder.bytes)
        yield piece
      }
    }
    const names = columns.map(([column]) => `"${column}"`).join(', ')
    const sink = this.#begin(copyFrom(`COPY waybill.${name} (${names}) FROM STDIN (FORMAT binary, FREEZE)`))
    const source = Readable.from(pieces(), { highWaterMark: WAITING_PIECES })
    await this.#carryOut(() => pipeline(source, sink))
    const digest = encoder.digest()
    return { ...digest, rows: sink.rowCount }
  }

  /** Reads a table back, in its order. @returns the digest of what is stored */
  async read({ name, columns, order }: TargetTable, onPiece: (bytes: number) => void): Promise<TableDigest> {
    const names = columns.map(([column]) => `"${column}"`).join(', ')
    const query = `COPY (SELECT ${names} FROM waybill.${name} ORDER BY ${order.join(', ')}) TO STDOUT (FORMAT binary)`
    const hash = createHash('sha256')
    let bytes = 0
    const source = this.#begin(copyTo(query))
    await this.#carryOut(async () => {
      for await (const piece of source as AsyncIterable<Buffer>) {
        hash.update(piece)
        bytes += piece.length
        onPiece(bytes)
      }
    })
    // How many rows there were is reported behind them.
    await this.#ask('SELECT 1')
    return { rows: source.rowCount, bytes, sha256: hash.digest('hex') }
  }

  /** Numbers of a column that the database gives continue above `last`, at least 0. */
  async continueNumbers(table: string, column: string, last: number): Promise<void> {
    await this.#ask(`SELECT setval(pg_get_serial_sequence('waybill.${table}', '${column}'), $1, $2)`, [
      Math.max(last, 1),
      last > 0,
    ])
  }

  /** Counts what the planner of queries has to know, and notes where the tables are from. */
  async finish(note: string): Promise<void> {
    const [row] = await this.#ask<{ tables: string }>(ALL_TABLES)
    await this.#ask(`ANALYZE ${row!.tables}`)
    const [quoted] = await this.#ask<{ text: string }>('SELECT quote_literal($1::text) AS text', [note])
    await this.#ask(`COMMENT ON TABLE waybill.meta IS ${quoted!.text}`)
  }

  /** Commits: from here on the database has all of it. @throws DoubtfulCommitError; StoreError: nothing was committed */
  async commit(): Promise<void> {
    let found: unknown
    try {
      found = await Promise.race([this.#connection.query('COMMIT'), this.#lost])
    } catch (error) {
      if (this.#isLost || isLost(error)) throw new DoubtfulCommitError()
      throw storeErrorOf(error)
    }
    // A transaction that has failed is undone by its commit.
    const { command } = found as { command: string }
    if (command !== 'COMMIT') throw new StoreError('io', `Cannot commit as no statement may have failed: ${command}`)
  }

  /** Ends the connection; what was not committed is undone. */
  close(): void {
    clearInterval(this.#watch)
    this.#connection.connection.stream.destroy()
  }

  async #ask<Row>(text: string, values: readonly (number | string | boolean)[] = []): Promise<readonly Row[]> {
    return (await this.#carryOut(() => send(this.#connection, text, values))).rows as readonly Row[]
  }

  #begin<Stream extends CopyStreamQuery | CopyToStreamQuery>(stream: Stream): Stream {
    // What goes wrong is seen where it is read or written.
    stream.on('error', () => {})
    return this.#connection.query(stream)
  }

  /** A stream may wait for ever on a connection that is lost. */
  async #carryOut<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await Promise.race([work(), this.#lost])
    } catch (error) {
      throw !(error instanceof StoreError) && isLost(error) ? connectionLost() : storeErrorOf(error)
    }
  }

  #look(): void {
    const stream = this.#connection.connection.stream as Socket
    const bytes = stream.bytesRead + stream.bytesWritten
    const nowMs = performance.now()
    if (bytes !== this.#bytes) this.#movedAtMs = nowMs
    else if (nowMs - this.#movedAtMs > SILENT_MS) stream.destroy()
    this.#bytes = bytes
  }
}

function connectionLost(): StoreError {
  return new StoreError('unavailable', 'Cannot reach the database: the connection was lost')
}

const LOOK = `SELECT (SELECT count(*) FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid) AS tables,
    pg_catalog.obj_description((SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'meta'), 'pg_class') AS note
  FROM (SELECT pg_catalog.to_regnamespace('waybill')::oid AS oid) n`

/** It takes as long as it takes, is on disk when it is committed, and reads tables back by their indexes. */
const SETTINGS = `SELECT set_config(name, value, true) FROM (VALUES ('statement_timeout', '0'), ('idle_in_transaction_session_timeout', '0'),
    ('lock_timeout', '0'), ('transaction_timeout', '0'), ('enable_seqscan', 'off'), ('enable_sort', 'off'),
    ('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END)
  ) AS required (name, value) WHERE EXISTS (SELECT 1 FROM pg_catalog.pg_settings s WHERE s.name = required.name)`

const ALL_TABLES = `SELECT string_agg(format('waybill.%I', tablename), ', ') AS tables FROM pg_catalog.pg_tables WHERE schemaname = 'waybill'`
