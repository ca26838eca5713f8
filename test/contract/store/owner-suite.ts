import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelTerm } from '../../../server/src/model/channel-term.ts'
import type { JobRecord } from '../../../server/src/model/job.ts'
import { Verdict } from '../../../server/src/model/outcome-batch.ts'
import type { JobPublication } from '../../../server/src/store/job-store.ts'
import type { HandoverNote } from '../../../server/src/store/owner-store.ts'
import type { Store } from '../../../server/src/store/store.ts'
import { allItems, chunkOf, endOf, jobOf, outcomes, publish, T0 } from './fixtures.ts'
import { type StoreKind, StoreWorld } from './world.ts'

const note: HandoverNote = { owedUnits: 2.5, blockedUntilMs: T0 }
const STALE = { code: 'stale_term' }

/** Owners of channels with their terms; the places of jobs in the order of a channel. */
export function ownerSuite(kind: StoreKind): void {
  let world: StoreWorld
  let store: Store
  let channels = 0
  const lost: string[] = []

  const newChannel = (): string => `channel-${++channels}`
  const adopt = async (channel: string): Promise<ChannelTerm> => {
    const { term } = (await store.adoptChannels([channel]))[0]!
    return { channel, term }
  }
  const recordOf = (channel: string, members: Partial<JobRecord> = {}): JobRecord => {
    const record = jobOf(store.nextJobRef(), members)
    return { ...record, envelope: { ...record.envelope, channel } }
  }

  beforeAll(async () => {
    world = new StoreWorld(kind)
    store = await world.start()
    store.onTermsLost((channels) => lost.push(...channels))
  })

  afterAll(async () => {
    await world.close()
  })

  describe('adoptions', () => {
    it('give each channel the next term, many at once, in the order asked for', async () => {
      const [one, other] = [newChannel(), newChannel()]
      const first = await adopt(one)
      expect(first.term).toBe(store.epoch)
      expect(await store.adoptChannels([other, one])).toEqual([
        { channel: other, term: store.epoch, note: null },
        { channel: one, term: first.term + 1, note: null },
      ])
    })

    it('of 10,000 channels are one call', async () => {
      const names = Array.from({ length: 10_000 }, (_, n) => `many-${n}`)
      const adopted = await store.adoptChannels(names)
      expect(adopted.map(({ channel }) => channel)).toEqual(names)
      expect(adopted.every(({ term }) => term === store.epoch)).toBe(true)
    })

    it('get the note of the release before, once', async () => {
      const owner = await adopt(newChannel())
      await store.releaseChannels([{ ...owner, note }])
      expect(await store.adoptChannels([owner.channel])).toEqual([{ ...owner, term: owner.term + 1, note }])
      expect(await store.adoptChannels([owner.channel])).toEqual([{ ...owner, term: owner.term + 2, note: null }])
    })

    it('outlive the settings of the channel: its terms and places never begin anew', async () => {
      const name = newChannel()
      const owner = await adopt(name)
      await store.saveChannel({ name, config: null, paused: false })
      await store.removeChannel(name)
      expect((await adopt(name)).term).toBe(owner.term + 1)
    })
  })

  describe('writes of an owner', () => {
    async function stale(by: 'adoption' | 'release') {
      const owner = await adopt(newChannel())
      const job = await publish(store, { record: recordOf(owner.channel) })
      const waiting = await publish(store, { record: recordOf(owner.channel, { phase: 'waiting' }) })
      const open = await publish(store, {
        record: recordOf(owner.channel, { phase: 'open', total: 0, sealedAtMs: null }),
        chunks: [],
      })
      if (by === 'adoption') await adopt(owner.channel)
      else await store.releaseChannels([{ ...owner, note }])
      return { owner, job, waiting, open }
    }
    type World = Awaited<ReturnType<typeof stale>>
    const tat = { unitUs: 1, atMs: T0, atUs: 1, bootId: null }

    const writes: Record<string, (world: World) => Promise<unknown>> = {
      commitOutcomes: ({ owner, job }) =>
        store.commitOutcomes({ terms: [owner], batches: outcomes(store, job.ref, [{ index: 0 }]), ended: [] }),
      makeEligible: ({ owner, waiting }) => store.makeEligible({ refs: [waiting.ref], terms: [owner] }),
      holdJobs: ({ owner, job }) => store.holdJobs({ refs: [job.ref], terms: [owner] }, { pausedAtMs: T0 }),
      markStopped: ({ owner, job }) =>
        store.markStopped({ refs: [job.ref], terms: [owner] }, { reason: 'cancelled', atMs: T0 }),
      sealJob: ({ owner, open }) => store.sealJob(open.ref, { owner, sealedAtMs: T0, phase: 'eligible' }),
      appendPart: ({ owner, open }) =>
        store.appendPart({
          ...{ ref: open.ref, owner, chunks: [chunkOf()], outcomes: [], total: 3, touchedAtMs: T0 },
        }),
      saveTats: ({ owner }) => store.saveTats([{ ...owner, tat }]),
      unblockChannel: ({ owner }) => store.unblockChannel(owner, T0),
      releaseChannels: ({ owner }) => store.releaseChannels([{ ...owner, note }]),
    }

    it.each(['adoption', 'release'] as const)('are refused without a trace after the %s of its channel', async (by) => {
      const world = await stale(by)
      const { owner, job, waiting, open } = world
      const found = async (): Promise<unknown> => [
        await store.recoverChannel(owner.channel),
        (await allItems(store, job.ref)).map(({ verdict }) => verdict),
        (await store.recover()).channels.find(({ name }) => name === owner.channel),
      ]
      const before = await found()
      expect(before).toMatchObject([{ jobs: [waiting, open, job] }, [0, 0, 0], { tat: null, unblockedAtMs: null }])
      for (const [name, write] of Object.entries(writes)) {
        lost.length = 0
        // Whoever is refused finds it reported already.
        const refusal: unknown = await write(world).catch((error: unknown) => [error, [...lost]])
        expect([name, refusal]).toMatchObject([name, [{ ...STALE, channels: [owner.channel] }, [owner.channel]]])
      }
      expect(await found()).toEqual(before)
    })

    it('are refused of a channel that nobody adopted', async () => {
      const owner = { channel: newChannel(), term: store.epoch }
      await expect(store.saveTats([{ ...owner, tat }])).rejects.toMatchObject(STALE)
      await publish(store, { record: recordOf(owner.channel) })
      for (const term of [0, store.epoch])
        await expect(store.saveTats([{ ...owner, term, tat }])).rejects.toMatchObject(STALE)
    })

    it('of many channels are one transaction: without those that are stale, the rest is written', async () => {
      const owners = [await adopt(newChannel()), await adopt(newChannel()), await adopt(newChannel())]
      const jobs = await Promise.all(owners.map(({ channel }) => publish(store, { record: recordOf(channel) })))
      await adopt(owners[1]!.channel)
      const commit = (of: readonly number[]): Promise<void> =>
        store.commitOutcomes({
          terms: of.map((n) => owners[n]!),
          batches: of.flatMap((n) => outcomes(store, jobs[n]!.ref, [{ index: n }])),
          ended: of.map((n) => ({ ref: jobs[n]!.ref, end: endOf() })),
        })
      await expect(commit([0, 1, 2])).rejects.toMatchObject({ ...STALE, channels: [owners[1]!.channel] })
      const verdicts = async () =>
        (await Promise.all(jobs.map(({ ref }) => allItems(store, ref)))).map((items) => items.map((one) => one.verdict))
      expect(await verdicts()).toEqual([
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ])
      await commit([0, 2])
      const { succeeded } = Verdict
      expect(await verdicts()).toEqual([
        [succeeded, 0, 0],
        [0, 0, 0],
        [0, 0, succeeded],
      ])
      expect((await store.findJob(jobs[2]!.id))!.phase).toBe('ended')
    })
  })

  describe('what is unfinished of one channel', () => {
    it('is recovered by place, with what was replaced, and nothing of another one', async () => {
      const [owner, other] = [await adopt(newChannel()), await adopt(newChannel())]
      const waiting = await publish(store, { record: recordOf(owner.channel, { phase: 'waiting' }) })
      await publish(store, { record: recordOf(other.channel) })
      const [first, ended] = [
        await publish(store, { record: recordOf(owner.channel) }),
        await publish(store, { record: recordOf(owner.channel, { phase: 'ended', end: endOf() }) }),
      ]
      await store.makeEligible({ refs: [waiting.ref], terms: [owner] })
      expect(await store.recoverChannel(owner.channel)).toEqual({
        jobs: [first, { ...waiting, phase: 'eligible', eligibleSeq: 2 }],
        replaced: [],
      })
      expect(ended.eligibleSeq).toBe(0)
      expect(await store.recoverChannel('nobody-knows-it')).toEqual({ jobs: [], replaced: [] })
    })
  })

  describe('places', () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('publish' as const), of: ofChannels(), fails: fc.boolean() }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), of: ofChannels() }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('seal' as const), of: ofChannels() }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('answer' as const) }) },
    )

    it('of a channel are dense and in the order of the commits, whatever is refused in between (ORD-5)', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
          const owners = [await adopt(newChannel()), await adopt(newChannel()), await adopt(newChannel())]
          const taken = [0, 0, 0]
          const next = (n: number): number => ++taken[n]!
          const pending: Promise<unknown>[] = []
          for (const one of steps) {
            if (one.do === 'answer') await Promise.all(pending.splice(0))
            else if (one.do === 'publish') {
              // One that fails is refused when its places are taken: two of its chunks are the same.
              const jobs = one.of.map((n): JobPublication => {
                const record = recordOf(owners[n]!.channel)
                const chunks = one.fails ? [chunkOf(), chunkOf()] : [chunkOf()]
                return { record, chunks, outcomes: [] }
              })
              const published = store.publishJobs({ jobs, idempotency: null, execution: null })
              if (one.fails) pending.push(expect(published).rejects.toMatchObject({ code: 'conflict' }))
              else pending.push(expect(published).resolves.toEqual(one.of.map(next)))
            } else {
              const phase = one.do === 'wait' ? 'waiting' : 'open'
              const jobs = await Promise.all(
                one.of.map((n) => publish(store, { record: recordOf(owners[n]!.channel, { phase }) })),
              )
              if (one.do === 'wait') {
                const refs = jobs.map(({ ref }) => ref)
                const opened = store.makeEligible({ refs: [...refs, refs[0]!], terms: owners })
                pending.push(expect(opened).resolves.toEqual([...one.of.map(next), 0]))
              } else {
                for (const [at, n] of one.of.entries()) {
                  const seal = { owner: owners[n]!, sealedAtMs: T0, phase: 'eligible' } as const
                  const sealed = store.sealJob(jobs[at]!.ref, seal)
                  pending.push(expect(sealed).resolves.toEqual({ eligibleSeq: next(n) }))
                }
              }
            }
          }
          await Promise.all(pending)
          for (const [n, { channel }] of owners.entries()) {
            const { jobs } = await store.recoverChannel(channel)
            expect(jobs.map(({ eligibleSeq }) => eligibleSeq)).toEqual(
              Array.from({ length: taken[n]! }, (_, at) => at + 1),
            )
          }
        }),
        { numRuns: 20 },
      )
    })
  })
}

/** Of each job of a call its channel. */
function ofChannels(): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 })
}
