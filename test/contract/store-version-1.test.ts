import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobRef } from '../../server/src/model/ids.ts'
import type { JobRecord } from '../../server/src/model/job.ts'
import { OUTCOME_BYTES, type OutcomeBatch, Verdict } from '../../server/src/model/outcome-batch.ts'
import { migrate } from '../../server/src/store/sqlite/open/database.ts'
import { DATABASE_FILE } from '../../server/src/store/sqlite/open/folder.ts'
import { migrations } from '../../server/src/store/sqlite/open/migrations.ts'
import type { Store } from '../../server/src/store/store.ts'
import {
  allItems,
  chunkOf,
  commit,
  endOf,
  jobOf,
  keyHash,
  outcomes,
  recoveredChunks,
  T0,
  ownerOf,
  publish,
} from './store/fixtures.ts'
import { StoreWorld } from './store/world.ts'

/** A folder as version 1 left it: one row at a time, by the SQL of that time. */
class OldFolder {
  readonly db: DatabaseSync

  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true })
    this.db = new DatabaseSync(join(dataDir, DATABASE_FILE))
    this.db.exec('PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL')
    migrate(this.db, dataDir, migrations.slice(0, 1))
  }

  addJob({ ref, id, subscription, phase, total, eligibleSeq, createdAtMs, end, envelope }: JobRecord): void {
    const { channel, objectType, action, source, partitionBy, onInvalidItem, metadata } = envelope
    const old = { channel, objectType, action, source, partitionBy, onInvalidItem, metadata }
    const insert = this.db.prepare('INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    insert.run(
      ...[ref, id, subscription, channel, source, phase, end?.outcome ?? null, total, eligibleSeq, createdAtMs],
      ...[createdAtMs, createdAtMs, null, end && JSON.stringify(end), JSON.stringify(old)],
    )
    const { chunk, firstIndex, count, keys, ids, body } = chunkOf()
    const insertChunk = this.db.prepare('INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?)')
    insertChunk.run(ref, chunk, firstIndex, count, keys, ids, body)
  }

  /** Item 0 succeeded, item 1 failed, item 2 is as the record says. */
  addFolded(ref: JobRef, { records, details }: OutcomeBatch, verdicts: readonly number[]): void {
    const entries = Uint32Array.from(verdicts.flatMap((verdict) => [0, verdict]))
    const counts = [Verdict.succeeded, Verdict.failed].map(
      (one) => verdicts.filter((verdict) => verdict === one).length,
    )
    const insert = this.db.prepare('INSERT INTO outcome_maps VALUES (?, 0, 1, ?, 5, ?, ?, 0, ?, ?, ?)')
    insert.run(ref, T0, ...counts, T0, T0 + 1, entries)
    const insertCalls = this.db.prepare('INSERT INTO calls (ref, chunk, records, details) VALUES (?, 0, ?, ?)')
    insertCalls.run(ref, new Uint8Array(records), details)
  }

  addSegment(seq: number, { records, details, count }: OutcomeBatch): void {
    const bytes = new Uint8Array(records, 0, count * OUTCOME_BYTES)
    this.db.prepare('INSERT INTO segments VALUES (?, ?, ?)').run(seq, bytes, details)
  }
}

