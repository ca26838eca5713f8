import { beforeEach, describe, expect, it } from 'vitest'
import type { JobId, JobRef } from '../../../server/src/model/ids.ts'
import { Verdict } from '../../../server/src/model/outcome-batch.ts'
import type { RejectedItems } from '../../../server/src/store/item-store.ts'
import type { Store } from '../../../server/src/store/store.ts'
import {
  allItems,
  chunkOf,
  chunksOf,
  commit,
  jobOf,
  outcomes,
  publish,
  recoveredChunks,
  T0,
  textOf,
  ownerOf,
} from './fixtures.ts'
import { ownStore, type StoreKind } from './world.ts'

/** Items of a chunk of three, by index, that are rejected at ingest; of which kind of item is in their error. */
export function rejectedItemsOf(store: Store, ref: JobRef, chunk: number, indexes: readonly number[]): RejectedItems {
  const rejected = { verdict: Verdict.failed, attempt: 0, httpStatus: 0, startedAtMs: 0, endedAtMs: T0 + 7 }
  const list = indexes.map((index) => ({
    ...rejected,
    index,
    detail: { error: { code: 'invalid_item', detail: `${index}` } },
  }))
  return { chunk, firstIndex: chunk * 3, count: 3, outcomes: outcomes(store, ref, list)[0]! }
}

const lane = { subscription: 'default', channel: 'shop' }

