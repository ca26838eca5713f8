import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { inject, onTestFinished } from 'vitest'
import { silentLogger } from '../../../server/src/runtime/logger.ts'
import { Telemetry } from '../../../server/src/runtime/telemetry.ts'
import { newKeyRing } from '../../../server/src/secrets/open-key-ring.ts'
import { createPostgresStore } from '../../../server/src/store/postgres/postgres-store.ts'
import type { PostgresStoreOptions } from '../../../server/src/store/postgres/store-options.ts'
import { createSqliteStore } from '../../../server/src/store/sqlite/sqlite-store.ts'
import type { SqliteStoreOptions } from '../../../server/src/store/sqlite/store-options.ts'
import type { Store } from '../../../server/src/store/store.ts'
import { POSTGRES_TEMPLATE, queryOnce } from '../../support/postgres-cluster.ts'
import { ownShop } from './fixtures.ts'

/** That on PostgreSQL is tested in `test/postgres/`. */
export type StoreKind = 'memory' | 'disk' | 'postgres'

type WorldOptions = Partial<SqliteStoreOptions & PostgresStoreOptions> & { readonly ownsShop?: boolean }

/** A store for one test, with all that is needed to fill it; `close()` stops what is open and removes the folder. */
export class StoreWorld {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'waybill-store-'))
  readonly keyRing = newKeyRing()
  readonly #kind: StoreKind
  readonly #open = new Set<Store>()
  /** On PostgreSQL its own database. */
  databaseUrl = ''

  constructor(kind: StoreKind) {
    this.#kind = kind
  }

  /** A store that has started. @param options.ownsShop whether it adopts the channel of these tests. @default true */
  async start({ ownsShop = true, ...options }: WorldOptions = {}): Promise<Store> {
    const store = await this.#create({
      ...{ logger: silentLogger, telemetry: new Telemetry(silentLogger), keyRing: this.keyRing },
      ...options,
    })
    this.#open.add(store)
    await store.start()
    if (ownsShop) await ownShop(store)
    return store
  }

  async close(): Promise<void> {
    for (const store of this.#open) await store.stop()
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  async #create(options: Omit<SqliteStoreOptions, 'kind' | 'dataDir'>): Promise<Store> {
    if (this.#kind !== 'postgres') return createSqliteStore({ kind: this.#kind, dataDir: this.dataDir, ...options })
    if (this.databaseUrl === '') this.databaseUrl = await createDatabase()
    return createPostgresStore({ databaseUrl: this.databaseUrl, ...options })
  }
}

let databases = 0

/** @returns the URL of a database of the suite's PostgreSQL, which has nothing but the schema */
export async function createDatabase(): Promise<string> {
  const url = new URL(inject('postgres'))
  const name = `waybill_${process.pid}_${++databases}`
  await queryOnce(url.href, `CREATE DATABASE ${name} TEMPLATE ${POSTGRES_TEMPLATE}`)
  url.pathname = name
  return url.href
}

/** A store that only this test sees. */
export async function ownStore(
  kind: StoreKind,
  options: Partial<SqliteStoreOptions & PostgresStoreOptions> = {},
): Promise<Store> {
  const world = new StoreWorld(kind)
  onTestFinished(() => world.close())
  return await world.start(options)
}

/** Waits until something that the store does by itself has happened. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(20)
}
