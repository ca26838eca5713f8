import { describe, expect, it } from 'vitest'
import type { JobId, JobRef } from '../../../server/src/model/ids.ts'
import { Verdict } from '../../../server/src/model/outcome-batch.ts'
import type {
  DeadLetterGroups,
  DeadLetterGroupsQuery,
  DeadLettersQuery,
} from '../../../server/src/store/outcome-store.ts'
import type { Store } from '../../../server/src/store/store.ts'
import {
  allItems,
  chunkOf,
  chunksOf,
  commit,
  endOf,
  jobOf,
  keyHash,
  outcomes,
  publish,
  T0,
  termsOf,
  ownerOf,
} from './fixtures.ts'
import { ownStore, type StoreKind } from './world.ts'

const failed = (index: number, code: string) => ({
  ...{ index, verdict: Verdict.failed, endedAtMs: T0 + index + 0.5 },
  detail: { error: { code } },
})

/** Failed items across jobs, and which of them are tried again. */
export function deadLetterSuite(kind: StoreKind): void {
  const list = async (store: Store, query: Partial<DeadLettersQuery> = {}) =>
    (await store.listDeadLetters({ subscription: 'default', limit: 1000, ...query })).map(
      ({ ref, index }) => `${ref}/${index}`,
    )

  const publishTo = (store: Store, channel: string, subscription = 'default') =>
    publish(store, {
      record: jobOf(store.nextJobRef(), { subscription, total: 12, envelope: { channel } }),
      chunks: chunksOf(4, 3),
    })

  describe('dead letters', () => {
    it('stand with the commit of the outcome, newest first, each failed item once', async () => {
      const store = await ownStore(kind)
      const job = await publish(store)
      await commit(store, job.ref, [{ index: 0 }, { index: 1, verdict: Verdict.retry, httpStatus: 500 }])
      await commit(store, job.ref, [failed(2, 'gone')])
      await commit(store, job.ref, [{ index: 1, attempt: 2, verdict: Verdict.failed, httpStatus: 503 }])
      await commit(store, job.ref, [{ ...failed(2, 'gone'), attempt: 2 }])
      const letters = await store.listDeadLetters({ subscription: 'default', limit: 10 })
      const same = { ref: job.ref, jobId: job.id, channel: 'shop', retriedAs: null }
      expect(letters).toEqual([
        { ...same, seq: expect.any(Number), index: 1, code: 'http_503', failedAtMs: T0 + 100_005 },
        { ...same, seq: expect.any(Number), index: 2, code: 'gone', failedAtMs: T0 + 2 },
      ])
      expect(letters[0]!.seq).toBeGreaterThan(letters[1]!.seq)
      expect(await store.listDeadLetters({ subscription: 'other', limit: 10 })).toEqual([])
    })

    it('stand with the items that were rejected at ingest, in jobs and in parts', async () => {
      const store = await ownStore(kind)
      const record = jobOf(store.nextJobRef(), { phase: 'open' })
      const rejectedItems = (index: number) =>
        outcomes(store, record.ref, [{ ...failed(index, 'invalid_item'), attempt: 0 }])
      await publish(store, { record, chunks: [chunkOf()], outcomes: rejectedItems(1) })
      const chunks = [chunkOf({ chunk: 1, firstIndex: 3 })]
      await store.appendPart({
        owner: ownerOf(store),
        ref: record.ref,
        chunks,
        outcomes: rejectedItems(4),
        total: 6,
        touchedAtMs: T0,
      })
      expect(await list(store, { codes: ['invalid_item'] })).toEqual([`${record.ref}/4`, `${record.ref}/1`])
    })

    it('are grouped by channel, code and first line of the detail, some at a time', async () => {
      const store = await ownStore(kind)
      const job = await publishTo(store, 'shop')
      const other = await publishTo(store, 'search')
      const detailed = (index: number, detail: string) => ({
        ...failed(index, 'gone'),
        detail: { error: { code: 'gone', detail } },
      })
      await commit(store, other.ref, [detailed(0, 'sku 1')])
      await commit(store, job.ref, [detailed(0, 'sku 2'), detailed(1, 'sku 33\nrequest a'), failed(2, 'gone')])
      await commit(store, job.ref, [detailed(3, 'sku 4'), failed(4, 'late')])
      const ask = (more: Partial<DeadLetterGroupsQuery> = {}) =>
        store.groupDeadLetters({ subscription: 'default', maxLetters: 100, maxGroups: 10, ...more })
      const shown = ({ groups }: DeadLetterGroups) =>
        groups.map(({ channel, code, count, newest }) => [channel, code, count, newest.index])
      const all = await ask()
      expect(shown(all)).toEqual([
        ['shop', 'late', 1, 4],
        ['shop', 'gone', 3, 3],
        ['shop', 'gone', 1, 2],
        ['search', 'gone', 1, 0],
      ])
      expect(all.groups[1]).toMatchObject({ retried: 0, firstFailedAtMs: T0, lastFailedAtMs: T0 + 3 })
      expect(all.nextBeforeSeq).toBeNull()
      const { error } = all.groups[1]!
      expect(all.groups[3]!.error).toBe(error)
      expect(shown(await ask({ errors: [error] }))).toEqual([
        ['shop', 'gone', 3, 3],
        ['search', 'gone', 1, 0],
      ])
      expect(await list(store, { errors: [error], channels: ['shop'] })).toEqual(
        [3, 1, 0].map((n) => `${job.ref}/${n}`),
      )
      expect(shown(await ask({ subscription: 'other' }))).toEqual([])

      for (const bound of [{ maxLetters: 2 }, { maxGroups: 1 }]) {
        const counted = new Map<string, number>()
        let beforeSeq: number | undefined
        do {
          const page = await ask({ ...bound, ...(beforeSeq !== undefined && { beforeSeq }) })
          for (const one of page.groups) {
            const name = `${one.channel} ${one.error}`
            counted.set(name, (counted.get(name) ?? 0) + one.count)
          }
          beforeSeq = page.nextBeforeSeq ?? undefined
        } while (beforeSeq !== undefined)
        expect([...counted.values()]).toEqual([1, 3, 1, 1])
      }
    })

    it('are not there when the commit was refused', async () => {
      const store = await ownStore(kind)
      const job = await publish(store)
      const stray = [failed(0, 'a'), { index: 9, chunk: 0 }]
      await expect(commit(store, job.ref, stray)).rejects.toMatchObject({ code: 'conflict' })
      expect(await list(store)).toEqual([])
    })

    it('are filtered by channel, job, code and key, each alone and together', async () => {
      const store = await ownStore(kind)
      const jobs = [await publishTo(store, 'shop'), await publishTo(store, 'search'), await publishTo(store, 'shop')]
      const strange = await publishTo(store, 'shop', 'other')
      const [a, b, c] = jobs.map((job) => job.ref)
      const all: string[] = []
      for (const [n, { ref }] of [...jobs, strange, ...jobs].entries()) {
        const index = n < 4 ? 0 : 10 // both of one key
        await commit(store, ref, [failed(index, n % 2 === 0 ? 'even' : 'odd')])
        if (ref !== strange.ref) all.unshift(`${ref}/${index}`)
      }
      expect(await list(store)).toEqual(all)
      expect(await list(store, { channels: ['search'] })).toEqual([`${b}/10`, `${b}/0`])
      expect(await list(store, { channels: ['search', 'shop', 'none'] })).toEqual(all)
      expect(await list(store, { channels: [] })).toEqual([])
      expect(await list(store, { jobIds: [jobs[2]!.id, jobs[0]!.id, jobs[0]!.id] })).toEqual([
        ...[`${c}/10`, `${a}/10`, `${c}/0`, `${a}/0`],
      ])
      expect(await list(store, { jobIds: [strange.id, 'job_unknown' as JobId] })).toEqual([])
      expect(await list(store, { codes: ['odd'] })).toEqual([`${b}/10`, `${b}/0`])
      expect(await list(store, { codes: ['odd', 'even', 'odd'] })).toEqual(all)
      expect(await list(store, { keyHash: keyHash(0) })).toEqual(all)
      expect(await list(store, { keyHash: keyHash(1) })).toEqual([])
      expect(
        await list(store, { keyHash: keyHash(0), channels: ['search'], codes: ['odd'], jobIds: [jobs[1]!.id] }),
      ).toEqual([`${b}/10`, `${b}/0`])
      expect(await list(store, { jobIds: [jobs[0]!.id], codes: ['odd'] })).toEqual([])
    })

    it('come in pages that continue before the last one', async () => {
      const store = await ownStore(kind)
      const count = 700
      const job = await publish(store, { chunks: chunksOf(1, count) })
      const letters = Array.from({ length: count }, (_, index) => ({ ...failed(index, `code-${index % 3}`), chunk: 0 }))
      await store.commitOutcomes({
        terms: termsOf(store),
        batches: outcomes(store, job.ref, letters, count),
        ended: [],
      })
      for (const filter of [{}, { codes: ['code-0', 'code-2', 'code-1'] }]) {
        const indexes: number[] = []
        for (let beforeSeq: number | undefined; ;) {
          const page = await store.listDeadLetters({ subscription: 'default', limit: 300, beforeSeq, ...filter })
          indexes.push(...page.map((letter) => letter.index))
          beforeSeq = page.at(-1)?.seq
          if (page.length < 300) break
        }
        expect(indexes).toEqual(Array.from({ length: count }, (_, at) => count - 1 - at))
      }
    })

    it('go with their job, at once and for good', async () => {
      const store = await ownStore(kind)
      const [job, kept] = [await publishTo(store, 'shop'), await publishTo(store, 'shop')]
      for (const { ref } of [job, kept]) await commit(store, ref, [failed(0, 'a'), failed(5, 'a')], endOf())
      await store.deleteJob(job.ref)
      const query = { codes: ['a'], keyHash: keyHash(0) }
      expect([await list(store), await list(store, query)]).toEqual([
        [`${kept.ref}/5`, `${kept.ref}/0`],
        [`${kept.ref}/0`],
      ])
    })
  })

  describe('items that are tried again', () => {
    it('name the last job that does, in items and dead letters', async () => {
      const store = await ownStore(kind)
      const old = await publish(store, { chunks: chunksOf(3, 1000) })
      const letters = [1, 1023, 1024, 2999].map((index) => failed(index, 'a'))
      await store.commitOutcomes({ terms: termsOf(store), batches: outcomes(store, old.ref, letters, 1000), ended: [] })
      const retry = async (...indexes: number[]) => {
        const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
        const trace = { traceparent, tracestate: 'vendor=state', continuesTrace: true }
        const record = jobOf(store.nextJobRef(), { retryOf: old.id, ...trace })
        await publish(store, { record, retries: [{ ref: old.ref, indexes: Uint32Array.from(indexes) }] })
        expect(await store.findJob(record.id)).toMatchObject({ retryOf: old.id, ...trace })
        return record.id
      }
      const first = await retry(1, 1023, 1024)
      const second = await retry(1024)
      const retriedAs = async () =>
        (await store.listDeadLetters({ subscription: 'default', limit: 10 })).map((letter) => letter.retriedAs)
      expect(await retriedAs()).toEqual([null, second, first, first])
      expect(await list(store, { notRetried: true })).toEqual([`${old.ref}/2999`])
      const items = await allItems(store, old.ref)
      const named = items.flatMap((item) => (item.retriedAs === null ? [] : [[item.index, item.retriedAs]]))
      expect(named).toEqual([
        [1, first],
        [1023, first],
        [1024, second],
      ])
      expect(items[1]).toMatchObject({ verdict: Verdict.failed })
    })

    it('are not written of a job that is gone, nor with one that is refused', async () => {
      const store = await ownStore(kind)
      const old = await publish(store)
      const indexes = () => Uint32Array.of(0)
      const twice = { ...jobOf(store.nextJobRef()), id: old.id }
      const refused = publish(store, { record: twice, retries: [{ ref: old.ref, indexes: indexes() }] })
      await expect(refused).rejects.toMatchObject({ code: 'conflict' })
      expect((await allItems(store, old.ref))[0]).toMatchObject({ retriedAs: null })
      await publish(store, { retries: [{ ref: 4_000_000 as JobRef, indexes: indexes() }] })
    })
  })
}
