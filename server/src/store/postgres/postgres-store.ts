import { Lease } from '../../runtime/lease.ts'
import { threadFile } from '../../runtime/thread-file.ts'
import type { Store } from '../store.ts'
import { createThreadedStore } from '../thread/threaded-store.ts'
import type { PostgresStoreOptions } from './store-options.ts'
import { UNNAMED_SERVER } from '../server-store.ts'
import { lookMsOf } from './thread/beats.ts'
import type { ThreadData } from './thread/thread-data.ts'

const DEFAULT_LEASE_MS = 10_000

/** Makes a store on PostgreSQL, 15 or later: one server has the database, others may wait for it. Does nothing before `start()`. */
export function createPostgresStore({
  databaseUrl,
  leaseMs = DEFAULT_LEASE_MS,
  member = null,
  ...options
}: PostgresStoreOptions): Store {
  const lease = Lease.create()
  const { name, version, configHash } = member ?? options.identity ?? UNNAMED_SERVER
  const identity = { address: member?.address ?? '', name, version, configHash }
  return createThreadedStore({
    ...options,
    program: {
      lease: { lease, lookMs: lookMsOf(leaseMs), onStandby: (state) => member?.onStandby(state) },
      threads: {
        writer: {
          name: 'store-postgres',
          file: threadFile('./thread/postgres-thread', import.meta.url),
          data: {
            ...{ databaseUrl, leaseMs, identity, lease: lease.shared, isMember: member !== null },
          } satisfies ThreadData,
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
