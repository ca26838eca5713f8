import type { Connection } from '../connection.ts'
import { send } from '../thread/transaction.ts'

/** A transaction that is in the way for so long is not about to end. */
const PATIENCE_MS = 1000

export interface BlockerWatchOptions {
  readonly open: () => Promise<Connection>
  readonly log: (level: 'warn', fields: object, message: string) => void
}

/**
 * Ends what is in the way of a fence: a server that is frozen inside a transaction keeps the locks of its rows. Every second, on a connection of
 * its own, as the one with the fence waits.
 */
export class BlockerWatch {
  readonly #options: BlockerWatchOptions
  #timer: NodeJS.Timeout | null = null
  #connection: Connection | null = null
  #ended = false

  constructor(options: BlockerWatchOptions) {
    this.#options = options
  }

  /** @param pid the number of the process of the database that waits */
  begin(pid: number): void {
    let running = false
    this.#timer = setInterval(() => {
      if (running) return
      running = true
      this.#look(pid).then(
        () => (running = false),
        () => {
          // The next look is soon.
          running = false
          this.#drop()
        },
      )
    }, PATIENCE_MS)
  }

  end(): void {
    this.#ended = true
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#drop()
  }

  async #look(pid: number): Promise<void> {
    this.#connection ??= await this.#options.open()
    if (this.#ended) {
      this.#drop()
      return
    }
    const { count } = await send(this.#connection, END_BLOCKERS, [pid])
    if (count > 0)
      this.#options.log('warn', { count }, 'Ended connections to the database that were in the way of a takeover')
  }

  #drop(): void {
    const connection = this.#connection
    this.#connection = null
    connection?.destroy()
  }
}

const END_BLOCKERS = 'SELECT pg_terminate_backend(blocker) FROM unnest(pg_blocking_pids($1)) AS blocker'
