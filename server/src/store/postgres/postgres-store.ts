import { Lease } from '../../runtime/lease.ts'
import { threadFile } from '../../runtime/thread-file.ts'
import type { Store } from '../store.ts'
import { sharedOwnerCalls } from '../calls/shared-owner-calls.ts'
import type { SharedOwnerStore } from '../owner-store.ts'
import type { SharedProgram } from '../thread/shared-database.ts'
import { createThreadedStore, type ThreadedStoreOptions } from '../thread/threaded-store.ts'
import type { PostgresStoreOptions } from './store-options.ts'
import { UNNAMED_SERVER } from '../server-store.ts'
import { lookMsOf } from './thread/beats.ts'
import type { ThreadData } from './thread/thread-data.ts'

const DEFAULT_LEASE_MS = 10_000

/** Makes a store on PostgreSQL, 15 or later: one server has the database, others may wait for it. Does nothing before `start()`. */
export function createPostgresStore(options: PostgresStoreOptions): Store {
  return createThreadedStore(threadedOptions(options, { sharing: false }))
}

/**
 * Makes a store on a PostgreSQL that several servers have open at once: each owns the channels that it claims, and any publishes. A server that has the
 * whole database keeps it from starting (`locked`), and waits while it is open. Does nothing before `start()`.
 */
export function createSharedPostgresStore(options: Omit<PostgresStoreOptions, 'member'>): SharedStore {
  let owners: SharedOwnerStore | null = null
  const store = createThreadedStore(
    threadedOptions(options, {
      sharing: true,
      onCalls: (calls, shared) => void (owners = sharedOwnerCalls(calls, shared)),
    }),
  )
  return Object.assign(store, owners!)
}

export type SharedStore = Store & SharedOwnerStore

function threadedOptions(
  { databaseUrl, leaseMs = DEFAULT_LEASE_MS, member = null, ...options }: PostgresStoreOptions,
  { sharing, onCalls }: { readonly sharing: boolean } & Pick<SharedProgram, 'onCalls'>,
): ThreadedStoreOptions {
  const lease = Lease.create()
  const { name, version, configHash } = member ?? options.identity ?? UNNAMED_SERVER
  const identity = { address: member?.address ?? '', name, version, configHash }
  return {
    ...options,
    program: {
      lease: {
        ...{ lease, lookMs: lookMsOf(leaseMs), onStandby: (state) => member?.onStandby(state) },
        ...(onCalls && { onCalls }),
      },
      threads: {
        writer: {
          name: 'store-postgres',
          file: threadFile('./thread/postgres-thread', import.meta.url),
          data: {
            ...{ databaseUrl, leaseMs, identity, lease: lease.shared, isMember: member !== null, sharing },
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
  }
}
