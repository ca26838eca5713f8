import { threadFile } from '../../runtime/thread-file.ts'
import type { Store } from '../store.ts'
import { createThreadedStore } from '../thread/threaded-store.ts'
import type { PostgresStoreOptions } from './store-options.ts'
import type { ThreadData } from './thread/thread-data.ts'

const DEFAULT_LEASE_MS = 10_000

/** Makes a store on PostgreSQL, 15 or later: one server has the database. Does nothing before `start()`. */
export function createPostgresStore({
  databaseUrl,
  leaseMs = DEFAULT_LEASE_MS,
  ...options
}: PostgresStoreOptions): Store {
  return createThreadedStore({
    ...options,
    program: {
      threads: {
        writer: {
          name: 'store-postgres',
          file: threadFile('./thread/postgres-thread', import.meta.url),
          data: { databaseUrl, leaseMs } satisfies ThreadData,
        },
      },
      damage: {
        fields: {},
        message:
          'The database is damaged: no new work is accepted and no further call starts. Stop the server, restore a backup of the database and ' +
          'start on that',
      },
      damagedAtStart: (error) => error,
    },
  })
}
