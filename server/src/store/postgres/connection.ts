import pg from 'pg'
import { StoreError } from '../store-error.ts'
import { types } from './database-types.ts'
import { storeErrorOf } from './postgres-errors.ts'

/** How long a connection may take until it is usable, where nobody waits for less. */
const CONNECT_MS = 5000

/** No statement takes longer: a connection that is silent for so long is given up. */
const SILENT_MS = 60_000

/** An open connection. Statements are sent as they are asked, without waiting for the answer of the one before. */
export type Connection = Pick<pg.Client, 'query' | 'end'> & {
  /** Calls back once when it is lost. */
  onLost(listener: () => void): void
  /** Sends the statements that `ask` asks in one piece: one message of the network instead of one each. */
  together<T>(ask: () => T): T
  /** Ends it now, without a word to the database: it may be stalled. */
  destroy(): void
}

/**
 * Opens a connection.
 * @param name as the database lists it
 * @param options.timeoutMs how long it may take until it is usable @default 5 s
 * @throws StoreError `unavailable`: it cannot be reached now; `io`: it refuses the user, the password or the database. Neither says the URL, which has a password in it
 */
export async function connect(
  databaseUrl: string,
  name: string,
  { timeoutMs = CONNECT_MS }: { readonly timeoutMs?: number } = {},
): Promise<Connection> {
  const client = clientOf(databaseUrl, name, timeoutMs)
  let lost = false
  const listeners: (() => void)[] = []
  const lose = (): void => {
    if (lost) return
    lost = true
    for (const listener of listeners) listener()
  }
  client.on('error', lose)
  client.on('end', lose)
  try {
    await client.connect()
  } catch (error) {
    void client.end().catch(() => {})
    throw storeErrorOf(error)
  }
  const { stream } = client.connection
  return Object.assign(client, {
    together<T>(ask: () => T): T {
      stream.cork()
      try {
        return ask()
      } finally {
        stream.uncork()
      }
    },
    onLost(listener: () => void) {
      if (lost) listener()
      else listeners.push(listener)
    },
    destroy() {
      stream.destroy()
      lose()
    },
  })
}

function clientOf(databaseUrl: string, name: string, timeoutMs: number): pg.Client {
  try {
    return new pg.Client({
      connectionString: databaseUrl,
      application_name: `waybill ${name}`,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: SILENT_MS,
      keepAlive: true,
      pipeline: true,
      types,
    })
  } catch {
    throw new StoreError(
      'io',
      'Cannot use databaseUrl as it must be a URL such as postgres://user:password@host/database: it is not shown',
    )
  }
}
