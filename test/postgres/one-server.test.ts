import { spawn } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Verdict } from '../../server/src/model/outcome-batch.ts'
import { StoreError } from '../../server/src/store/store-error.ts'
import type { Store } from '../../server/src/store/store.ts'
import {
  allItems,
  chunkOf,
  chunksOf,
  endOf,
  jobOf,
  outcomes,
  owned,
  publish,
  recoveredChunks,
  ownerOf,
  T0,
  termsOf,
} from '../contract/store/fixtures.ts'
import { rejectedItemsOf } from '../contract/store/rejected-items-suite.ts'
import { StoreWorld } from '../contract/store/world.ts'
import { queryOnce } from '../support/postgres-cluster.ts'

const SHORT_LEASE_MS = 1500
const LEASE_MS = 10_000

let world: StoreWorld

beforeEach(() => {
  world = new StoreWorld('postgres')
})

afterEach(() => world.close())

const query = (text: string) => queryOnce(world.databaseUrl, text)

/** Of a process that is nowhere: another server cannot see whether it runs. */
async function moveElsewhere(): Promise<void> {
  await query("UPDATE waybill.servers SET boot_id = 'elsewhere'")
}

/** Without a beat a server counts as dead when the lease is over, though it writes. */
async function stopBeats(): Promise<void> {
  await query(`CREATE FUNCTION waybill.no_beat() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER no_beat BEFORE UPDATE ON waybill.beats FOR EACH ROW EXECUTE FUNCTION waybill.no_beat()`)
}

describe('one server has the database', () => {
  it('a second one is refused while the first is alive, and starts once that has stopped', async () => {
    // Long, so that a busy machine takes it from nobody: the first beat that is seen is enough.
    const first = await world.start({ leaseMs: LEASE_MS })
    await moveElsewhere()
    await expect(world.start({ leaseMs: LEASE_MS })).rejects.toMatchObject({
      code: 'locked',
      message: 'Cannot open the database as it must belong to one server: another one holds it',
    })
    const { ref } = await publish(first)
    await first.stop()
    const second = await world.start({ leaseMs: LEASE_MS })
    expect(second.epoch).toBe(first.epoch + 1)
    expect(second.serverKey).toEqual(first.serverKey)
    expect(second.nextJobRef()).toBeGreaterThan(ref)
  })

  it('REC-2 one that was silent for its lease is overtaken, and writes nothing any more', async () => {
    const fatal: StoreError[] = []
    const first = await world.start({ leaseMs: SHORT_LEASE_MS, onFatal: (error) => fatal.push(error) })
    const { ref, id } = await publish(first, { chunks: chunksOf(1, 3) })
    await moveElsewhere()
    await stopBeats()
    const second = await world.start({ leaseMs: SHORT_LEASE_MS })
    const commit = { terms: termsOf(first), batches: outcomes(first, ref, [{ index: 0 }]), ended: [] }
    const late = await Promise.allSettled([
      first.commitOutcomes(commit),
      first.holdJobs(owned(first, [ref]), { pausedAtMs: 1 }),
    ])
    expect(late.map((one) => (one.status === 'rejected' ? (one.reason as StoreError).code : one.status))).toEqual([
      ...['stale_epoch', 'stale_epoch'],
    ])
    await expect.poll(() => fatal.map(({ code }) => code)).toEqual(['stale_epoch'])
    expect((await allItems(second, ref)).map(({ verdict }) => verdict)).toEqual([0, 0, 0])
    expect(await second.findJob(id)).toMatchObject({ pausedAtMs: null })
  })

  it('one whose process is gone from this machine is not waited for', async () => {
    const first = await world.start({ leaseMs: 600_000 })
    const ended = spawn(process.execPath, ['-e', ''])
    const pid = ended.pid
    await new Promise((resolve) => ended.once('exit', resolve))
    await query(`UPDATE waybill.servers SET process = '${pid}/1'`)
    const second = await world.start({ leaseMs: 600_000 })
    expect(second.epoch).toBe(first.epoch + 1)
    await expect(publish(first)).rejects.toMatchObject({ code: 'stale_epoch' })
  })

  it('a schema of a later version is refused, and not changed', async () => {
    await (await world.start()).stop()
    await query('INSERT INTO waybill.migrations (version) VALUES (1000)')
    await expect(world.start()).rejects.toMatchObject({ code: 'newer_schema' })
    expect(await query('SELECT max(version) AS version FROM waybill.migrations')).toEqual([{ version: 1000 }])
  })
})

