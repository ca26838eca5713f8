import { describe, expect, it } from 'vitest'
import { hashOf, itemIdSeed, partitionKeySeed } from '../../../server/src/model/item-hashes.ts'
import { Verdict } from '../../../server/src/model/outcome-batch.ts'
import type { SearchPlace, SearchQuery } from '../../../server/src/store/search-store.ts'
import type { Store } from '../../../server/src/store/store.ts'
import { chunksOf, commit, jobOf, publish } from './fixtures.ts'
import { ownStore, type StoreKind } from './world.ts'

const kinds = ['job', 'execution', 'error_code', 'metadata', 'item', 'partition_key'] as const

/** Looking for ids and values. */
export function searchSuite(kind: StoreKind): void {
  const ask = (store: Store, text: string, more: Partial<SearchQuery> = {}) =>
    store.search({
      ...{ subscription: 'default', text, kinds, from: null, limit: 50, maxJobs: 1000, maxChunks: 1000, ...more },
    })

  /** Six items in two chunks, of which these have the id or the key `wanted`. */
  const publishWith = (
    store: Store,
    wanted: { readonly ids?: readonly number[]; readonly keys?: readonly number[] },
    members: Parameters<typeof jobOf>[1] = {},
  ) => {
    const record = jobOf(store.nextJobRef(), { total: 6, ...members })
    const { channel, objectType } = record.envelope
    const chunks = chunksOf(2, 3)
    for (const [column, indexes, hash] of [
      ['ids', wanted.ids, hashOf(itemIdSeed(objectType), 'wanted')],
      ['keys', wanted.keys, hashOf(partitionKeySeed(record.subscription, channel), 'wanted')],
    ] as const) {
      for (const index of indexes ?? []) {
        const chunk = chunks.find(({ firstIndex, count }) => index >= firstIndex && index < firstIndex + count)!
        chunk[column].set(hash, (index - chunk.firstIndex) * 2)
      }
    }
    return publish(store, { record, chunks })
  }

  describe('a search', () => {
    it('finds items and keys by their hashes, values and codes as they are, the newest job first', async () => {
      const store = await ownStore(kind)
      const older = await publishWith(store, { ids: [1, 4], keys: [5] })
      const envelope = { channel: 'search', objectType: 'offer', metadata: { a: 'x', b: 'wanted' } }
      const newer = await publishWith(store, { ids: [2], keys: [0, 2] }, { envelope })
      await publishWith(store, { ids: [0], keys: [0] }, { subscription: 'other' })
      const open = await publishWith(store, { ids: [1, 5] }, { phase: 'open', total: 3 })
      const { hits, next } = await ask(store, 'wanted')
      expect(next).toBeNull()
      expect(hits.map((hit) => [hit.ref, hit.kind, hit.index, hit.field])).toEqual([
        [open.ref, 'item', 1, null], // beyond its total is a part that was not appended
        [newer.ref, 'metadata', null, 'b'],
        [newer.ref, 'item', 2, null],
        [newer.ref, 'partition_key', 0, null],
        [older.ref, 'item', 1, null],
        [older.ref, 'item', 4, null],
        [older.ref, 'partition_key', 5, null],
      ])
      expect(hits[1]).toMatchObject({ jobId: newer.id, channel: 'search', value: 'wanted' })
      const keys = await ask(store, 'wanted', { kinds: ['partition_key'] })
      expect(keys.hits.map((hit) => hit.ref)).toEqual([newer.ref, older.ref])
      expect((await ask(store, 'wante')).hits).toEqual([])

      await commit(store, older.ref, [{ index: 0, verdict: Verdict.failed, detail: { error: { code: 'wanted' } } }])
      const [code] = (await ask(store, 'wanted')).hits
      expect(code).toMatchObject({ kind: 'error_code', channel: 'shop', jobId: null })
    })

    it('finds jobs and executions by the beginning of their id', async () => {
      const store = await ownStore(kind)
      const job = await publish(store, {
        record: jobOf(store.nextJobRef(), { envelope: { executionId: 'nightly-\u{10FFFF}x' } }),
      })
      await publish(store, { record: jobOf(store.nextJobRef(), { subscription: 'other' }) })
      for (const text of [job.id, job.id.slice(0, -1)]) {
        const { hits } = await ask(store, text)
        expect(hits.map((hit) => [hit.kind, hit.value])).toEqual([['job', job.id]])
      }
      expect((await ask(store, 'nightly-')).hits).toMatchObject([{ kind: 'execution', value: 'nightly-\u{10FFFF}x' }])
      expect((await ask(store, 'nightly')).hits).toEqual([]) // too short for a beginning
    })

    it('continues where it ended, in a job as well, and finds each once', async () => {
      const store = await ownStore(kind)
      const jobs = []
      for (let n = 0; n < 5; n++) jobs.unshift(await publishWith(store, { ids: [0, 5], keys: [1, 4] }))
      const all = jobs.flatMap(({ ref }) => [`${ref} item 0`, `${ref} item 5`, `${ref} partition_key 1`]).sort()
      for (const bound of [{ maxChunks: 1 }, { maxJobs: 2 }, { limit: 1 }, { limit: 15 }]) {
        const found: string[] = []
        let from: SearchPlace | null = null
        let pages = 0
        do {
          const page: Awaited<ReturnType<typeof ask>> = await ask(store, 'wanted', { ...bound, from })
          found.push(...page.hits.map((hit) => `${hit.ref} ${hit.kind} ${hit.index}`))
          from = page.next
          expect(++pages).toBeLessThan(20)
        } while (from !== null)
        expect([bound, pages > 1, found.sort()]).toEqual([bound, true, all])
      }
    })

    it('continues after a job that was deleted', async () => {
      const store = await ownStore(kind)
      const older = await publishWith(store, { ids: [0] })
      const newer = await publishWith(store, { ids: [0] })
      const from = { jobId: newer.id, chunk: 1, keyFound: false }
      expect((await ask(store, 'wanted', { from })).hits.map((hit) => hit.ref)).toEqual([older.ref])
      const gone = { ...from, jobId: `${newer.id.slice(0, -1)}~` as typeof newer.id }
      expect((await ask(store, 'wanted', { from: gone })).hits.map((hit) => hit.ref)).toEqual([newer.ref, older.ref])
    })
  })
}
