import type { Ask, Reading } from '../../read/asking.ts'
import { longReads, reads } from '../../read/read-calls.ts'
import { damaged, StoreError } from '../../store-error.ts'
import type { CallMessage } from '../../thread/messages.ts'
import type { Connection } from '../connection.ts'
import { storeErrorOf } from '../postgres-errors.ts'
import { readSql } from '../tables/statements.ts'
import { send } from './transaction.ts'

/** Connections for reads: as many go on at once, the others wait for one. */
const MAX_CONNECTIONS = 4
/** Long reads at once: the others are left to short ones. */
const MAX_LONG_READS = MAX_CONNECTIONS - 2

type AnyRead = (args: unknown) => Reading<unknown>
const allReads: Readonly<Record<string, unknown>> = { ...reads, ...longReads }

/** Answers the calls that only read, several at once, each on a connection of its own while it lasts. */
export class Reader {
  readonly #open: () => Promise<Connection>
  #idle: Connection[] = []
  #opened = 0
  readonly #waiting: (() => void)[] = []
  #longReads = 0
  readonly #waitingLong: (() => void)[] = []
  readonly #lost = new WeakSet<Connection>()
  #closed = false

  constructor(open: () => Promise<Connection>) {
    this.#open = open
  }

  static isRead(name: string): boolean {
    return Object.hasOwn(allReads, name)
  }

  /** @throws StoreError */
  async answer({ name, args }: CallMessage): Promise<unknown> {
    const read = allReads[name] as AnyRead
    const whole = (connection: Connection): Promise<unknown> => run(connection, read(args))
    if (!Object.hasOwn(longReads, name)) return await this.use(whole)
    while (this.#longReads >= MAX_LONG_READS && !this.#closed)
      await new Promise<void>((resolve) => this.#waitingLong.push(resolve))
    this.#longReads++
    try {
      return await this.use(whole)
    } finally {
      this.#longReads--
      this.#waitingLong.shift()?.()
    }
  }

  /** Lends a connection. @throws StoreError */
  async use<Result>(read: (connection: Connection) => Promise<Result>): Promise<Result> {
    const connection = await this.#take()
    try {
      return await read(connection)
    } catch (error) {
      throw readErrorOf(error)
    } finally {
      this.#give(connection)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const next of [...this.#waiting.splice(0), ...this.#waitingLong.splice(0)]) next()
    await Promise.all(this.#idle.splice(0).map((connection) => connection.end().catch(() => null)))
  }

  async #take(): Promise<Connection> {
    while (this.#idle.length === 0 && this.#opened >= MAX_CONNECTIONS && !this.#closed)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    if (this.#closed) throw new StoreError('closed', 'Cannot read as the store must be started: it is closed')
    const idle = this.#idle.pop()
    if (idle !== undefined) return idle
    this.#opened++
    try {
      const connection = await this.#open()
      connection.onLost(() => this.#lose(connection))
      return connection
    } catch (error) {
      this.#opened--
      this.#waiting.shift()?.()
      throw error
    }
  }

  #give(connection: Connection): void {
    if (this.#lost.has(connection)) return
    if (this.#closed) void connection.end().catch(() => null)
    else this.#idle.push(connection)
    this.#waiting.shift()?.()
  }

  #lose(connection: Connection): void {
    this.#lost.add(connection)
    this.#opened--
    this.#idle = this.#idle.filter((one) => one !== connection)
    this.#waiting.shift()?.()
  }
}

async function run(connection: Connection, reading: Reading<unknown>): Promise<unknown> {
  let step = reading.next([])
  while (!step.done) step = await next(connection, reading, step.value)
  return step.value
}

async function next(
  connection: Connection,
  reading: Reading<unknown>,
  ask: Ask | null,
): Promise<IteratorResult<Ask | null, unknown>> {
  let rows: readonly unknown[] = []
  // A transaction around several statements: its beginning and its end answer nothing.
  if (ask?.name === 'begin' || ask?.name === 'commit') {
    void send(connection, readSql[ask.name], []).catch(() => null)
    return reading.next(rows)
  }
  try {
    if (ask !== null) ({ rows } = await send(connection, readSql[ask.name], ask.values))
  } catch (error) {
    return reading.throw(error)
  }
  return reading.next(rows)
}

/** The error of a read: data that cannot be decoded is damaged. */
function readErrorOf(error: unknown): StoreError {
  const isUndecodable = error instanceof SyntaxError || error instanceof RangeError
  return isUndecodable ? damaged('what is stored', 'it must be as it was written', error.message) : storeErrorOf(error)
}
