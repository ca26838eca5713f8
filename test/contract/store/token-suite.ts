import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AccessTokenRecord } from '../../../server/src/model/access-token.ts'
import { newJobId, newTokenId } from '../../../server/src/model/ids.ts'
import { keyOf, publish, T0 } from './fixtures.ts'
import { ownStore, type StoreKind, StoreWorld } from './world.ts'

function tokenOf(members: Partial<AccessTokenRecord> = {}): AccessTokenRecord {
  return {
    ...{ id: newTokenId(T0), hash: new Uint8Array(createHash('sha256').update(randomBytes(8)).digest()) },
    ...{ name: 'nightly', subscription: 'default', scopes: ['jobs:read', 'admin'], createdAtMs: T0 },
    ...{ jobs: null, createdBy: 'admin', expiresAtMs: null },
    ...members,
  }
}

/** Access tokens. */
export function tokenSuite(kind: StoreKind): void {
  describe('access tokens', () => {
    it('are recovered as they were made, by id, until they are removed', async () => {
      const store = await ownStore(kind)
      const tokens = [
        tokenOf({ name: 'ünï 😀', subscription: '__proto__', expiresAtMs: T0 + 0.5 }),
        tokenOf({ createdBy: newTokenId(T0) }),
        tokenOf({ scopes: [], jobs: [newJobId(T0), newJobId(T0)] }),
      ]
      for (const token of tokens.toReversed()) await store.createToken(token, null)
      expect((await store.recover()).tokens).toEqual(tokens)
      await store.removeTokens([tokens[1]!.id, newTokenId(T0)])
      expect((await store.recover()).tokens).toEqual([tokens[0], tokens[2]])
      await store.removeTokens([tokens[1]!.id])
      expect((await store.recover()).tokens).toHaveLength(2)
    })

    it('leave the buffer of the hash with their maker', async () => {
      const store = await ownStore(kind)
      const token = tokenOf()
      await store.createToken(token, null)
      expect(token.hash).toHaveLength(32)
    })

    it('are made with an idempotency key, of which they leave a tombstone', async () => {
      const store = await ownStore(kind)
      const token = tokenOf()
      const key = keyOf(token.id, { body: '' })
      await store.createToken(token, key)
      expect(await store.findIdempotency(key.scope, key.key)).toEqual({ record: key, deleted: false })
      await store.removeTokens([token.id])
      expect(await store.findIdempotency(key.scope, key.key)).toEqual({ record: key, deleted: true })
    })

    it('are refused with a key that another request used, whole, beside calls that go through', async () => {
      const store = await ownStore(kind)
      const [first, second, third] = [tokenOf(), tokenOf(), tokenOf()] as const
      const job = await publish(store)
      const results = await Promise.allSettled([
        store.createToken(first, keyOf(first.id, { key: 'same' })),
        store.createToken(second, keyOf(second.id, { key: 'same' })),
        store.createToken(third, keyOf(job.id, { key: 'another' })),
      ])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(results[1]).toMatchObject({ reason: { code: 'conflict' } })
      expect((await store.recover()).tokens).toEqual([first, third])
    })

    it.runIf(kind === 'disk')('are there after a restart, and leave no trace once removed', async () => {
      const world = new StoreWorld(kind)
      onTestFinished(() => world.close())
      const [kept, removed] = [tokenOf(), tokenOf({ name: 'a-name-that-is-removed' })]
      const first = await world.start()
      await first.createToken(kept, null)
      await first.createToken(removed, null)
      await first.stop()
      const second = await world.start()
      expect((await second.recover()).tokens).toEqual([kept, removed])
      await second.removeTokens([removed.id])
      await second.stop()
      const third = await world.start()
      expect((await third.recover()).tokens).toEqual([kept])
      await third.stop()
      const files = readdirSync(world.dataDir).map((name) => readFileSync(join(world.dataDir, name)))
      const has = (bytes: string | Uint8Array): boolean =>
        files.some((file) => file.includes(typeof bytes === 'string' ? bytes : Buffer.from(bytes)))
      expect([has(kept.hash), has(removed.hash), has(removed.name)]).toEqual([true, false, false])
    })
  })
}
