import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Verdict } from '../../server/src/model/outcome-batch.ts'
import type { SharedStore } from '../../server/src/store/postgres/postgres-store.ts'
import { allItems, chunkOf, chunksOf, endOf, outcomes, publish, T0 } from '../contract/store/fixtures.ts'
import { createDatabase } from '../contract/store/world.ts'
import { PostgresProxy } from '../support/postgres-proxy.ts'
import { claimOne, codeOf, fenced, jobIn, SharedStores, termOf } from '../support/shared-stores.ts'

const note = { owedUnits: 1.5, blockedUntilMs: T0 }
const LEASE_MS = 3000
const CALL_MS = 120_000

let stores: SharedStores

beforeEach(async () => {
  stores = new SharedStores(await createDatabase())
})

afterEach(async () => {
  await stores.close()
})

const three = async (): Promise<readonly [SharedStore, SharedStore, SharedStore]> => [
  await stores.start(),
  await stores.start(),
  await stores.start(),
]

const commitOf = (store: SharedStore, owner: { channel: string; term: number }, ref: number, index: number) =>
  store.commitOutcomes({
    ...{ terms: [termOf(owner)], ended: [] },
    batches: outcomes(store, ref as Parameters<typeof outcomes>[1], [{ index, epoch: owner.term }]),
  })

const verdictsOf = async (store: SharedStore, ref: number) =>
  (await allItems(store, ref as Parameters<typeof allItems>[1])).map(({ verdict }) => verdict)

describe('claims', () => {
  it('of the same channels at once are won by one server each, with a term that nobody else has', async () => {
    const all = await three()
    const names = Array.from({ length: 50 }, (_, n) => `channel-${n}`)
    const won = await Promise.all(all.map((store, n) => store.claimChannels(n === 1 ? names.toReversed() : names)))
    const channels = won.flatMap((claimed) => claimed.map(({ channel }) => channel))
    expect(channels.toSorted()).toEqual(names.toSorted())
    const owners = new Map((await all[0].listOwners()).map((one) => [one.channel, one]))
    for (const [n, claimed] of won.entries())
      for (const { channel, term } of claimed)
        expect(owners.get(channel)).toEqual({ channel, owner: all[n]!.ownServer(), term })
  })

  it('of channels that a living server owns win nothing, and change nothing', async () => {
    const [one, other] = await three()
    const owner = await claimOne(one, 'shop')
    expect(await other.claimChannels(['shop'])).toEqual([])
    expect(await codeOf(one.saveTats([{ ...termOf(owner), tat: null }]))).toBe('done')
    expect(await codeOf(other.saveTats([{ ...termOf(owner), tat: null }]))).toBe('stale_term')
  })

  it('races with releases and handovers give each term of a channel to one server', async () => {
    const all = await three()
    const step = fc.record({
      at: fc.nat({ max: 2 }),
      to: fc.nat({ max: 2 }),
      do: fc.constantFrom('claim' as const, 'claim' as const, 'release' as const, 'handOver' as const),
      of: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }),
    })
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 24 }), async (steps) => {
        run++
        const holders = new Map<string, number>()
        const held = all.map(() => new Map<string, number>())
        const doOne = async ({ at, to, do: what, of }: (typeof steps)[number]): Promise<void> => {
          const store = all[at]!
          if (what === 'claim') {
            for (const { channel, term } of await store.claimChannels(of.map((name) => `${run}-${name}`))) {
              const name = `${channel}/${term}`
              expect([name, holders.get(name)]).toEqual([name, undefined])
              holders.set(name, at)
              held[at]!.set(channel, Math.max(term, held[at]!.get(channel) ?? 0))
            }
            return
          }
          for (const name of of) {
            const channel = `${run}-${name}`
            const term = held[at]!.get(channel)
            if (term === undefined) continue
            const release = { channel, term, note }
            const code = await codeOf(
              what === 'release' ? store.releaseChannels([release]) : store.handOver(release, all[to]!.ownServer()),
            )
            // Of steps of one server at once the one may have given away what the other one held.
            expect(['done', 'stale_term']).toContain(code)
          }
        }
        await Promise.all(
          all.map(async (_, at) => {
            for (const one of steps) if (one.at === at) await doOne(one)
          }),
        )
        // The last term of a channel is one that somebody won.
        for (const { channel, term } of await all[0].listOwners())
          if (channel.startsWith(`${run}-`))
            expect([channel, holders.has(`${channel}/${term}`)]).toEqual([channel, true])
      }),
      { numRuns: 15, seed: 70 },
    )
  })

  it('whose answer was lost are known to be won, and so are handovers', async () => {
    const proxy = await PostgresProxy.start(stores.databaseUrl)
    try {
      const one = await stores.start({ databaseUrl: proxy.url })
      const other = await stores.start()
      const claims = proxy.loseAnswer('waybill.claim_channels')
      const [owner] = await one.claimChannels(['shop', 'market'])
      await claims
      expect(await one.listOwners()).toEqual([
        { channel: 'market', owner: one.ownServer(), term: owner!.term },
        { channel: 'shop', owner: one.ownServer(), term: owner!.term },
      ])
      expect(await codeOf(one.saveTats([{ ...termOf(owner!), tat: null }]))).toBe('done')
      const handovers = proxy.loseAnswer('UPDATE waybill.owners SET owner')
      await one.handOver({ ...termOf(owner!), note }, other.ownServer())
      await handovers
      expect((await claimOne(other, 'shop')).note).toEqual(note)
      // Before the proxy is: a store that cannot reach its database waits for it.
      await one.stop()
    } finally {
      await proxy.close()
    }
  })

  it('count as changes of owners; publications, commits and folds do not', async () => {
    const [one, other] = await three()
    const changes = async (): Promise<number> => (await other.lookAtOwners()).changes
    const counts = [await changes()]
    const owner = await claimOne(one, 'shop')
    counts.push(await changes())
    await one.handOver({ ...termOf(owner), note }, other.ownServer())
    counts.push(await changes())
    const again = await claimOne(other, 'shop')
    counts.push(await changes())
    for (const [n, count] of counts.entries()) if (n > 0) expect(count).toBeGreaterThan(counts[n - 1]!)
    const job = await publish(one, { record: jobIn(one, 'shop') })
    await commitOf(other, again, job.ref, 0)
    expect(await verdictsOf(other, job.ref)).toEqual([Verdict.succeeded, 0, 0])
    expect(await changes()).toBe(counts.at(-1))
    await other.releaseChannels([{ ...termOf(again), note }])
    expect(await changes()).toBeGreaterThan(counts.at(-1)!)
  })
})