/** Items that are rejected at ingest, written before the job or the part they belong to. */
export function rejectedItemsSuite(kind: StoreKind): void {
  let store: Store

  beforeEach(async () => {
    store = await ownStore(kind)
  })

  const letters = async (query: { codes?: string[]; jobIds?: JobId[] } = {}) =>
    (await store.listDeadLetters({ subscription: 'default', limit: 100, ...query })).map(({ index }) => index)
  const verdicts = async (ref: JobRef) => (await allItems(store, ref)).map((item) => item.verdict)

  describe('items that are rejected at ingest', () => {
    it('are seen once their job is published, and only then', async () => {
      const ref = store.nextJobRef()
      const record = jobOf(ref, { total: 9 })
      await store.writeChunks(ref, chunksOf(3, 3))
      await store.writeRejectedItems({ ref, ...lane }, [rejectedItemsOf(store, ref, 0, [0])])
      await store.writeRejectedItems({ ref, ...lane }, [
        rejectedItemsOf(store, ref, 0, [2]),
        rejectedItemsOf(store, ref, 1, [3, 4, 5]),
      ])
      expect([await letters(), await letters({ codes: ['invalid_item'] })]).toEqual([[], []])
      expect(await allItems(store, ref)).toEqual([])
      const rest = rejectedItemsOf(store, ref, 2, [8])
      await publish(store, {
        record,
        chunks: [],
        outcomes: [rejectedItemsOf(store, ref, 0, [1]), rest].map((b) => b.outcomes),
      })
      expect(await verdicts(ref)).toEqual([2, 2, 2, 2, 2, 2, 0, 0, 2])
      expect((await letters()).sort()).toEqual([0, 1, 2, 3, 4, 5, 8])
      expect((await letters({ jobIds: [record.id] })).sort()).toEqual([0, 1, 2, 3, 4, 5, 8])
      await commit(store, ref, [{ index: 6 }, { index: 7, verdict: Verdict.failed }])
      expect(await recoveredChunks(store, ref)).toMatchObject([
        { failed: 3 },
        { failed: 3 },
        { failed: 2, succeeded: 1 },
      ])
      expect(textOf((await allItems(store, ref))[4]!.detail)).toContain('"detail":"4"')
      expect(await letters()).toHaveLength(8)
    })

    it('go with their job when it is discarded', async () => {
      const ref = store.nextJobRef()
      await store.writeChunks(ref, [chunkOf()])
      await store.writeRejectedItems({ ref, ...lane }, [rejectedItemsOf(store, ref, 0, [0, 1, 2])])
      await store.discardJob(ref)
      expect(await letters()).toEqual([])
    })

    it.each([
      ['of another chunk', (ref: JobRef) => ({ ...rejectedItemsOf(store, ref, 0, [3]), chunk: 0 })],
      [
        'of another job',
        (ref: JobRef) => ({ ...rejectedItemsOf(store, ref, 0, [0]), ...rejectedItemsOf(store, 9 as JobRef, 0, [0]) }),
      ],
      [
        'that did not fail',
        (ref: JobRef) => ({
          ...rejectedItemsOf(store, ref, 0, [0]),
          outcomes: outcomes(store, ref, [{ index: 0 }])[0]!,
        }),
      ],
      ['that failed already', (ref: JobRef) => rejectedItemsOf(store, ref, 0, [1, 1])],
    ])('are refused, all of a call, with an outcome %s', async (_, made) => {
      const ref = store.nextJobRef()
      await store.writeChunks(ref, [chunkOf()])
      const refused = store.writeRejectedItems({ ref, ...lane }, [rejectedItemsOf(store, ref, 0, [2]), made(ref)])
      await expect(refused).rejects.toMatchObject({ code: 'conflict' })
      await publish(store, { record: jobOf(ref), chunks: [] })
      expect([await verdicts(ref), await letters()]).toEqual([[0, 0, 0], []])
    })
  })

  describe('items of a part that are rejected at ingest', () => {
    let job: { ref: JobRef; id: JobId }
    const rejected = (chunk: number, indexes: readonly number[]) =>
      store.writeRejectedItems({ ref: job.ref, ...lane }, [rejectedItemsOf(store, job.ref, chunk, indexes)])
    const part = (chunk: number, options: { rejectedAhead?: boolean } = {}) =>
      store.appendPart({
        owner: ownerOf(store),
        ...{ ref: job.ref, chunks: [chunkOf({ chunk, firstIndex: chunk * 3 })], outcomes: [] },
        ...{ total: chunk * 3 + 3, touchedAtMs: T0, ...options },
      })

    beforeEach(async () => {
      job = await publish(store, { record: jobOf(store.nextJobRef(), { phase: 'open', total: 3 }) })
    })

    it('are seen once it is appended, and only then', async () => {
      await rejected(1, [3])
      await rejected(1, [5])
      expect([await letters(), await verdicts(job.ref)]).toEqual([[], [0, 0, 0]])
      expect(await recoveredChunks(store, job.ref)).toHaveLength(1)
      await part(1, { rejectedAhead: true })
      expect([await letters(), await verdicts(job.ref)]).toEqual([
        [5, 3],
        [0, 0, 0, 2, 0, 2],
      ])
      expect((await recoveredChunks(store, job.ref))[1]).toMatchObject({ failed: 2 })
    })

    it('are gone when it is given up: another part in its place has its own', async () => {
      await rejected(1, [3, 4])
      await store.discardJob(job.ref)
      await rejected(1, [4, 5])
      await part(1, { rejectedAhead: true })
      expect([await letters(), await verdicts(job.ref)]).toEqual([
        [5, 4],
        [0, 0, 0, 0, 2, 2],
      ])
    })

    it('are not taken over by a part that wrote none, nor by the seal', async () => {
      await rejected(1, [3, 4])
      await part(1)
      await rejected(2, [6])
      await store.sealJob(job.ref, { owner: ownerOf(store), sealedAtMs: T0, phase: 'eligible' })
      expect([await letters(), await verdicts(job.ref)]).toEqual([[], [0, 0, 0, 0, 0, 0]])
      await commit(store, job.ref, [{ index: 4, verdict: Verdict.failed }])
      expect(await letters()).toEqual([4])
    })

    it('are refused of items that are stored, and of a job that is not open', async () => {
      await expect(rejected(0, [1])).rejects.toMatchObject({ code: 'conflict' })
      await store.sealJob(job.ref, { owner: ownerOf(store), sealedAtMs: T0, phase: 'eligible' })
      await expect(rejected(1, [3])).rejects.toMatchObject({ code: 'conflict' })
    })
  })
}
