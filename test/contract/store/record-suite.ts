import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelTerm } from '../../../server/src/model/channel-term.ts'
import type { JobRecord } from '../../../server/src/model/job.ts'
import { silentLogger } from '../../../server/src/runtime/logger.ts'
import { Telemetry } from '../../../server/src/runtime/telemetry.ts'
import { FakeClock } from '../../../server/src/runtime/testing/fake-clock.ts'
import { hearEvents } from '../../../server/src/runtime/testing/heard-events.ts'
import type { Store } from '../../../server/src/store/store.ts'
import { chunksOf, endOf, jobOf, keyOf, outcomes, publish, termsOf, owned } from './fixtures.ts'
import { ownStore, type StoreKind, StoreWorld, until } from './world.ts'

const onChannel = (store: Store, channel: string): JobRecord => {
  const job = jobOf(store.nextJobRef())
  return { ...job, envelope: { ...job.envelope, channel } }
}
const channels = async (store: Store) => (await store.recover()).channels

/** Records beside jobs: idempotency keys and channels; the life of the store; its behaviour without disk space. */
export function recordSuite(kind: StoreKind): void {
  let world: StoreWorld
  let store: Store

  const adopted = async (name: string): Promise<ChannelTerm> => (await store.adoptChannels([name]))[0]!

  beforeAll(async () => {
    world = new StoreWorld(kind)
    store = await world.start()
  })

  afterAll(async () => {
    await world.close()
  })

  describe('life', () => {
    it('has an epoch after start, and gives refs from 1 up', () => {
      expect(store.epoch).toBeGreaterThanOrEqual(1)
      const first = store.nextJobRef()
      expect(first).toBeGreaterThanOrEqual(1)
      expect(store.nextJobRef()).toBe(first + 1)
    })

    it('rejects calls after stop, and stops twice', async () => {
      const store = await ownStore(kind)
      const record = jobOf(store.nextJobRef())
      await store.stop()
      await store.stop()
      await expect(store.findJob(record.id)).rejects.toMatchObject({ code: 'closed' })
      await expect(publish(store, { record })).rejects.toMatchObject({ code: 'closed' })
      await expect(store.start()).rejects.toMatchObject({ code: 'closed' })
    })

    it('carries out what was asked before stop', async () => {
      const store = await ownStore(kind)
      const writes = [publish(store), publish(store)]
      await store.stop()
      await expect(Promise.all(writes)).resolves.toHaveLength(2)
    })
  })

  describe('idempotency keys', () => {
    it('finds what was stored with the job', async () => {
      const record = jobOf(store.nextJobRef())
      const idempotency = keyOf(record.id)
      await publish(store, { record, idempotency })
      expect(await store.findIdempotency(idempotency.scope, idempotency.key)).toEqual({
        record: idempotency,
        deleted: false,
      })
      expect(await store.findIdempotency('other', idempotency.key)).toBeNull()
      expect(await store.findIdempotency(idempotency.scope, 'other')).toBeNull()
    })

    it('refuses a second job of the same key, whole, beside calls that go through', async () => {
      const [first, second, third] = [0, 1, 2].map(() => jobOf(store.nextJobRef()))
      const results = await Promise.allSettled([
        publish(store, { record: first!, idempotency: keyOf(first!.id, { key: 'same' }) }),
        publish(store, { record: second!, idempotency: keyOf(second!.id, { key: 'same' }) }),
        publish(store, { record: third! }),
      ])
      expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(results[1]).toMatchObject({ reason: { code: 'conflict' } })
      expect(await store.findJob(second!.id)).toBeNull()
      expect(await store.loadChunks([{ ref: second!.ref, chunk: 0 }])).toEqual([null])
    })

    it('forgets a key after 24 hours, and takes it for another job', async () => {
      const clock = new FakeClock()
      const store = await ownStore(kind, { clock })
      const jobs = [jobOf(store.nextJobRef()), jobOf(store.nextJobRef())]
      const publishAt = (job: number) =>
        publish(store, {
          record: jobs[job]!,
          idempotency: keyOf(jobs[job]!.id, { key: 'old', createdAtMs: clock.nowMs() }),
        })
      const find = async () => (await store.findIdempotency('default submit', 'old'))?.record.madeId
      await publishAt(0)
      clock.advance(24 * 60 * 60_000 - 1)
      expect(await find()).toBe(jobs[0]!.id)
      clock.advance(1)
      expect(await find()).toBeUndefined()
      await publishAt(1)
      expect(await find()).toBe(jobs[1]!.id)
    })

    it('keeps a tombstone when the job is deleted', async () => {
      const record = jobOf(store.nextJobRef(), { phase: 'ended', end: endOf() })
      const idempotency = keyOf(record.id)
      await publish(store, { record, idempotency })
      await store.deleteJob(record.ref)
      expect(await store.findIdempotency(idempotency.scope, idempotency.key)).toEqual({
        record: idempotency,
        deleted: true,
      })
    })
  })

  describe('channels', () => {
    const config = { connector: { type: 'sandbox', timeoutMs: 5 } } as never

    it('are kept, replaced and removed by name', async () => {
      const store = await ownStore(kind)
      await store.saveChannel({ name: 'b', config: null, paused: true })
      await store.saveChannel({ name: 'a', config, paused: false })
      await store.saveChannel({ name: 'c', config, paused: false })
      await store.saveChannel({ name: 'b', config: null, paused: false })
      await store.removeChannel('c')
      await store.removeChannel('unknown')
      expect((await channels(store)).filter(({ name }) => name.length === 1)).toEqual([
        { name: 'a', config, paused: false, used: false, unblockedAtMs: null, tat: null },
        { name: 'b', config: null, paused: false, used: false, unblockedAtMs: null, tat: null },
      ])
    })

    it('are used from the first job on, whatever becomes of their settings (RAT-1)', async () => {
      const name = 'used-once'
      const record = onChannel(store, name)
      const used = async () => (await channels(store)).find((channel) => channel.name === name)
      await store.saveChannel({ name, config: null, paused: true })
      await publish(store, { record })
      expect(await used()).toEqual({ name, config: null, paused: true, used: true, unblockedAtMs: null, tat: null })
      await store.saveChannel({ name, config: null, paused: false })
      await store.removeChannel(name)
      await store.unblockChannel(await adopted(name), 1234)
      expect(await used()).toEqual({ name, config: null, paused: false, used: true, unblockedAtMs: 1234, tat: null })
    })
  })

  describe('TATs', () => {
    const tat = { unitUs: 3_600_000_000 / 7, atMs: 1.5e12 + 0.25, atUs: 12_345_678.5, bootId: 'this-boot' }
    const tatOf = async (name: string) => (await channels(store)).find((channel) => channel.name === name)?.tat

    it('are kept by channel, the last write counts, and null forgets one (RAT-1)', async () => {
      const [slow, slower] = [await adopted('slow'), await adopted('slower')]
      await publish(store, { record: onChannel(store, 'slow') })
      await store.saveTats([
        { ...slow, tat },
        { ...slower, tat: { ...tat, bootId: null } },
      ])
      expect([await tatOf('slow'), await tatOf('slower')]).toEqual([tat, { ...tat, bootId: null }])
      await store.saveTats([{ ...slow, tat: { ...tat, atUs: 3 } }])
      expect([await tatOf('slow'), await tatOf('slower')]).toEqual([
        { ...tat, atUs: 3 },
        { ...tat, bootId: null },
      ])
      await store.saveTats([{ ...slower, tat: null }])
      expect([await tatOf('slow'), await tatOf('slower')]).toEqual([{ ...tat, atUs: 3 }, null])
    })

    it('stay whatever becomes of the settings of a channel that was used (RAT-1)', async () => {
      const name = 'slow-and-removed'
      await store.saveChannel({ name, config: null, paused: false })
      await publish(store, { record: onChannel(store, name) })
      await store.saveTats([{ ...(await adopted(name)), tat }])
      await store.saveChannel({ name, config: null, paused: true })
      await store.removeChannel(name)
      await publish(store, { record: onChannel(store, name) })
      expect((await channels(store)).find((channel) => channel.name === name)).toEqual({
        ...{ name, config: null, paused: false, used: true, unblockedAtMs: null, tat },
      })
    })
  })

  // How large a database is, and may be, is the affair of whoever runs it.
  const isBounded = kind !== 'postgres'

  describe('without disk space', () => {
    it.runIf(isBounded)(
      'rejects with disk_full, does nothing of the call, and continues when there is space',
      async () => {
        const small = await ownStore(kind, { maxDataBytes: 3_000_000 })
        const kept = await publish(small, { chunks: chunksOf(1, 100, 10_000) })
        const outcome = () => outcomes(small, kept.ref, [{ index: 0 }], 100)
        const refs = Array.from({ length: 4 }, () => small.nextJobRef())
        const writes = await Promise.allSettled(
          refs.map((ref) => publish(small, { record: jobOf(ref), chunks: chunksOf(1, 100, 10_000) })),
        )
        const refused = writes.flatMap((write) =>
          write.status === 'rejected' ? [(write.reason as { code: string }).code] : [],
        )
        expect(refused.length).toBeGreaterThan(0)
        expect(new Set(refused)).toEqual(new Set(['disk_full']))
        const bodies = await small.loadChunks(refs.map((ref) => ({ ref, chunk: 0 })))
        expect(bodies.map((body) => body !== null)).toEqual(writes.map((write) => write.status === 'fulfilled'))

        await small.commitOutcomes({
          terms: termsOf(small),
          batches: outcome(),
          ended: [{ ref: kept.ref, end: endOf() }],
        })
        await small.deleteJob(kept.ref)
        for (let tries = 0; ; tries++) {
          const again = await publish(small, { chunks: chunksOf(1, 100, 10_000) }).catch((error: unknown) => error)
          if (!(again instanceof Error)) break
          expect(tries).toBeLessThan(10_000)
        }
      },
    )
  })
  describe('telemetry', () => {
    it('has an event of each commit before its calls are answered, and of a change of what the store can take', async () => {
      const telemetry = new Telemetry(silentLogger)
      const heard = hearEvents(telemetry, 'store.committed', 'store.condition')
      const small = await ownStore(kind, { maxDataBytes: 3_000_000, telemetry })
      const writes = (): number => heard.reduce((sum, [, event]) => sum + ('writes' in event ? event.writes : 0), 0)
      const { ref } = await publish(small, { chunks: chunksOf(1, 1) })
      const before = writes()
      expect(before).toBeGreaterThan(0)
      await Promise.all([0, 1, 2].map(() => small.holdJobs(owned(small, [ref]), { pausedAtMs: 1 })))
      expect(writes()).toBe(before + 3)
      expect(heard.every(([, event]) => !('durationMs' in event) || event.durationMs > 0)).toBe(true)
      if (!isBounded) return
      while (
        await publish(small, { chunks: chunksOf(1, 100, 10_000) }).then(
          () => true,
          () => false,
        )
      );
      await until(() => heard.some(([name]) => name === 'store.condition'))
      expect(heard.find(([name]) => name === 'store.condition')![1]).toEqual({ condition: 'low' })
    })
  })
}
