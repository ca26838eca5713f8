import type { JobRef } from '../../../server/src/model/ids.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Verdict } from '../../../server/src/model/outcome-batch.ts'
import type { Store } from '../../../server/src/store/store.ts'
import {
  allItems,
  chunkOf,
  chunksOf,
  endOf,
  idHash,
  jobOf,
  keyHash,
  lineOf,
  outcomes,
  publish,
  readable,
  T0,
  textOf,
  recoveredChunks,
  termsOf,
} from './fixtures.ts'
import { ownStore, type StoreKind, StoreWorld } from './world.ts'

/** Outcomes of items, pages of items, recovery. */
export function itemSuite(kind: StoreKind): void {
  let world: StoreWorld
  let store: Store

  beforeAll(async () => {
    world = new StoreWorld(kind)
    store = await world.start()
  })

  afterAll(async () => {
    await world.close()
  })

  describe('counts by place', () => {
    /** The numbers of succeeded, failed and cancelled items of each bucket. */
    const countsOf = async (ref: JobRef, total: number, itemsPerBucket: number) => {
      const { succeeded, failed, cancelled } = await store.countItems({ ref, total, itemsPerBucket })
      return [succeeded, failed, cancelled].map((counts) => counts.join(' ')).join(', ')
    }

    it('are those of all committed outcomes, folded or not, whether chunks and buckets agree', async () => {
      const { ref } = await publish(store, { chunks: chunksOf(70, 3) })
      const commit = (list: Parameters<typeof outcomes>[2]) =>
        store.commitOutcomes({ terms: termsOf(store), batches: outcomes(store, ref, list), ended: [] })
      expect(await countsOf(ref, 210, 105)).toBe('0 0, 0 0, 0 0')
      await commit([
        ...[{ index: 0 }, { index: 1, verdict: Verdict.failed, httpStatus: 422 }, { index: 104 }],
        ...[
          { index: 105, verdict: Verdict.cancelled },
          { index: 2, verdict: Verdict.retry, retryAtMs: T0 + 1000 },
        ],
      ])
      expect(await countsOf(ref, 210, 105)).toBe('2 0, 1 0, 0 1')
      // Reading the items moves what is committed to where readers look.
      await allItems(store, ref)
      await commit([{ index: 2, attempt: 2 }, { index: 209 }])
      expect(await countsOf(ref, 210, 105)).toBe('3 1, 1 0, 0 1')
      const { succeeded, failed, cancelled } = await store.countItems({ ref, total: 210, itemsPerBucket: 2 })
      const found = [succeeded, failed, cancelled].map((counts) =>
        [...counts.entries()].filter(([, count]) => count > 0),
      )
      expect(found).toEqual([[0, 1, 52, 104], [0], [52]].map((buckets) => buckets.map((bucket) => [bucket, 1])))
      // Of an open job those of a part that is not appended yet do not count.
      expect(await countsOf(ref, 105, 105)).toBe('3, 1, 0')
    })

    it('are none for a job that is not there', async () => {
      expect(await countsOf(store.nextJobRef(), 4, 2)).toBe('0 0, 0 0, 0 0')
    })
  })

  describe('outcomes', () => {
    it('stand in the items, with the log of all calls, folded or not', async () => {
      const { ref } = await publish(store)
      const detail = { error: { code: 'http_503', detail: 'später' } }
      const commit = (list: Parameters<typeof outcomes>[2]) =>
        store.commitOutcomes({ terms: termsOf(store), batches: outcomes(store, ref, list), ended: [] })
      await commit([
        { index: 0 },
        {
          index: 2,
          verdict: Verdict.throttled,
          throttled: 1,
          httpStatus: 429,
          retryAtMs: T0 + 200_000,
          startedAtMs: T0 + 10.75,
        },
      ])
      await commit([
        {
          index: 2,
          attempt: 2,
          throttled: 1,
          verdict: Verdict.retry,
          httpStatus: 503,
          retryAtMs: T0 + 300_000,
          detail,
        },
      ])
      expect((await allItems(store, ref))[2]).toMatchObject({
        verdict: Verdict.retry,
        attempt: 2,
        throttled: 1,
        retryAtMs: T0 + 300_000,
      })
      await commit([
        {
          index: 2,
          attempt: 3,
          throttled: 1,
          startedAtMs: T0 + 300_001,
          endedAtMs: T0 + 300_009,
          detail: { result: [1] },
        },
      ])
      const items = (await allItems(store, ref)).map(readable)
      const call = {
        epoch: store.epoch,
        httpStatus: 200,
        retryAtMs: 0,
        startedAtMs: T0 + 100_000,
        endedAtMs: T0 + 100_005,
      }
      expect(items).toEqual([
        {
          ...{
            index: 0,
            line: lineOf(0),
            verdict: 1,
            attempt: 1,
            throttled: 0,
            retryAtMs: null,
            retriedAs: null,
            replacements: [],
            detail: null,
          },
          ...{ startedAtMs: T0 + 100_000, endedAtMs: T0 + 100_005 },
          log: [{ ...call, attempt: 1, verdict: 1, detail: null }],
        },
        {
          ...{
            index: 1,
            line: lineOf(1),
            verdict: 0,
            attempt: 0,
            throttled: 0,
            retryAtMs: null,
            retriedAs: null,
            replacements: [],
            detail: null,
          },
          ...{ startedAtMs: null, endedAtMs: null, log: [] },
        },
        {
          ...{
            index: 2,
            line: lineOf(2),
            verdict: 1,
            attempt: 3,
            throttled: 1,
            retryAtMs: null,
            retriedAs: null,
            replacements: [],
            detail: '{"result":[1]}',
          },
          ...{ startedAtMs: T0 + 10, endedAtMs: T0 + 300_009 },
          log: [
            {
              ...call,
              attempt: 1,
              verdict: 4,
              httpStatus: 429,
              retryAtMs: T0 + 200_000,
              startedAtMs: T0 + 10,
              detail: null,
            },
            {
              ...call,
              attempt: 2,
              verdict: 3,
              httpStatus: 503,
              retryAtMs: T0 + 300_000,
              detail: JSON.stringify(detail),
            },
            {
              ...call,
              attempt: 3,
              verdict: 1,
              startedAtMs: T0 + 300_001,
              endedAtMs: T0 + 300_009,
              detail: '{"result":[1]}',
            },
          ],
        },
      ])
      expect((await store.readItems({ ref, fromIndex: 2, limit: 1 })).items[0]!.log).toEqual([])
    })

    it('of several batches, jobs and chunks are committed as one', async () => {
      const jobs = [await publish(store, { chunks: chunksOf(3, 2) }), await publish(store, { chunks: chunksOf(3, 2) })]
      const batches = jobs.flatMap(({ ref }) => [
        ...outcomes(store, ref, [{ index: 0, detail: { result: ref } }, { index: 5 }], 2),
        ...outcomes(store, ref, [{ index: 3, verdict: Verdict.failed, detail: { error: ref } }], 2),
      ])
      await store.commitOutcomes({ terms: termsOf(store), batches, ended: [] })
      for (const { ref } of jobs) {
        const items = await allItems(store, ref)
        expect(items.map((item) => item.verdict)).toEqual([1, 0, 0, 2, 0, 1])
        expect([items[0], items[3]].map((item) => textOf(item!.detail))).toEqual([
          `{"result":${ref}}`,
          `{"error":${ref}}`,
        ])
      }
    })

    it('end jobs in the same commit', async () => {
      const job = await publish(store)
      const end = endOf({ outcome: 'partial', failed: 1 })
      const batches = outcomes(store, job.ref, [{ index: 0 }, { index: 1 }, { index: 2, verdict: Verdict.failed }])
      await store.commitOutcomes({ terms: termsOf(store), batches, ended: [{ ref: job.ref, end }] })
      expect(await store.findJob(job.id)).toEqual({ ...job, phase: 'ended', end })
      expect((await store.recover()).jobs).not.toContainEqual(expect.objectContaining({ id: job.id }))
      expect((await allItems(store, job.ref)).map((item) => item.verdict)).toEqual([1, 1, 2])
      await expect(
        store.commitOutcomes({ terms: termsOf(store), batches: [], ended: [{ ref: job.ref, end }] }),
      ).rejects.toMatchObject({ code: 'conflict' })
    })

    it.each([
      ['of an item that is not there', { index: 3, chunk: 0 }],
      ['of a chunk that is not there', { index: 0, chunk: 1 }],
      ['without a verdict', { index: 1, verdict: Verdict.unjudged }],
    ])('%s are refused, and with them the whole commit', async (_, stray) => {
      const { ref, id } = await publish(store)
      const batches = [...outcomes(store, ref, [{ index: 0 }]), ...outcomes(store, ref, [stray])]
      const commit = { terms: termsOf(store), batches, ended: [{ ref, end: endOf() }] }
      await expect(store.commitOutcomes(commit)).rejects.toMatchObject({ code: 'conflict' })
      expect((await allItems(store, ref)).map((item) => item.verdict)).toEqual([0, 0, 0])
      expect(await store.findJob(id)).toMatchObject({ phase: 'eligible' })
    })
  })

  describe('pages of items', () => {
    it('are cut at the limit and continue where stated', async () => {
      const { ref } = await publish(store, { chunks: chunksOf(3, 4) })
      const page = async (fromIndex: number, limit: number) => {
        const { items, nextIndex } = await store.readItems({ ref, fromIndex, limit })
        return [items.map((item) => item.index), nextIndex]
      }
      expect(await page(0, 4)).toEqual([[0, 1, 2, 3], 4])
      expect(await page(2, 5)).toEqual([[2, 3, 4, 5, 6], 7])
      expect(await page(10, 2)).toEqual([[10, 11], null])
      expect(await page(11, 5)).toEqual([[11], null])
      expect(await page(12, 5)).toEqual([[], null])
    })

    it('are filtered by verdict, id and key', async () => {
      const { ref } = await publish(store, { chunks: chunksOf(10, 4) })
      const list = [
        { index: 3 },
        { index: 13 },
        { index: 14, verdict: Verdict.retry, retryAtMs: T0 },
        { index: 33, verdict: Verdict.failed },
      ]
      await store.commitOutcomes({ terms: termsOf(store), batches: outcomes(store, ref, list, 4), ended: [] })
      const found = async (query: object) => (await allItems(store, ref, query)).map((item) => item.index)
      expect(await found({ verdicts: [Verdict.succeeded] })).toEqual([3, 13])
      expect(await found({ verdicts: [Verdict.failed, Verdict.retry], limit: 1 })).toEqual([14, 33])
      expect(await found({ verdicts: [Verdict.unjudged] })).toHaveLength(36)
      expect(await found({ idHash: idHash(21) })).toEqual([21])
      expect(await found({ keyHash: keyHash(3) })).toEqual([3, 13, 23, 33])
      expect(await found({ keyHash: keyHash(3), verdicts: [Verdict.unjudged] })).toEqual([23])
      expect(await found({ keyHash: [3, 3] })).toEqual([])
    })

    it('look at a bounded number of chunks and bytes', async () => {
      const many = await publish(store, { chunks: chunksOf(600, 1) })
      const page = await store.readItems({ ref: many.ref, fromIndex: 0, limit: 10, idHash: idHash(599) })
      expect(page).toMatchObject({ items: [], nextIndex: 256 })
      expect((await allItems(store, many.ref, { idHash: idHash(599) })).map((item) => item.index)).toEqual([599])
      const large = await publish(store, { chunks: chunksOf(12, 2, 500_000) })
      const bounded = await store.readItems({ ref: large.ref, fromIndex: 0, limit: 1000 })
      expect([bounded.items.length, bounded.nextIndex]).toEqual([9, 9])
      expect(await allItems(store, large.ref)).toHaveLength(24)
    })

    it('are read by their indexes, without the chunks between them', async () => {
      const { ref } = await publish(store, { chunks: chunksOf(600, 2) })
      const page = await store.readItems({ ref, fromIndex: 3, limit: 4, indexes: [3, 4, 1198, 5000] })
      expect([page.items.map(({ index }) => index), page.nextIndex]).toEqual([[3, 4, 1198], null])
      const rest = await store.readItems({ ref, fromIndex: 4, limit: 1, indexes: [3, 4, 1198] })
      expect([rest.items.map(({ index }) => index), rest.nextIndex]).toEqual([[4], 5])
    })

    it('are the same again after the memory of a page was given back', async () => {
      const { ref } = await publish(store, { chunks: chunksOf(1, 3) })
      const lines = async () => {
        const page = await store.readItems({ ref, fromIndex: 0, limit: 10 })
        const texts = page.items.map(({ line }) => Buffer.from(line).toString())
        page.release?.()
        return texts
      }
      const first = await lines()
      expect(first).toHaveLength(3)
      expect(await lines()).toEqual(first)
    })
  })

  describe('recovery', () => {
    it('lists what has not ended: open jobs first, then in the order of eligibility', async () => {
      const store = await ownStore(kind)
      const open = await publish(store, { record: jobOf(store.nextJobRef(), { phase: 'open' }) })
      const later = store.nextJobRef()
      const first = await publish(store)
      await publish(store, { record: jobOf(store.nextJobRef(), { phase: 'ended', end: endOf() }) })
      const second = await publish(store, { record: jobOf(later) })
      expect((await store.recover()).jobs).toEqual([open, first, second])
    })

    it('recovers keys, verdicts and waits of all chunks in order', async () => {
      const { ref } = await publish(store, { chunks: chunksOf(300, 3) })
      const retry = { verdict: Verdict.retry, attempt: 2, throttled: 0, retryAtMs: T0 + 9 }
      const list = [
        { index: 0, startedAtMs: T0 + 50, endedAtMs: T0 + 60 },
        { index: 1, verdict: Verdict.throttled, throttled: 3, retryAtMs: T0 + 5 },
        { index: 2, verdict: Verdict.failed, startedAtMs: T0 + 40, endedAtMs: T0 + 70 },
        { index: 899, ...retry, attempt: 1 },
      ]
      const commit = (some: typeof list) =>
        store.commitOutcomes({ terms: termsOf(store), batches: outcomes(store, ref, some), ended: [] })
      await commit(list)
      await allItems(store, ref)
      await commit([{ index: 899, ...retry }])
      const chunks = await recoveredChunks(store, ref)
      expect(chunks.map(({ chunk, firstIndex, count }) => [chunk, firstIndex, count])).toEqual(
        Array.from({ length: 300 }, (_, chunk) => [chunk, chunk * 3, 3]),
      )
      const { keys } = chunkOf()
      expect(chunks[0]).toEqual({
        ...{
          ref,
          chunk: 0,
          firstIndex: 0,
          count: 3,
          keys,
          verdicts: new Uint8Array([1, 4, 2]),
          succeeded: 1,
          failed: 1,
          cancelled: 0,
        },
        waiting: [
          {
            ...{ index: 1, attempt: 1, throttled: 3, verdict: Verdict.throttled, retryAtMs: T0 + 5 },
            endedAtMs: expect.any(Number) as number,
            ...{
              holdsChannel: false,
              outageAttempts: 1,
              unresolvedAttempts: 0,
              outageSinceMs: expect.any(Number) as number,
            },
          },
        ],
        ...{ firstStartedAtMs: T0 + 40, lastEndedAtMs: T0 + 70 },
      })
      expect(chunks[299]).toMatchObject({
        verdicts: new Uint8Array([0, 0, 3]),
        waiting: [{ index: 899, ...retry }],
        lastEndedAtMs: null,
      })
      expect(chunks[1]).toMatchObject({
        verdicts: new Uint8Array(3),
        waiting: [],
        firstStartedAtMs: null,
        lastEndedAtMs: null,
      })
    })

    it('recovers many jobs at once, each whole and in order whatever their sizes', async () => {
      const chunkCounts = [700, 512, 0, ...Array.from({ length: 520 }, () => 1), 3]
      const refs: JobRef[] = []
      for (const count of chunkCounts) refs.push((await publish(store, { chunks: chunksOf(count, 1) })).ref)
      const found = new Map<JobRef, number[]>()
      await store.recoverChunks([...refs].reverse(), (chunks) => {
        for (const { ref, chunk } of chunks) found.set(ref, [...(found.get(ref) ?? []), chunk])
      })
      expect(refs.map((ref) => found.get(ref) ?? [])).toEqual(chunkCounts.map((count) => [...Array(count).keys()]))
      expect(found.size).toBe(refs.length - 1)
    })
  })
}
