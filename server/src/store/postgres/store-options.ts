import type { ServerMember } from '../server-store.ts'
import type { ThreadedStoreOptions } from '../thread/threaded-store.ts'

export interface PostgresStoreOptions extends Omit<ThreadedStoreOptions, 'program'> {
  /** `postgres://user:password@host:port/database`. Never part of a log or an error. */
  readonly databaseUrl: string
  /** How long a server may be silent before another one takes its place. @default 10 s */
  readonly leaseMs?: number
  /** Makes it one of several servers: it waits as a standby while another one has the database. @default null: another server refuses its start */
  readonly member?: ServerMember | null
}
