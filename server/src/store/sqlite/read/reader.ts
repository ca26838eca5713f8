import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { Ask, AskValue, Reading } from '../../read/asking.ts'
import { longReads, reads } from '../../read/read-calls.ts'
import type { CallMessage, CallName } from '../../thread/messages.ts'
import { prepareAll, type ReadStatements, readSql } from '../tables/statements.ts'

type AnyRead = (args: unknown) => Reading<unknown>

/** Answers the calls that only read: on disk beside the writer on a thread and connection of its own, in memory on the writer's. */
export class Reader {
  readonly #sql: ReadStatements

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db, readSql)
  }

  answer(call: CallMessage): unknown {
    const read = reads[call.name as keyof typeof reads] as AnyRead
    const pieces = this.#inPieces(read(call.args))
    let piece = pieces.next()
    while (!piece.done) piece = pieces.next()
    return piece.value
  }

  /** A call that others cannot wait for, piece by piece, or many of which they cannot wait for; undefined: it is none, `answer` it. */
  beginLong(call: CallMessage): Generator<void, unknown> | undefined {
    if (call.name === 'readItems') return this.#whole(call)
    const long: Partial<Record<CallName, unknown>> = longReads
    const read = long[call.name] as AnyRead | undefined
    return read && this.#inPieces(read(call.args))
  }

  /** One piece: its statements see one state of the database. */
  *#whole(call: CallMessage): Generator<void, unknown> {
    return this.answer(call)
  }

  /** Runs a read, with a break after each of its statements. */
  *#inPieces(reading: Reading<unknown>): Generator<void, unknown> {
    for (let step = reading.next([]); ;) {
      if (step.done) return step.value
      step = this.#step(reading, step.value)
      yield
    }
  }

  #step(reading: Reading<unknown>, ask: Ask | null): IteratorResult<Ask | null, unknown> {
    let rows: readonly unknown[] = []
    try {
      if (ask !== null) rows = this.#sql[ask.name].all(...ask.values.map(boundOf))
    } catch (error) {
      return reading.throw(error)
    }
    return reading.next(rows)
  }
}

/** Lists are JSON for `json_each`. */
function boundOf(value: AskValue): SQLInputValue {
  return isList(value) ? JSON.stringify(value) : value
}

function isList(value: AskValue): value is readonly string[] | readonly number[] {
  return Array.isArray(value)
}