describe('a look', () => {
  it('has the last places of the own channels, whoever published', async () => {
    const [one, other] = await three()
    await one.claimChannels(['a', 'b'])
    await other.claimChannels(['c'])
    await publish(other, { record: jobIn(other, 'a') })
    await publish(other, { record: jobIn(other, 'a') })
    await publish(one, { record: jobIn(one, 'b') })
    await publish(one, { record: jobIn(one, 'c') })
    expect((await one.lookAtOwners()).places).toEqual([
      { channel: 'a', lastPlace: 2 },
      { channel: 'b', lastPlace: 1 },
    ])
    expect((await other.lookAtOwners()).places).toEqual([{ channel: 'c', lastPlace: 1 }])
  })
})

describe('a handover', () => {
  it('takes what was committed along, and nothing of an earlier term stays in memory', async () => {
    const [one, other, third] = await three()
    const first = await claimOne(one, 'shop')
    const job = await publish(third, { record: jobIn(third, 'shop', { total: 6 }), chunks: chunksOf(2, 3) })
    await commitOf(one, first, job.ref, 0)
    await one.handOver({ ...termOf(first), note }, other.ownServer())
    const second = await claimOne(other, 'shop')
    expect(second).toMatchObject({ note, quietForMs: 0 })
    expect(second.term).toBeGreaterThan(first.term)
    const { succeeded } = Verdict
    expect(await verdictsOf(other, job.ref)).toEqual([succeeded, 0, 0, 0, 0, 0])
    await commitOf(other, second, job.ref, 1)
    await commitOf(other, second, job.ref, 4)
    expect(await codeOf(commitOf(one, first, job.ref, 2))).toBe('stale_term')
    await other.handOver({ ...termOf(second), note }, one.ownServer())
    const last = await claimOne(one, 'shop')
    await commitOf(one, last, job.ref, 2)
    expect(await verdictsOf(one, job.ref)).toEqual([succeeded, succeeded, succeeded, 0, succeeded, 0])
    await one.commitOutcomes({
      ...{ terms: [termOf(last)], ended: [{ ref: job.ref, end: endOf() }] },
      batches: outcomes(
        one,
        job.ref,
        [3, 5].map((index) => ({ index, epoch: last.term })),
      ),
    })
    expect(await verdictsOf(one, job.ref)).toEqual(Array.from({ length: 6 }, () => succeeded))
    expect(await third.findJob(job.id)).toMatchObject({ phase: 'ended' })
  })

  it('in the middle of a round of folding at its taker loses nothing that stood in segments', async () => {
    const proxy = await PostgresProxy.start(stores.databaseUrl)
    try {
      const taker = await stores.start({ databaseUrl: proxy.url })
      const giver = await stores.start()
      const owned = await claimOne(taker, 'own')
      const given = await claimOne(giver, 'shop')
      const ownJob = await publish(taker, { record: jobIn(taker, 'own', { total: 3 }) })
      const job = await publish(giver, { record: jobIn(giver, 'shop', { total: 3 }) })
      const held = proxy.hold('INSERT INTO waybill.outcome_maps')
      // The numbers of its segments are above those of the other server.
      for (const index of [0, 1, 2]) await commitOf(taker, owned, ownJob.ref, index)
      await expect.poll(() => held.count(), { timeout: 30_000 }).toBeGreaterThan(0)
      // The first is folded at once, the second a second later.
      for (const index of [0, 1]) await commitOf(giver, given, job.ref, index)
      await giver.handOver({ ...termOf(given), note }, taker.ownServer())
      const claim = claimOne(taker, 'shop')
      held.release()
      const taken = await claim
      await taker.handOver({ ...termOf(taken), note }, giver.ownServer())
      await claimOne(giver, 'shop')
      const { succeeded } = Verdict
      expect(await verdictsOf(giver, job.ref)).toEqual([succeeded, succeeded, 0])
    } finally {
      await proxy.close()
    }
  })

  it('gives a note whose times are what is left of them', async () => {
    const [one, other] = await three()
    const owner = await claimOne(one, 'shop')
    const long = { owedUnits: 3, blockedUntilMs: null, blockedForMs: 60_000, circuitOpenForMs: 50 }
    await one.handOver({ ...termOf(owner), note: long }, other.ownServer())
    await setTimeout(60)
    const { note: got } = await claimOne(other, 'shop')
    expect(got).toMatchObject({ owedUnits: 3, blockedUntilMs: null, circuitOpenForMs: 0 })
    expect(got!.blockedForMs).toBeGreaterThan(0)
    expect(got!.blockedForMs).toBeLessThanOrEqual(60_000 - 60)
  })

  it('to a server that is not there is refused, and the owner keeps the channel', async () => {
    const [one] = await three()
    const owner = await claimOne(one, 'shop')
    expect(await codeOf(one.handOver({ ...termOf(owner), note }, 999_999))).toBe('conflict')
    expect(await codeOf(one.saveTats([{ ...termOf(owner), tat: null }]))).toBe('done')
  })

  it('to a server that stops before it claims leaves the channel to any', async () => {
    const [one, other, third] = await three()
    const owner = await claimOne(one, 'shop')
    await one.handOver({ ...termOf(owner), note }, other.ownServer())
    expect(await third.claimChannels(['shop'])).toEqual([])
    await other.stop()
    const next = await claimOne(third, 'shop')
    expect(next.note).toEqual(note)
    expect(next.term).toBeGreaterThan(owner.term)
  })

  it('ends a commit that is still in the network: it does not land behind the handover', async () => {
    expect(await delayedCommit()).toEqual([])
  })
})

