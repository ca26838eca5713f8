import { describe, expect, it } from 'vitest'
import type { JobRecord } from '../../../server/src/model/job.ts'
import type { NewerQuery } from '../../../server/src/store/item-store.ts'
import type { Store } from '../../../server/src/store/store.ts'
import { chunksOf, endOf, idHash, jobOf, publish } from './fixtures.ts'
import { ownStore, type StoreKind } from './world.ts'

/** Newer items, which a retry of old ones would overwrite. */
export function newerSuite(kind: StoreKind): void {
  const idsOf = (...items: number[]) => Uint32Array.from(items.flatMap((item) => idHash(item)))

  const find = (store: Store, of: JobRecord, query: Partial<NewerQuery> = {}) =>
    store.findNewer({
      ...{ subscription: 'default', channel: 'shop', afterSeq: of.eligibleSeq, except: of.ref, objectType: 'product' },
      ...{ ids: idsOf(4), limit: 10, ...query },
    })

  const publishAs = (store: Store, members: Parameters<typeof jobOf>[1]) =>
    publish(store, { record: jobOf(store.nextJobRef(), { total: 6, ...members }), chunks: chunksOf(2, 3) })

  describe('newer items', () => {
    it('are those of jobs that became eligible later, or have yet to; not of others', async () => {
      const store = await ownStore(kind)
      const older = await publishAs(store, {})
      const job = await publishAs(store, {})
      const newer = await publishAs(store, {})
      const waiting = await publishAs(store, { phase: 'waiting' })
      const open = await publishAs(store, { phase: 'open' })
      await publishAs(store, { phase: 'ended', end: endOf() }) // never had a place
      await publishAs(store, { subscription: 'other' })
      await publishAs(store, { envelope: { channel: 'search' } })
      await publishAs(store, { envelope: { objectType: 'offer' } })
      const found = await find(store, job)
      expect(found).toEqual([open, waiting, newer].map(({ ref, id }) => ({ ref, jobId: id, index: 4, of: 0 })))
      expect((await find(store, older)).map((item) => item.ref)).toEqual(
        [open, waiting, job, newer].map((one) => one.ref),
      )
      expect(await find(store, job, { channel: 'unknown' })).toEqual([])
      expect(await find(store, job, { except: newer.ref })).toHaveLength(2)
    })

    it('are reported by the id that matched, at most as many as requested', async () => {
      const store = await ownStore(kind)
      const job = await publishAs(store, {})
      const newer = await publish(store, { chunks: chunksOf(50, 200) })
      const ids = idsOf(9_999, 20_000, 0, 500, 0)
      const found = await find(store, job, { ids: ids.slice() })
      expect(found).toEqual(
        [
          [0, 2],
          [500, 3],
          [9_999, 0],
        ].map(([index, of]) => ({ ref: newer.ref, jobId: newer.id, index, of })),
      )
      expect((await find(store, job, { ids: ids.slice(), limit: 2 })).map((item) => item.index)).toEqual([0, 500])
      expect(await find(store, job, { ids: new Uint32Array(0) })).toEqual([])
    })
  })
}