describe('a start', () => {
  it('REC-5 has every outcome that was committed, also those that stood in segments only', async () => {
    const store = await world.start()
    const { ref } = await publish(store, { chunks: chunksOf(2, 100) })
    const shapes = Array.from({ length: 150 }, (_, index) => ({
      index,
      verdict: index % 10 === 0 ? Verdict.retry : Verdict.succeeded,
    }))
    await store.commitOutcomes({ terms: termsOf(store), batches: outcomes(store, ref, shapes, 100), ended: [] })
    const before = (await allItems(store, ref)).map(({ verdict }) => verdict)
    await store.commitOutcomes({
      ...{ terms: termsOf(store), ended: [] },
      batches: outcomes(store, ref, [{ index: 0, attempt: 2 }], 100),
    })
    await killed()
    const again = await world.start()
    const after = (await allItems(again, ref)).map(({ verdict }) => verdict)
    expect(after).toEqual(before.with(0, Verdict.succeeded))
    const chunks = await recoveredChunks(again, ref)
    expect(chunks.map(({ succeeded, waiting }) => [succeeded, waiting.length])).toEqual([
      [91, 9],
      [45, 5],
    ])
  })

  it('removes jobs never published and parts never appended, with their dead letters', async () => {
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
    expect(await rows()).toEqual([802, 401, 401, 401, 2, 1, 0])
    await store.discardJob(discarded)
    await expect.poll(rows, { timeout: 30_000 }).toEqual([402, 201, 201, 201, 1, 1, 0])
    await store.writeRejectedItems({ ref: open.ref, ...lane }, [rejectedItemsOf(store, open.ref, 2, [6])])
    await store.discardJob(open.ref)
    await expect.poll(rows, { timeout: 30_000 }).toEqual([400, 200, 200, 201, 1, 0, 0])
    await store.writeRejectedItems({ ref: open.ref, ...lane }, [rejectedItemsOf(store, open.ref, 1, [4])])
    await killed()
    const again = await world.start()
    expect(await again.listDeadLetters({ subscription: 'default', limit: 10 })).toEqual([])
    await expect.poll(rows, { timeout: 30_000 }).toEqual([0, 0, 0, 1, 0, 0, 0])
    const chunks = [chunkOf({ chunk: 1, firstIndex: 3 })]
    await again.appendPart({ ref: open.ref, owner: ownerOf(again), chunks, outcomes: [], total: 6, touchedAtMs: T0 })
    expect((await allItems(again, open.ref)).map(({ verdict }) => verdict)).toEqual([0, 0, 0, 0, 0, 0])
  })

  /** As good as `kill -9`: the next start does not wait for the end of the lease, and the one before can write nothing. */
  async function killed(): Promise<void> {
    await query(`UPDATE waybill.servers SET process = '0/1'`)
  }

  async function rows(): Promise<number[]> {
    const tables = ['dead_letters', 'outcome_maps', 'calls', 'chunks', 'drafts', 'part_drafts', 'removals']
    const counts = tables.map((name) => `(SELECT count(*)::int FROM waybill.${name}) AS ${name}`)
    const [row] = await query(`SELECT ${counts.join(', ')}`)
    return Object.values(row as Record<string, number>)
  }
})

describe('a lost connection', () => {
  it('rejects nothing that was committed, and answers with what became of it', async () => {
    const store = await world.start()
    let isOver = false
    const ended = endAll(40).then(() => (isOver = true))
    const results = await writeAll(store, () => isOver)
    await ended
    const codes = new Set(results.flatMap(({ code }) => (code === null ? [] : [code])))
    expect([...codes].filter((code) => code !== 'unavailable')).toEqual([])
    for (const { code, id, place } of results) {
      const stored = await findWhenBack(store, id)
      expect([code === null, stored?.eligibleSeq ?? null]).toEqual([stored !== null, place])
    }
    expect(results.filter(({ code }) => code === null).length).toBeGreaterThan(0)
  })

  /** Ends all connections again and again. */
  async function endAll(times: number): Promise<void> {
    for (let n = 0; n < times; n++) {
      await setTimeout(20 + (n % 5) * 7)
      await query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND datname = current_database()`)
    }
  }

  /** Until the connections last, and what is written with them. */
  async function writeAll(store: Store, isOver: () => boolean) {
    const results: { code: string | null; id: ReturnType<typeof jobOf>['id']; place: number | null }[] = []
    while (!isOver() || results.at(-1)?.code !== null) {
      const round = Array.from({ length: 3 }, async () => {
        const record = jobOf(store.nextJobRef())
        try {
          const { eligibleSeq } = await publish(store, { record, chunks: chunksOf(1, 10) })
          results.push({ code: null, id: record.id, place: eligibleSeq })
        } catch (error) {
          results.push({ code: error instanceof StoreError ? error.code : String(error), id: record.id, place: null })
        }
      })
      await Promise.all(round)
    }
    return results
  }

  async function findWhenBack(store: Store, id: Parameters<Store['findJob']>[0]) {
    for (let tries = 0; ; tries++) {
      try {
        return await store.findJob(id)
      } catch (error) {
        if (tries > 300) throw error
        await setTimeout(100)
      }
    }
  }
})

it('ends of jobs, and reads across restarts, count items once', async () => {
  const store = await world.start()
  const { ref, id } = await publish(store, { chunks: chunksOf(1, 4) })
  const batches = outcomes(
    store,
    ref,
    [0, 1, 2, 3].map((index) => ({ index })),
    4,
  )
  await store.commitOutcomes({ terms: termsOf(store), batches, ended: [{ ref, end: endOf() }] })
  await store.stop()
  const again = await world.start()
  expect(await again.findJob(id)).toMatchObject({ phase: 'ended' })
  const counts = await again.countItems({ ref, total: 4, itemsPerBucket: 2 })
  expect([...counts.succeeded]).toEqual([2, 2])
})