/** A commit that is delayed in the network until its channel was handed over and claimed. @returns what is wrong */
async function delayedCommit(): Promise<string[]> {
  const proxy = await PostgresProxy.start(stores.databaseUrl)
  try {
    const one = await stores.start({ databaseUrl: proxy.url })
    const other = await stores.start()
    const owner = await claimOne(one, 'shop')
    const job = await publish(one, { record: jobIn(one, 'shop') })
    const held = proxy.hold('INSERT INTO waybill.segments', { givesUp: true })
    const wrong: string[] = []
    const code = await codeOf(commitOf(one, owner, job.ref, 0))
    if (code !== 'unavailable') wrong.push(`the commit in doubt was ${code}`)
    await one.handOver({ ...termOf(owner), note }, other.ownServer())
    const next = await other.claimChannels(['shop'])
    if (next.length !== 1) wrong.push('the next owner could not claim the channel')
    held.release()
    if (held.count() === 0) wrong.push('nothing was held')
    // Whatever was on its way has been carried out, or refused.
    await expect.poll(() => sessionsOf('writer'), { timeout: 30_000 }).toBe(2)
    if ((await stores.query('SELECT 1 FROM waybill.segments')).length > 0) wrong.push('the delayed commit landed')
    const stale = await codeOf(commitOf(one, owner, job.ref, 1))
    if (stale !== 'stale_term') wrong.push(`a commit of the earlier term was ${stale}`)
    return wrong
  } finally {
    await proxy.close()
  }
}

