import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../../store-error.ts'
import { openForReading } from '../open/database.ts'
import { LongReads } from '../read/long-reads.ts'
import type { CallMessage } from '../../thread/messages.ts'
import type { ThreadData } from './thread-data.ts'
import { Reader } from '../read/reader.ts'
import { readErrorOf } from '../tables/sqlite-errors.ts'
import type { ThreadPort } from '../../thread/thread-line.ts'

/** The reader of a data folder, on its own thread beside the writer: answers one call after another, and long ones in between. */
export class ReadingThread {
  readonly #port: ThreadPort
  readonly #options: ThreadData
  readonly #longReads: LongReads
  #db: DatabaseSync | null = null
  #reader: Reader | null = null

  constructor(port: ThreadPort, options: ThreadData) {
    this.#port = port
    this.#options = options
    this.#longReads = new LongReads(port)
  }

  work(): void {
    do {
      for (let call = this.#port.receive(); call !== undefined; call = this.#port.receive()) this.#take(call)
    } while (this.#longReads.step())
  }

  #take(call: CallMessage): void {
    try {
      const long = this.#reader?.beginLong(call)
      if (long === undefined) this.#port.succeed(call.id, this.#answer(call))
      else this.#longReads.begin(call, long)
    } catch (error) {
      this.#port.fail(call.id, readErrorOf(error))
    }
  }

  #answer(call: CallMessage): unknown {
    if (call.name === 'open') {
      this.#db = openForReading(this.#options.dataDir!)
      this.#reader = new Reader(this.#db)
      return null
    }
    if (call.name === 'close') {
      this.#longReads.abandon()
      this.#db?.close()
      this.#reader = null
      return null
    }
    if (this.#reader === null) throw new StoreError('closed', 'Cannot read as the store must be started: it is closed')
    return this.#reader.answer(call)
  }
}
