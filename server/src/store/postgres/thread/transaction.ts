import { type StoreError } from '../../store-error.ts'
import type { Connection } from '../connection.ts'
import { isFollowing, ROWS_MISSING, sqlState } from '../postgres-errors.ts'

/** A value of a statement; lists are for `unnest` and `ANY`. */
export type Value = number | string | boolean | null | Uint8Array | Uint32Array | readonly (number | string | null)[]

interface Statement {
  readonly text: string
  readonly values: readonly Value[]
  /** Says why it raised; null: not for a reason of its own. */
  readonly refusal?: (error: unknown) => StoreError | null
}

/** The rows of a statement, and how many it found or changed. */
export interface Found {
  readonly rows: readonly unknown[]
  readonly count: number
}

/** A transaction that failed: nothing of it happened, unless the connection was lost. */
export class TransactionError extends Error {
  /** The place of the statement that failed; -1: none of them did. */
  readonly statement: number
  override readonly cause: unknown

  constructor(statement: number, cause: unknown) {
    super('A transaction failed')
    this.statement = statement
    this.cause = cause
  }
}

/**
 * Statements that are carried out together or not at all. They are sent at once, `BEGIN` and `COMMIT` with them: one round trip. So none
 * can be made of the rows of another, and what must be found raises.
 */
export class Transaction {
  readonly #statements: Statement[] = []
  /** Channels in which places are taken, and what was checked, each with the statement before which it was said. */
  readonly #channels = new Map<string, number>()
  readonly #said = new Map<string, number>()
  readonly #owned = new Map<string, number>()

  get length(): number {
    return this.#statements.length
  }

  /** Takes back the statements after the first `length`. */
  cut(length: number): void {
    this.#statements.length = length
    for (const noted of [this.#channels, this.#said, this.#owned])
      for (const [name, at] of noted) if (at >= length) noted.delete(name)
  }

  /**
   * Locks the row of a channel, and makes it if it is new, before all statements: by name, those of all calls together. So two transactions that take places
   * in several channels never wait for each other.
   */
  useChannel(name: string): void {
    if (!this.#channels.has(name)) this.#channels.set(name, this.length)
  }

  /**
   * Locks the rows of the owners of channels before all statements, by name: a claim of several takes them in that order. For those of one call, the
   * statement that checks them does.
   */
  shareOwners(names: readonly string[]): void {
    for (const name of names) if (!this.#owned.has(name)) this.#owned.set(name, this.length)
  }

  /** @returns whether this is asked of this name for the first time in this transaction */
  isFirst(name: string): boolean {
    if (this.#said.has(name)) return false
    this.#said.set(name, this.length)
    return true
  }

  /** Adds a statement. @returns its place among the results */
  run(text: string, ...values: Value[]): number {
    return this.#statements.push({ text, values }) - 1
  }

  /** Adds a statement that must find (or change) as many rows as wanted, or the whole transaction fails with this error. */
  require(text: string, values: readonly Value[], orElse: () => StoreError, wanted = 1): number {
    const returning = /\bRETURNING\b/.test(text) ? text : `${text} RETURNING 1`
    const checked = `WITH found AS (${returning}) SELECT waybill.require_rows((SELECT count(*) FROM found), ${wanted})`
    const refusal = (error: unknown): StoreError | null => (sqlState(error) === ROWS_MISSING ? orElse() : null)
    return this.#statements.push({ text: checked, values, refusal }) - 1
  }

  /** Makes it fail with this error where it stands: what is checked before it is reported first. */
  refuse(error: StoreError): void {
    this.check('SELECT waybill.require_rows(0, 1)', [], () => error)
  }

  /** Adds a statement that raises if something is not as it must be. @param refusal says why, or null for any other error */
  check(text: string, values: readonly Value[], refusal: (error: unknown) => StoreError | null): void {
    this.#statements.push({ text, values, refusal })
  }

  /**
   * Sends it, and waits for its end.
   * @param settings run first, inside of it
   * @returns what each statement found
   * @throws TransactionError
   */
  async commit(connection: Connection, settings: string): Promise<Found[]> {
    const before: Statement[] = [
      { text: 'BEGIN', values: [] },
      { text: settings, values: [] },
    ]
    if (this.#channels.size > 0) before.push({ text: USE_CHANNELS, values: [[...this.#channels.keys()].sort()] })
    if (new Set(this.#owned.values()).size > 1) before.push({ text: SHARE_OWNERS, values: [[...this.#owned.keys()]] })
    const statements = [...before, ...this.#statements]
    const sent = connection.together(() =>
      [...statements, { text: 'COMMIT', values: [] }].map(({ text, values }) => send(connection, text, values)),
    )
    const ended = await Promise.allSettled(sent)
    const failed = ended.findIndex((one) => one.status === 'rejected' && !isFollowing(one.reason))
    if (failed !== -1) {
      const { reason } = ended[failed] as PromiseRejectedResult
      const at = failed - before.length
      throw new TransactionError(Math.max(-1, at), this.#causeOf(at, reason))
    }
    return ended.slice(before.length, -1).map((one) => (one as PromiseFulfilledResult<Found>).value)
  }

  #causeOf(at: number, reason: unknown): unknown {
    return this.#statements[at]?.refusal?.(reason) ?? reason
  }
}

/** Rows that are there are locked as well, in this order. */
const USE_CHANNELS = `INSERT INTO waybill.channels AS c (name, used) SELECT name, 1 FROM unnest($1::text[]) AS name
  ON CONFLICT (name) DO UPDATE SET used = 1 WHERE c.used = 0`

const SHARE_OWNERS = 'SELECT 1 FROM waybill.owners WHERE channel = ANY ($1::text[]) ORDER BY channel FOR SHARE'

/** Sends one statement. */
export async function send(connection: Connection, text: string, values: readonly Value[]): Promise<Found> {
  const { rows, rowCount } = await connection.query<Record<string, unknown>>({ text, values: values.map(plain) })
  return { rows, count: rowCount ?? 0 }
}

function plain(value: Value): unknown {
  if (typeof value === 'string') return withoutNul(value)
  return Array.isArray(value) ? value.map((one: unknown) => (typeof one === 'string' ? withoutNul(one) : one)) : value
}

/** Texts of PostgreSQL hold no NUL; ours have one only where a connector's error has. */
export function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\u{FFFD}') : text
}
