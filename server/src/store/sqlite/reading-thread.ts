import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../store.ts'
import { openForReading } from './database.ts'
import type { CallMessage, ThreadOptions } from './messages.ts'
import { Reader } from './reader.ts'
import { storeErrorOf } from './sqlite-errors.ts'
import type { ThreadPort } from './thread-port.ts'

/** The reader of a data folder, on its own thread beside the writer: answers one call after another. */
export class ReadingThread {
  readonly #port: ThreadPort
  readonly #options: ThreadOptions
  #db: DatabaseSync | null = null
  #reader: Reader | null = null

  constructor(port: ThreadPort, options: ThreadOptions) {
    this.#port = port
    this.#options = options
  }

  work(): void {
    for (let call = this.#port.receive(); call !== undefined; call = this.#port.receive()) {
      try {
        this.#port.succeed(call.id, this.#answer(call))
      } catch (error) {
        this.#port.fail(call.id, storeErrorOf(error))
      }
    }
  }

  #answer(call: CallMessage): unknown {
    if (call.name === 'open') {
      this.#db = openForReading(this.#options.dataDir!)
      this.#reader = new Reader(this.#db)
      return null
    }
    if (call.name === 'close') {
      this.#db?.close()
      this.#reader = null
      return null
    }
    if (this.#reader === null) throw new StoreError('closed', 'Cannot read as the store must be started: it is closed')
    return this.#reader.answer(call)
  }
}
