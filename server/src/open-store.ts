import { type Config, ConfigError } from './config.ts'
import { createPostgresStore } from './store/postgres/postgres-store.ts'
import type { ServerMember } from './store/server-store.ts'
import { createSqliteStore } from './store/sqlite/sqlite-store.ts'
import type { Store } from './store/store.ts'

type PostgresOptions = Parameters<typeof createPostgresStore>[0]

/** The part of a server in a cluster: reports of its store, which may wait for the database as a standby. */
export interface StoreMember {
  /** As the other servers see it. */
  readonly identity: Omit<ServerMember, 'onStandby'>
  readonly leaseMs: number
  /** Called when the store begins to wait, and whenever another server has become active meanwhile. */
  readonly onStandby: ServerMember['onStandby']
  /** Called before the store starts. @param stop ends its wait */
  onOpening(stop: () => Promise<void>): void
  /** Called when it has the database. */
  onTaken(): void
}

/** Makes the store of a configuration; it does nothing before `start()`. */
export function createStore(
  { store, databaseUrl, dataDir, limits }: Config,
  options: Omit<PostgresOptions, 'databaseUrl' | 'leaseMs' | 'member'>,
  member: StoreMember | null,
): Store {
  if (store !== 'postgres')
    return createSqliteStore({ kind: store, dataDir, maxDataBytes: limits.maxDataBytes, ...options })
  if (databaseUrl === null)
    throw new ConfigError('Cannot start as databaseUrl must be set while store is postgres: it is missing')
  if (member === null) return createPostgresStore({ databaseUrl, ...options })
  const { identity, onStandby, leaseMs } = member
  return createPostgresStore({ databaseUrl, ...options, leaseMs, member: { ...identity, onStandby } })
}

/** Starts a store, beside other work of the start. */
export async function openStore(store: Store, member: StoreMember | null): Promise<void> {
  member?.onOpening(async () => store.stop())
  await store.start()
  member?.onTaken()
}
