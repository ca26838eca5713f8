import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JobId, JobRef } from '../../../server/src/model/ids.ts'
import { Verdict } from '../../../server/src/model/outcome-batch.ts'
import type { JobRecord } from '../../../server/src/model/job.ts'
import type { Store } from '../../../server/src/store/store.ts'
import {
  allItems,
  chunkOf,
  chunksOf,
  endOf,
  jobOf,
  keyOf,
  lineOf,
  outcomes,
  publish,
  T0,
  textOf,
  recoveredChunks,
  termsOf,
  ownerOf,
  owned,
} from './fixtures.ts'
import { ownStore, type StoreKind, StoreWorld } from './world.ts'

/** Publishing, growing, stopping, deleting and listing jobs. */
export function jobSuite(kind: StoreKind): void {
  let world: StoreWorld
  let store: Store

  beforeAll(async () => {
    world = new StoreWorld(kind)
    store = await world.start()
  })

  afterAll(async () => {
    await world.close()
  })

  describe('publishing', () => {
    it('shows nothing of a job before it is published', async () => {
      const store = await ownStore(kind)
      const ref = store.nextJobRef()
      const record = jobOf(ref)
      await store.writeChunks(ref, [chunkOf()])
      expect(await store.findJob(record.id)).toBeNull()
      expect(await store.listJobs({ subscription: 'default', limit: 10 })).toEqual([])
      expect(await store.loadChunks([{ ref, chunk: 0 }])).toEqual([null])
      expect(await store.recover()).toEqual({
        ...{
          jobs: [],
          channels: [],
          credentials: [],
          tokens: [],
          subscriptions: [],
          webhookEndpoints: [],
          jobWebhooks: [],
          replaced: [],
        },
      })
      expect(await store.readItems({ ref, fromIndex: 0, limit: 10 })).toMatchObject({ items: [], nextIndex: null })
    })

    it('keeps record and chunks as they were given', async () => {
      const ref = store.nextJobRef()
      const [early, late] = chunksOf(2, 3)
      await store.writeChunks(ref, [early!])
      const record = jobOf(ref, {
        total: 6,
        createdAtMs: T0 + 0.25,
        envelope: { source: null, metadata: { a: 'ü', b: '' } },
      })
      const { eligibleSeq } = await publish(store, { record, chunks: [late!] })
      expect(await store.findJob(record.id)).toEqual({ ...record, eligibleSeq })
      const bodies = await store.loadChunks([
        { ref, chunk: 1 },
        { ref, chunk: 2 },
        { ref, chunk: 0 },
      ])
      expect(bodies.map((body) => body && textOf(body))).toEqual([
        `${lineOf(3)}\n${lineOf(4)}\n${lineOf(5)}\n`,
        null,
        `${lineOf(0)}\n${lineOf(1)}\n${lineOf(2)}\n`,
      ])
    })

    it('takes views over parts of larger buffers, and of the pool of Node', async () => {
      const whole = chunksOf(1, 4)[0]!
      const keys = new Uint32Array(20)
      keys.set(whole.keys, 5)
      const draft = { ...whole, keys: keys.subarray(5, 13), body: Buffer.from(Buffer.from(whole.body).toString()) }
      const { ref } = await publish(store, { chunks: [draft] })
      expect(keys.length).toBe(20)
      expect((await recoveredChunks(store, ref))[0]!.keys).toEqual(chunksOf(1, 4)[0]!.keys)
      expect((await allItems(store, ref)).map((item) => textOf(item.line))).toEqual(
        [0, 1, 2, 3].map((index) => lineOf(index)),
      )
    })

    it('numbers eligible jobs in the order of the calls; open and ended ones get 0', async () => {
      const phases = ['eligible', 'open', 'eligible', 'ended', 'eligible'] as const
      const published = await Promise.all(
        phases.map((phase) =>
          publish(store, { record: jobOf(store.nextJobRef(), { phase, end: phase === 'ended' ? endOf() : null }) }),
        ),
      )
      const [first, open, second, ended, third] = published.map((job) => job.eligibleSeq)
      expect([open, ended]).toEqual([0, 0])
      expect(first! < second! && second! < third!).toBe(true)
    })

    it('numbers jobs of one call in the order given, and publishes all of them or none', async () => {
      const make = (key: string) => {
        const records = (['eligible', 'waiting', 'eligible'] as const).map((phase) =>
          jobOf(store.nextJobRef(), { phase }),
        )
        const jobs = records.map((record) => ({ record, chunks: [chunkOf()], outcomes: [] }))
        const idempotency = keyOf(records[0]!.id, { scope: 'default retry', key })
        return { records, publish: store.publishJobs({ jobs, idempotency, execution: null }) }
      }
      const before = await publish(store)
      const { records, publish: published } = make('several')
      const [first, waiting, last] = await published
      expect(first).toBeGreaterThan(before.eligibleSeq)
      expect([waiting, last]).toEqual([0, first! + 1])
      const again = make('several')
      await expect(again.publish).rejects.toMatchObject({ code: 'conflict' })
      const find = (of: readonly JobRecord[]) => Promise.all(of.map(({ id }) => store.findJob(id)))
      expect(await find(again.records)).toEqual([null, null, null])
      expect((await find(records)).map((job) => job?.eligibleSeq)).toEqual([first, 0, last])
    })

    it('discards a draft, but no published job', async () => {
      const ref = store.nextJobRef()
      await store.writeChunks(ref, [chunkOf()])
      await store.discardJob(ref)
      await store.discardJob(ref)
      await store.discardJob(store.nextJobRef())
      const job = await publish(store)
      await store.discardJob(job.ref)
      expect(await store.findJob(job.id)).not.toBeNull()
      expect(await allItems(store, job.ref)).toHaveLength(3)
    })

    it('makes outcomes of rejected items durable with the job', async () => {
      const ref = store.nextJobRef()
      const failed = { index: 1, verdict: Verdict.failed, attempt: 0, httpStatus: 0, startedAtMs: 0, endedAtMs: T0 + 7 }
      const error = { error: { code: 'invalid_item' } }
      await publish(store, { record: jobOf(ref), outcomes: outcomes(store, ref, [{ ...failed, detail: error }]) })
      const items = await allItems(store, ref)
      expect(items.map((item) => item.verdict)).toEqual([0, Verdict.failed, 0])
      expect(textOf(items[1]!.detail)).toBe(JSON.stringify(error))
      expect(items[1]).toMatchObject({ attempt: 0, startedAtMs: null, endedAtMs: T0 + 7 })
    })
  })

  describe('open jobs', () => {
    let job: { ref: JobRef; id: JobId }

    beforeEach(async () => {
      job = await publish(store, {
        record: jobOf(store.nextJobRef(), { phase: 'open', total: 0, sealedAtMs: null }),
        chunks: [],
      })
    })

    const seal = () => ({ owner: ownerOf(store), sealedAtMs: T0, phase: 'eligible' as const })
    const part = (chunk: number, firstIndex: number, total: number) => ({
      ...{
        ref: job.ref,
        owner: ownerOf(store),
        chunks: [chunkOf({ chunk, firstIndex })],
        outcomes: [],
        total,
        touchedAtMs: T0 + total,
      },
    })

    it('grow by parts and are sealed into the order', async () => {
      await store.appendPart(part(0, 0, 3))
      await store.appendPart({
        ...part(1, 3, 6),
        outcomes: outcomes(store, job.ref, [{ index: 4, verdict: Verdict.failed }]),
      })
      expect(await store.findJob(job.id)).toMatchObject({
        phase: 'open',
        total: 6,
        touchedAtMs: T0 + 6,
        eligibleSeq: 0,
      })
      const { eligibleSeq } = await store.sealJob(job.ref, {
        owner: ownerOf(store),
        sealedAtMs: T0 + 9,
        phase: 'eligible',
      })
      expect(await store.findJob(job.id)).toMatchObject({ phase: 'eligible', sealedAtMs: T0 + 9, eligibleSeq })
      expect((await publish(store)).eligibleSeq).toBeGreaterThan(eligibleSeq)
      expect((await allItems(store, job.ref)).map((item) => item.verdict)).toEqual([0, 0, 0, 0, 2, 0])
    })

    it.each([
      ['a gap', () => part(0, 3, 6)],
      ['a chunk number left out', () => part(1, 0, 3)],
      ['another total than the items make', () => part(0, 0, 4)],
      ['an unknown job', () => ({ ...part(0, 0, 3), ref: 4_000_000 as JobRef })],
      ['an outcome of another chunk', () => ({ ...part(0, 0, 3), outcomes: outcomes(store, job.ref, [{ index: 3 }]) })],
    ])('refuse a part with %s, whole', async (_, made) => {
      await expect(store.appendPart(made())).rejects.toMatchObject({ code: 'conflict' })
      expect(await store.findJob(job.id)).toMatchObject({ total: 0 })
      expect(await allItems(store, job.ref)).toEqual([])
      await store.appendPart(part(0, 0, 3))
    })

    it('take nothing more once sealed or stopped', async () => {
      await store.sealJob(job.ref, seal())
      await expect(store.appendPart(part(0, 0, 3))).rejects.toMatchObject({ code: 'conflict' })
      await expect(store.sealJob(job.ref, seal())).rejects.toMatchObject({ code: 'conflict' })
      const other = await publish(store, { record: jobOf(store.nextJobRef(), { phase: 'open', total: 0 }), chunks: [] })
      await store.markStopped(owned(store, [other.ref]), { reason: 'cancelled', atMs: T0 })
      await expect(store.appendPart({ ...part(0, 0, 3), ref: other.ref })).rejects.toMatchObject({ code: 'conflict' })
      await expect(store.sealJob(other.ref, seal())).rejects.toMatchObject({ code: 'conflict' })
    })
  })

  describe('stopping and deleting jobs', () => {
    it('keeps the first stop mark only', async () => {
      const job = await publish(store)
      await store.markStopped(owned(store, [job.ref]), { reason: 'cancelled', atMs: T0 + 1 })
      await store.markStopped(owned(store, [job.ref]), { reason: 'expired', atMs: T0 + 2 })
      await store.markStopped(owned(store, [3_000_000 as JobRef]), { reason: 'expired', atMs: T0 + 2 })
      expect((await store.findJob(job.id))?.stop).toEqual({ reason: 'cancelled', atMs: T0 + 1 })
      expect((await store.recover()).jobs).toContainEqual(await store.findJob(job.id))
    })

    it('deletes an ended job: nothing of it is seen any more', async () => {
      const store = await ownStore(kind)
      const kept = await publish(store)
      const job = await publish(store, { chunks: chunksOf(5, 3) })
      await expect(store.deleteJob(job.ref)).rejects.toMatchObject({ code: 'conflict' })
      const batches = outcomes(store, job.ref, [{ index: 0 }, { index: 7, verdict: Verdict.failed, detail: {} }])
      await store.commitOutcomes({ terms: termsOf(store), batches, ended: [{ ref: job.ref, end: endOf() }] })
      await store.deleteJob(job.ref)
      await store.deleteJob(job.ref)
      expect(await store.findJob(job.id)).toBeNull()
      expect(await store.listJobs({ subscription: 'default', limit: 10 })).toEqual([kept])
      expect(await allItems(store, job.ref)).toEqual([])
      expect(await store.loadChunks([{ ref: job.ref, chunk: 4 }])).toEqual([null])
      expect(await allItems(store, kept.ref)).toHaveLength(3)
    })
  })

  describe('lists of jobs', () => {
    it('are newest first, of one subscription, filtered and cut', async () => {
      const subscription = 'lists'
      const jobs: JobRecord[] = []
      for (let n = 0; n < 6; n++) {
        const phase = (['open', 'eligible', 'ended'] as const)[n % 3]!
        const end = phase === 'ended' ? endOf({ outcome: n === 2 ? 'failed' : 'succeeded' }) : null
        const channel = n < 3 ? 'shop' : 'search'
        const source = n === 4 ? null : `source-${n}`
        const createdAtMs = T0 + n * 10
        const record = jobOf(store.nextJobRef(), {
          subscription,
          phase,
          end,
          createdAtMs,
          envelope: { channel, source },
        })
        jobs.push(await publish(store, { record, chunks: [] }))
      }
      await publish(store, { record: jobOf(store.nextJobRef(), { subscription: 'other' }), chunks: [] })
      const list = async (query: object) =>
        (await store.listJobs({ subscription, limit: 10, ...query })).map((job) =>
          jobs.findIndex(({ id }) => id === job.id),
        )

      expect(await store.listJobs({ subscription, limit: 2 })).toEqual([jobs[5], jobs[4]])
      expect(await list({ limit: 2, beforeId: jobs[4]!.id })).toEqual([3, 2])
      expect(await list({ phases: ['open', 'ended'] })).toEqual([5, 3, 2, 0])
      expect(await list({ outcomes: ['failed', 'partial'] })).toEqual([2])
      expect(await list({ channels: ['search'], phases: ['eligible'] })).toEqual([4])
      expect(await list({ sources: ['source-1', 'source-5'] })).toEqual([5, 1])
      expect(await list({ createdAfterMs: T0 + 10, createdBeforeMs: T0 + 40 })).toEqual([3, 2])
      expect(await list({ phases: [] })).toEqual([])
      expect(await list({ subscription: 'nobody' })).toEqual([])
    })

    it('take any text in a filter', async () => {
      const subscription = 'any-text'
      const sources = ['a\0b', '{"c"}', "d'\\,"]
      const jobs: JobRecord[] = []
      for (const source of sources) {
        const record = jobOf(store.nextJobRef(), { subscription, envelope: { source } })
        jobs.push(await publish(store, { record, chunks: [] }))
      }
      for (const [n, source] of sources.entries()) {
        const found = await store.listJobs({ subscription, limit: 10, sources: [source, 'none'] })
        expect(found.map(({ id }) => id)).toEqual([jobs[n]!.id])
      }
      expect(await store.listJobs({ subscription, limit: 10, sources: ['\ud800', '\0'] })).toEqual([])
    })
  })
}
