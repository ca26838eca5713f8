import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { silentLogger } from '../../../server/src/runtime/logger.ts'
import { Telemetry } from '../../../server/src/runtime/telemetry.ts'
import { newKeyRing } from '../../../server/src/secrets/open-key-ring.ts'
import { createSqliteStore } from '../../../server/src/store/sqlite/sqlite-store.ts'
import type { SqliteStoreOptions } from '../../../server/src/store/sqlite/store-options.ts'
import type { Store } from '../../../server/src/store/store.ts'
import { ownShop } from './fixtures.ts'

export const storeKinds = ['memory', 'disk'] as const
export type StoreKind = (typeof storeKinds)[number]

type WorldOptions = Partial<SqliteStoreOptions> & { readonly ownsShop?: boolean }

/** A store for one test, with all that is needed to fill it; `close()` stops what is open and removes the folder. */
export class StoreWorld {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'waybill-store-'))
  readonly keyRing = newKeyRing()
  readonly #kind: StoreKind
  readonly #open = new Set<Store>()

  constructor(kind: StoreKind) {
    this.#kind = kind
  }

  /** A store that has started. @param options.ownsShop whether it adopts the channel of these tests. @default true */
  async start({ ownsShop = true, ...options }: WorldOptions = {}): Promise<Store> {
    const store = createSqliteStore({
      ...{ kind: this.#kind, dataDir: this.dataDir, logger: silentLogger },
      telemetry: new Telemetry(silentLogger),
      keyRing: this.keyRing,
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
}

/** A store that only this test sees. */
export async function ownStore(kind: StoreKind, options: Partial<SqliteStoreOptions> = {}): Promise<Store> {
  const world = new StoreWorld(kind)
  onTestFinished(() => world.close())
  return await world.start(options)
}

/** Waits until something that the store does by itself has happened. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(20)
}
