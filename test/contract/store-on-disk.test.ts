import { chmodSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recordBytes, Verdict } from '../../server/src/model/outcome-batch.ts'
import { silentLogger } from '../../server/src/runtime/logger.ts'
import { Telemetry } from '../../server/src/runtime/telemetry.ts'
import { newKeyRing } from '../../server/src/secrets/open-key-ring.ts'
import { verifyFolder } from '../../server/src/store/sqlite/open/verify-folder.ts'
import { createSqliteStore } from '../../server/src/store/sqlite/sqlite-store.ts'
import type { StoreError } from '../../server/src/store/store-error.ts'
import { rejectedItemsOf } from './store/rejected-items-suite.ts'
import {
  allItems,
  chunkOf,
  chunksOf,
  endOf,
  jobOf,
  outcomes,
  owned,
  ownerOf,
  publish,
  readable,
  recoveredChunks,
  T0,
  termsOf,
} from './store/fixtures.ts'
import { StoreWorld, until } from './store/world.ts'

describe('store on disk', () => {
  let world: StoreWorld

  beforeEach(() => {
    world = new StoreWorld('disk')
  })

  afterEach(async () => {
    await world.close()
  })

  const bytesOf = (file: string) => statSync(join(world.dataDir, file)).size

  it('removes items that were rejected at ingest of jobs never published and parts never appended', async () => {
    const store = await world.start()
    const lane = { subscription: 'default', channel: 'shop' }
    const open = await publish(store, { record: jobOf(store.nextJobRef(), { phase: 'open', total: 3 }) })
    const [discarded, left] = [store.nextJobRef(), store.nextJobRef()]
    for (const ref of [discarded, left]) {
      await store.writeChunks(ref, chunksOf(200, 3))
      const rejected = Array.from({ length: 200 }, (_, n) => rejectedItemsOf(store, ref, n, [n * 3, n * 3 + 1]))
      await store.writeRejectedItems({ ref, ...lane }, rejected)
    }
    await store.writeRejectedItems({ ref: open.ref, ...lane }, [rejectedItemsOf(store, open.ref, 1, [3, 5])])
    const db = new DatabaseSync(join(world.dataDir, 'waybill.db'), { readOnly: true })
    const tables = ['dead_letters', 'outcome_maps', 'calls', 'chunks', 'drafts', 'part_drafts', 'removals']
    const countRows = (of: DatabaseSync) =>
      tables.map((name) => (of.prepare(`SELECT count(*) AS n FROM ${name}`).get() as { n: number }).n)
    const rows = () => countRows(db)
    expect(rows()).toEqual([802, 401, 401, 401, 2, 1, 0])
    await store.discardJob(discarded)
    await until(() => rows()[0] === 402)
    await store.writeRejectedItems({ ref: open.ref, ...lane }, [rejectedItemsOf(store, open.ref, 2, [6])])
    await store.discardJob(open.ref)
    await until(() => rows()[5] === 0)
    expect(rows()).toEqual([400, 200, 200, 201, 1, 0, 0])
    await store.writeRejectedItems({ ref: open.ref, ...lane }, [rejectedItemsOf(store, open.ref, 1, [4])])
    db.close()
    await store.stop() // as good as a crash: nothing of this is folded or answered later

    const again = await world.start()
    expect(await again.listDeadLetters({ subscription: 'default', limit: 10 })).toEqual([])
    const reader = new DatabaseSync(join(world.dataDir, 'waybill.db'), { readOnly: true })
    await until(() =>
      countRows(reader)
        .slice(4)
        .every((n) => n === 0),
    )
    expect(countRows(reader)).toEqual([0, 0, 0, 1, 0, 0, 0])
    reader.close()
    const chunks = [chunkOf({ chunk: 1, firstIndex: 3 })]
    await again.appendPart({ owner: ownerOf(again), ref: open.ref, chunks, outcomes: [], total: 6, touchedAtMs: T0 })
    expect((await allItems(again, open.ref)).map(({ verdict }) => verdict)).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('finds everything again after a stop', async () => {
    const store = await world.start()
    const job = await publish(store, { chunks: chunksOf(3, 3) })
    const ended = await publish(store, { record: jobOf(store.nextJobRef(), { phase: 'ended', end: endOf() }) })
    await store.saveChannel({ name: 'shop', config: null, paused: true })
    const tat = { unitUs: 1e9, atMs: T0 + 0.5, atUs: 77, bootId: 'a boot' }
    await store.saveTats([{ ...ownerOf(store), tat }])
    const list = [{ index: 1 }, { index: 4, verdict: Verdict.retry, retryAtMs: T0 + 5, detail: { error: 1 } }]
    await store.commitOutcomes({ terms: termsOf(store), batches: outcomes(store, job.ref, list), ended: [] })
    const items = await allItems(store, job.ref)
    await store.stop()
    expect(readdirSync(world.dataDir).sort()).toEqual(['lock.db', 'reserve', 'waybill.db'])

    const again = await world.start()
    expect(await again.recover()).toEqual({
      jobs: [job],
      credentials: [],
      tokens: [],
      subscriptions: [],
      webhookEndpoints: [],
      jobWebhooks: [],
      replaced: [],
      channels: [{ name: 'shop', config: null, paused: true, used: true, unblockedAtMs: null, tat }],
    })
    expect(await again.findJob(ended.id)).toEqual(ended)
    expect((await allItems(again, job.ref)).map(readable)).toEqual(items.map(readable))
    expect((await recoveredChunks(again, job.ref)).map((chunk) => [...chunk.verdicts])).toEqual([
      [0, 1, 0],
      [0, 3, 0],
      [0, 0, 0],
    ])
    const second = [{ index: 1, epoch: again.epoch, attempt: 2 }, { index: 3 }]
    await again.commitOutcomes({ terms: termsOf(again), batches: outcomes(again, job.ref, second), ended: [] })
    const log = (await allItems(again, job.ref)).map((item) => item.log.map((call) => [call.epoch, call.attempt]))
    expect(log.slice(0, 4)).toEqual([
      [],
      [
        [store.epoch, 1],
        [again.epoch, 2],
      ],
      [],
      [[again.epoch, 1]],
    ])
  })

  it('counts up its epoch and the terms of its channels, and gives no job ref twice', async () => {
    const starts = []
    for (let n = 0; n < 3; n++) {
      const store = await world.start()
      const refs = Array.from({ length: 3000 }, () => store.nextJobRef())
      await publish(store, { record: jobOf(refs.at(-1)!) })
      starts.push({ epoch: store.epoch, first: refs[0]!, last: refs.at(-1)!, term: ownerOf(store).term })
      await store.stop()
    }
    expect(starts.map(({ term }) => term)).toEqual([1, 2, 3])
    expect(starts[1]!.epoch).toBeGreaterThan(starts[0]!.epoch)
    expect(starts[2]!.epoch).toBeGreaterThan(starts[1]!.epoch)
    expect(starts[1]!.first).toBeGreaterThan(starts[0]!.last)
    expect(starts[2]!.first).toBeGreaterThan(starts[1]!.last)
  })

  it('keeps order across a restart: later jobs come later', async () => {
    const store = await world.start()
    const first = await publish(store)
    await store.stop()
    expect((await publish(await world.start())).eligibleSeq).toBe(first.eligibleSeq + 1)
  })

  it('takes up what an owner left at its release, though the server has started since; the owner of a start before writes nothing', async () => {
    const store = await world.start()
    const owner = ownerOf(store)
    const note = { owedUnits: 7, blockedUntilMs: null }
    await store.releaseChannels([{ ...owner, note }])
    await store.stop()
    const idle = await world.start({ ownsShop: false })
    await expect(idle.releaseChannels([{ ...owner, note }])).rejects.toMatchObject({ code: 'stale_term' })
    await idle.stop()
    const again = await world.start({ ownsShop: false })
    expect(await again.adoptChannels(['shop'])).toEqual([{ channel: 'shop', term: 3, note }])
    await again.stop()
    const last = await world.start({ ownsShop: false })
    await expect(last.saveTats([{ channel: 'shop', term: 3, tat: null }])).rejects.toMatchObject({ code: 'stale_term' })
    expect(await last.adoptChannels(['shop'])).toEqual([{ channel: 'shop', term: 4, note: null }])
  })

  it('keeps its files from other users, also those that an older start has left open', async () => {
    const modes = () =>
      readdirSync(world.dataDir).map((file) => [file, (statSync(join(world.dataDir, file)).mode & 0o777).toString(8)])
    const store = await world.start()
    await publish(store)
    expect(modes().map(([file]) => file)).toContain('waybill.db-wal')
    expect(modes()).toEqual(modes().map(([file]) => [file, '600']))
    await store.stop()
    chmodSync(join(world.dataDir, 'waybill.db'), 0o644)
    await world.start()
    expect(modes()).toEqual(modes().map(([file]) => [file, '600']))
  })

  it('belongs to one server', async () => {
    const store = await world.start()
    await expect(world.start()).rejects.toMatchObject({
      code: 'locked',
      message: `Cannot open data folder as it must belong to one server: another one holds ${world.dataDir}`,
    })
    await publish(store)
    await store.stop()
    await expect(world.start()).resolves.toBeDefined()
  })

  it('writes nothing once another start has taken over (REC-2)', async () => {
    const stale = await world.start()
    const job = await publish(stale)
    rmSync(join(world.dataDir, 'lock.db')) // as if the lock had not held
    const owner = await world.start()
    const commit = { terms: termsOf(stale), batches: outcomes(stale, job.ref, [{ index: 0 }]), ended: [] }
    await expect(stale.commitOutcomes(commit)).rejects.toMatchObject({ code: 'stale_epoch' })
    await expect(publish(stale)).rejects.toMatchObject({ code: 'stale_epoch' })
    await expect(stale.markStopped(owned(stale, [job.ref]), { reason: 'cancelled', atMs: T0 })).rejects.toMatchObject({
      code: 'stale_epoch',
    })
    const tat = { unitUs: 1, atMs: T0, atUs: 1, bootId: null }
    await expect(stale.saveTats([{ ...ownerOf(stale), tat }])).rejects.toMatchObject({ code: 'stale_epoch' })
    expect((await owner.recover()).channels).toMatchObject([{ name: 'shop', tat: null }])
    expect(await owner.listJobs({ subscription: 'default', limit: 10 })).toEqual([job])
    expect((await allItems(owner, job.ref)).map((item) => item.verdict)).toEqual([0, 0, 0])
  })

  it('recovers unfinished jobs without reading any body (REC-4)', async () => {
    const store = await world.start()
    const job = await publish(store, { chunks: chunksOf(300, 5) })
    const list = [{ index: 7 }, { index: 8, verdict: Verdict.retry, retryAtMs: T0 }]
    await store.commitOutcomes({ terms: termsOf(store), batches: outcomes(store, job.ref, list, 5), ended: [] })
    const before = await recoveredChunks(store, job.ref)
    await store.stop()
    const db = new DatabaseSync(join(world.dataDir, 'waybill.db'))
    db.exec("UPDATE chunks SET body = x'00'")
    db.close()
    const again = await world.start()
    expect((await again.recover()).jobs).toEqual([job])
    expect(await recoveredChunks(again, job.ref)).toEqual(before)
    expect(before.flatMap((chunk) => [...chunk.verdicts])).toHaveLength(1500)
  })

  it('refuses a folder of a later version, and leaves it as it is', async () => {
    await (await world.start()).stop()
    const db = new DatabaseSync(join(world.dataDir, 'waybill.db'))
    db.exec('PRAGMA user_version = 99')
    await expect(world.start()).rejects.toMatchObject({
      code: 'newer_schema',
      message: expect.stringContaining('99') as string,
    })
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 })
    db.close()
  })

  it('rejects every call when its thread is lost, and says so once', async () => {
    const threads: Worker[] = []
    const hear = (thread: Worker): number => threads.push(thread)
    process.on('worker', hear)
    const fatal: StoreError[] = []
    const store = await world.start({ onFatal: (error) => fatal.push(error) })
    process.off('worker', hear)
    const calls = Promise.allSettled([publish(store), publish(store)])
    await Promise.all(threads.map((thread) => thread.terminate()))
    for (const call of await calls) {
      if (call.status === 'rejected') expect(call.reason).toMatchObject({ code: 'io' })
    }
    await expect(publish(store)).rejects.toMatchObject({ code: 'io' })
    await expect(store.listJobs({ subscription: 'default', limit: 1 })).rejects.toMatchObject({ code: 'io' })
    expect(fatal.map((error) => error.code)).toEqual(['io'])
    await store.stop()
  })

  it('says why it cannot open a folder', async () => {
    const telemetry = new Telemetry(silentLogger)
    const store = createSqliteStore({
      kind: 'disk',
      dataDir: '/dev/null/data',
      logger: silentLogger,
      telemetry,
      keyRing: newKeyRing(),
    })
    await expect(store.start()).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('/dev/null/data') as string,
    })
    await store.stop()
  })

  it('removes what was never published, and returns the space of deleted jobs', async () => {
    const store = await world.start()
    const chunks = (): ReturnType<typeof chunksOf> => chunksOf(20, 100, 10_000)
    const draft = store.nextJobRef()
    await store.writeChunks(draft, chunks())
    const job = await publish(store, { chunks: chunks() })
    await store.stop()
    const before = bytesOf('waybill.db')
    expect(before).toBeGreaterThan(40_000_000)

    const again = await world.start()
    const failures = Array.from({ length: 1000 }, (_, index) => ({ index, verdict: Verdict.failed }))
    const batches = outcomes(again, job.ref, failures, 100)
    const retry = jobOf(again.nextJobRef(), { phase: 'ended', end: endOf() })
    const indexes = Uint32Array.from(failures, ({ index }) => index)
    await publish(again, { record: retry, chunks: [], retries: [{ ref: job.ref, indexes }] })
    await again.commitOutcomes({ terms: termsOf(again), batches, ended: [{ ref: job.ref, end: endOf() }] })
    expect(await again.listDeadLetters({ subscription: 'default', limit: 2000 })).toHaveLength(1000)
    for (const { ref } of [job, retry]) await again.deleteJob(ref)
    expect(await again.listDeadLetters({ subscription: 'default', limit: 2000 })).toEqual([])
    await until(() => bytesOf('waybill.db') < 10_000_000)
    await again.stop()
    const db = new DatabaseSync(join(world.dataDir, 'waybill.db'))
    const tables = [
      'jobs',
      'chunks',
      'drafts',
      'removals',
      'segments',
      'outcome_maps',
      'calls',
      'dead_letters',
      'retries',
    ]
    for (const table of tables) {
      expect(db.prepare(`SELECT count(*) AS rows FROM ${table}`).get()).toEqual({ rows: 0 })
    }
    db.close()
  })

  it('keeps its WAL short while it is written and read', async () => {
    const store = await world.start()
    const job = await publish(store, { chunks: chunksOf(20, 500) })
    let largest = 0
    let written = false
    const reading = (async () => {
      for (let reads = 0; !written; reads++) {
        const items = await allItems(store, job.ref)
        expect(items).toHaveLength(10_000)
        largest = Math.max(largest, bytesOf('waybill.db-wal'))
      }
    })()
    for (let n = 0; n < 12; n++) {
      const ref = store.nextJobRef()
      const chunks = chunksOf(80, 10, 10_000)
      await Promise.all(chunks.map((chunk) => store.writeChunks(ref, [chunk])))
      const list = Array.from({ length: 500 }, (_, at) => ({ index: n * 500 + at }))
      await store.commitOutcomes({ terms: termsOf(store), batches: outcomes(store, job.ref, list, 500), ended: [] })
    }
    written = true
    await reading
    expect((await allItems(store, job.ref)).filter((item) => item.verdict === Verdict.succeeded)).toHaveLength(6000)
    expect(largest).toBeGreaterThan(0)
    expect(largest).toBeLessThan(64 * 1024 * 1024)
  })

  it('verify takes an item that failed when it came for sound, also while only a segment says so', async () => {
    const store = await world.start()
    const chunk = { ...chunkOf({ count: 1 }), body: Buffer.from('{"id": 5}\n'), keys: new Uint32Array(2) }
    const { ref } = await publish(store, { chunks: [{ ...chunk, ids: new Uint32Array(2) }] })
    await store.stop()
    const faults = () => verifyFolder(world.dataDir).faults
    expect(faults()).toEqual([`item 0 of job ref ${ref} is no JSON object`])
    const [batch] = outcomes(store, ref, [{ index: 0, verdict: Verdict.failed }])
    const db = new DatabaseSync(join(world.dataDir, 'waybill.db'))
    db.prepare('INSERT INTO segments VALUES (1, ?, NULL)').run(recordBytes(batch!))
    db.close()
    expect(faults()).toEqual([])
  })
})
