import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { completeChannel } from '../../server/src/model/complete-channel.ts'
import type { StoredCredentials } from '../../server/src/model/channel-credentials.ts'
import { KeyRing, newKeyText, readKeys, type RingKey } from '../../server/src/secrets/key-ring.ts'
import { DATABASE_FILE, LOCK_FILE } from '../../server/src/store/sqlite/open/folder.ts'
import { lockFolder } from '../../server/src/store/sqlite/open/database.ts'
import { withSealingKeys } from '../../server/src/store/sqlite/open/sealing-keys.ts'
import { T0 } from './store/fixtures.ts'
import { StoreWorld } from './store/world.ts'

const keyNamed = (): RingKey => (readKeys(newKeyText()) as readonly RingKey[])[0]!
const config = completeChannel({
  connector: { type: 'http', url: 'https://shop.test/items?key=query-secret', headers: { 'x-key': 'header-secret' } },
  payload: { resolveUrl: 'https://pim.test/{id}?key=payload-query-secret', headers: { 'x-pim': 'payload-secret' } },
})
const credentials: StoredCredentials = {
  ...{ channel: 'shop', subscription: 'tenant', target: 'connector', origin: 'https://shop.test', updatedAtMs: T0 },
  credentials: { type: 'bearer', token: 'bearer-secret' },
}
const ofPayload: StoredCredentials = {
  ...{ ...credentials, subscription: '*', target: 'payload', origin: 'https://pim.test' },
  credentials: { type: 'basic', username: 'user', password: 'password-secret' },
}
const secrets = [
  ...['query-secret', 'header-secret', 'payload-query-secret', 'payload-secret', 'bearer-secret', 'password-secret'],
]

describe('secrets on disk', () => {
  let world: StoreWorld

  beforeEach(() => {
    world = new StoreWorld('disk')
  })

  afterEach(async () => {
    await world.close()
  })

  const bytes = (): string =>
    [DATABASE_FILE, `${DATABASE_FILE}-wal`]
      .map((name) => join(world.dataDir, name))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, 'latin1'))
      .join('')
  const found = (): string[] => secrets.filter((secret) => bytes().includes(secret))

  it('are sealed, and the same after a restart', async () => {
    const store = await world.start()
    await store.saveChannel({ name: 'shop', config, paused: false })
    await store.saveCredentials(ofPayload)
    await store.saveCredentials({ ...credentials, credentials: { type: 'bearer', token: 'an older one' } })
    await store.saveCredentials(credentials)
    expect(bytes()).toContain('https://shop.test/items?key=***')
    expect(found()).toEqual([])
    await store.stop()
    const again = await (await world.start()).recover()
    expect(again.channels).toMatchObject([{ name: 'shop', config }])
    expect(again.credentials).toEqual([ofPayload, credentials])
  })

  it('go with their channel, and one by one', async () => {
    const store = await world.start()
    await store.saveChannel({ name: 'shop', config, paused: false })
    await store.saveCredentials(credentials)
    await store.saveCredentials(ofPayload)
    await store.removeCredentials(ofPayload)
    expect((await store.recover()).credentials).toEqual([credentials])
    await store.saveCredentials(ofPayload)
    await store.saveChannel({ name: 'shop', config, paused: true }, [credentials])
    expect((await store.recover()).credentials).toEqual([ofPayload])
    await store.saveCredentials({ ...credentials, channel: 'other' })
    await store.removeChannel('shop')
    expect(await store.recover()).toMatchObject({ channels: [], credentials: [{ channel: 'other' }] })
  })

  it('are not opened with another key ring', async () => {
    const [one, other] = [keyNamed(), keyNamed()]
    const store = await world.start({ keyRing: new KeyRing([one]) })
    await store.saveChannel({ name: 'shop', config, paused: false })
    await store.stop()
    const wrong = await world.start({ keyRing: new KeyRing([other]) })
    await expect(wrong.recover()).rejects.toThrow(
      `Cannot open data folder as the key ring must open all of its secrets: that of channel/shop cannot be opened (Cannot open secret as its key must be in the key ring: there is no key ${one.id}). No secret was changed`,
    )
    await wrong.stop()
    expect((await (await world.start({ keyRing: new KeyRing([other, one]) })).recover()).channels).toHaveLength(1)
  })

  it('are sealed with the first key by a start, so that the others can be removed', async () => {
    const [old, fresh] = [keyNamed(), keyNamed()]
    const store = await world.start({ keyRing: new KeyRing([old]) })
    await store.saveChannel({ name: 'shop', config, paused: false })
    await store.saveCredentials(credentials)
    await store.stop()
    const sealingKeys = () => withSealingKeys(world.dataDir, (ids) => [...ids])
    expect(sealingKeys()).toEqual([old.id])
    const rotated = await world.start({ keyRing: new KeyRing([fresh, old]) })
    expect(sealingKeys).toThrow('Cannot prune keys as no server may use it')
    await rotated.recover()
    await rotated.stop()
    expect(sealingKeys()).toEqual([fresh.id])
    // No server starts between the look and the removal, also on a folder without a lock, such as a restored one.
    const startMeanwhile = () => withSealingKeys(world.dataDir, () => lockFolder(world.dataDir))
    expect(startMeanwhile).toThrow('another one holds')
    rmSync(join(world.dataDir, LOCK_FILE))
    expect(startMeanwhile).toThrow('another one holds')
    const pruned = await (await world.start({ keyRing: new KeyRing([fresh]) })).recover()
    expect([pruned.channels[0]!.config, pruned.credentials]).toEqual([config, [credentials]])
  })

  it('that an earlier version stored in clear are sealed by a start, and nothing of them is left', async () => {
    const store = await world.start()
    await store.saveChannel({ name: 'shop', config, paused: true })
    await store.stop()
    const db = new DatabaseSync(join(world.dataDir, DATABASE_FILE))
    db.prepare('UPDATE channels SET config = ?, secrets = NULL').run(JSON.stringify(config))
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    expect(found()).toHaveLength(4)
    db.close()
    const later = await world.start()
    expect((await later.recover()).channels).toMatchObject([{ config, paused: true }])
    await later.stop()
    expect(found()).toEqual([])
  })
})