/** Connections of this kind that the database has. */
async function sessionsOf(kind: string): Promise<number> {
  const rows = await stores.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'waybill ${kind}'`,
  )
  return rows.length
}

describe('a fence', () => {
  it('ends what a frozen server has on its way, also before anybody claims its channels', async () => {
    expect(await fencedCommit()).toEqual([])
  }, 120_000)

  it('is obeyed in its quiet time by every later owner, also when the first one dies in it', async () => {
    const one = await stores.start({ leaseMs: LEASE_MS })
    const other = await stores.start({ leaseMs: LEASE_MS })
    const owner = await claimOne(one, 'shop')
    await one.coverCalls(CALL_MS)
    await stores.silence(one)
    expect(await fenced(other)).toEqual([one.ownServer()])
    const second = await claimOne(other, 'shop')
    expect(second.note).toBeNull()
    expect(second.term).toBeGreaterThan(owner.term)
    expect(second.quietForMs).toBeGreaterThan(CALL_MS - 60_000)
    expect(second.quietForMs).toBeLessThanOrEqual(CALL_MS + 2000)
    const [before] = await stores.query<{ quiet_until: number }>('SELECT quiet_until FROM waybill.owners')
    await other.stop()
    const third = await stores.start()
    expect((await claimOne(third, 'shop')).quietForMs).toBeGreaterThan(CALL_MS - 60_000)
    // A server that has the whole database obeys it as well.
    expect(await stores.query('SELECT quiet_until FROM waybill.owners')).toEqual([before])
  }, 120_000)

  it('leaves nothing to wait for after a server that called nobody', async () => {
    const one = await stores.start({ leaseMs: LEASE_MS })
    const other = await stores.start({ leaseMs: LEASE_MS })
    await claimOne(one, 'shop')
    await stores.silence(one)
    await fenced(other)
    expect((await claimOne(other, 'shop')).quietForMs).toBe(0)
  }, 120_000)

  it('removes what the fenced server had not published', async () => {
    const one = await stores.start({ leaseMs: LEASE_MS })
    const other = await stores.start({ leaseMs: LEASE_MS })
    const ref = one.nextJobRef()
    await one.writeChunks(ref, [chunkOf()])
    const record = { ...jobIn(one, 'shop'), ref }
    await stores.silence(one)
    await fenced(other)
    expect(await codeOf(publish(one, { record, chunks: [] }))).toBe('stale_epoch')
    await expect.poll(() => stores.query('SELECT ref FROM waybill.chunks'), { timeout: 30_000 }).toEqual([])
    expect(await stores.query('SELECT ref FROM waybill.drafts')).toEqual([])
  }, 120_000)
})

/** A commit that is in the network while its server is fenced. @returns what is wrong */
async function fencedCommit(): Promise<string[]> {
  const proxy = await PostgresProxy.start(stores.databaseUrl)
  try {
    const one = await stores.start({ databaseUrl: proxy.url, leaseMs: LEASE_MS })
    const other = await stores.start({ leaseMs: LEASE_MS })
    const owner = await claimOne(one, 'shop')
    const job = await publish(one, { record: jobIn(one, 'shop') })
    const held = proxy.hold('INSERT INTO waybill.segments')
    const late = codeOf(commitOf(one, owner, job.ref, 0))
    await expect.poll(() => held.count(), { timeout: 30_000 }).toBeGreaterThan(0)
    await stores.silence(one)
    await fenced(other)
    held.release()
    const code = await late
    const wrong = code === 'stale_epoch' ? [] : [`the commit was ${code}`]
    const segments = await stores.query('SELECT 1 FROM waybill.segments')
    const maps = await stores.query('SELECT 1 FROM waybill.outcome_maps')
    if (segments.length + maps.length > 0) wrong.push('the commit landed')
    return wrong
  } finally {
    await proxy.close()
  }
}

describe('a seeded bug is seen', () => {
  it('a check of terms that does not raise', async () => {
    await stores.query(`CREATE OR REPLACE FUNCTION waybill.require_terms(names text[], own_terms bigint[], own bigint) RETURNS void LANGUAGE plpgsql AS
      'BEGIN PERFORM 1 FROM waybill.owners WHERE channel = ANY (names) FOR SHARE; END'`)
    expect(await delayedCommit()).toEqual(['a commit of the earlier term was done'])
  })

  it('a fence that does not raise', async () => {
    await stores.query(`CREATE OR REPLACE FUNCTION waybill.hold_server(own bigint, of_session bigint, write bigint, confirmed bigint) RETURNS void
      LANGUAGE plpgsql AS 'BEGIN UPDATE waybill.servers SET last_write = write WHERE id = own AND session = of_session; END'`)
    expect(await fencedCommit()).toContain('the commit landed')
  }, 120_000)

  it('a handover that does not change the row', async () => {
    await stores.query(`CREATE FUNCTION waybill.seeded() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END';
      CREATE TRIGGER seeded BEFORE UPDATE OF note ON waybill.owners FOR EACH ROW WHEN (NEW.note IS NOT NULL) EXECUTE FUNCTION waybill.seeded()`)
    expect(await delayedCommit()).toEqual([
      'the next owner could not claim the channel',
      'a commit of the earlier term was done',
    ])
  })
})