describe('store in a folder of version 1', () => {
  let world: StoreWorld

  beforeEach(() => {
    world = new StoreWorld('disk')
  })

  afterEach(async () => {
    await world.close()
  })

  const ref = (n: number) => n as JobRef
  const failed = (index: number, code: string) => ({
    ...{ index, verdict: Verdict.failed, endedAtMs: T0 + index },
    detail: { error: { code } },
  })
  const batchOf = (job: JobRef, list: Parameters<typeof outcomes>[2]): OutcomeBatch =>
    outcomes({ epoch: 1 } as Store, job, list)[0]!

  it('continues with all there is', async () => {
    const running = jobOf(ref(1), { eligibleSeq: 4 })
    const ended = jobOf(ref(2), { phase: 'ended', end: endOf({ outcome: 'failed', endedAtMs: T0 + 9 }) })
    const open = jobOf(ref(3), { phase: 'open', subscription: 'other', envelope: { channel: 'search' } })
    const old = new OldFolder(world.dataDir)
    for (const job of [running, ended, open]) old.addJob(job)
    const first = [{ index: 0 }, { ...failed(1, 'early'), verdict: Verdict.retry }, failed(1, 'late')]
    old.addFolded(running.ref, batchOf(running.ref, first), [1, 2, 0])
    old.addFolded(ended.ref, batchOf(ended.ref, [failed(0, 'gone')]), [2, 0, 0])
    old.addSegment(5, batchOf(running.ref, first))
    old.addSegment(6, batchOf(running.ref, [failed(2, 'unfolded')]))
    old.addSegment(7, batchOf(open.ref, [failed(0, 'invalid_item')]))
    const config = { connector: { type: 'sandbox', timeoutMs: 5 } }
    old.db.prepare('INSERT INTO channels VALUES (?, ?, 0, 1)').run('shop', JSON.stringify(config))
    old.db.exec('UPDATE meta SET epoch = 1, ref_ceiling = 10, eligible_seq = 4, folded_seq = 5')
    old.db.close()

    const store = await world.start()
    const { jobs, channels } = await store.recover()
    const circuit = { failureRatio: 0.5, minCalls: 20, openMs: 30_000 }
    expect(jobs).toEqual([open, running])
    expect(channels).toEqual([
      { name: 'shop', config: { ...config, circuit }, paused: false, used: true, unblockedAtMs: null, tat: null },
    ])
    expect(await store.jobOutcomes([ended.id, running.id], 'default')).toEqual(['failed', null])
    const weekMs = 7 * 24 * 60 * 60_000
    expect(await store.listExpiredJobs(T0 + 8 + weekMs, 10)).toEqual([])
    expect((await store.listExpiredJobs(T0 + 9 + weekMs, 10)).map(({ ref }) => ref)).toEqual([ended.ref])

    const letters = async (subscription: string) =>
      (await store.listDeadLetters({ subscription, limit: 10 })).map((one) => [one.ref, one.index, one.code])
    expect(await letters('default')).toEqual([
      [1, 2, 'unfolded'],
      [2, 0, 'gone'],
      [1, 1, 'late'],
    ])
    expect(await letters('other')).toEqual([[3, 0, 'invalid_item']])
    const byKey = await store.listDeadLetters({ subscription: 'default', limit: 10, keyHash: keyHash(1) })
    expect(byKey).toMatchObject([{ code: 'late', failedAtMs: T0 + 1, channel: 'shop', jobId: running.id }])
    expect((await allItems(store, running.ref)).map((item) => item.verdict)).toEqual([1, 2, 2])
    expect(await recoveredChunks(store, running.ref)).toMatchObject([{ succeeded: 1, failed: 2, cancelled: 0 }])

    await commit(store, running.ref, [], endOf())
    const newer = { subscription: 'default', channel: 'shop', afterSeq: 0, except: ended.ref, objectType: 'product' }
    const found = await store.findNewer({ ...newer, ids: chunkOf().ids, limit: 10 })
    expect(found.map((item) => item.ref)).toEqual([1, 1, 1])
    // Terms and places go on from the folder's epoch, and from its last place.
    expect([ownerOf(store).term, (await publish(store)).eligibleSeq]).toEqual([2, 5])
  })

  it('is as it was when it cannot be taken over', async () => {
    const old = new OldFolder(world.dataDir)
    old.addJob(jobOf(ref(1)))
    old.db.exec("UPDATE jobs SET envelope = 'no JSON'")
    await expect(world.start()).rejects.toMatchObject({ code: 'io' })
    expect(old.db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 })
    expect(old.db.prepare('SELECT phase FROM jobs').all()).toEqual([{ phase: 'eligible' }])
    old.db.close()
  })
})
