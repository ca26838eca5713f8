import { afterEach, beforeEach, expect, it } from 'vitest'
import { allItems, chunksOf, jobOf, publish } from '../contract/store/fixtures.ts'
import { rejectedItemsOf } from '../contract/store/rejected-items-suite.ts'
import { createDatabase, StoreWorld } from '../contract/store/world.ts'
import { queryOnce } from '../support/postgres-cluster.ts'
import type { StoreError } from '../../server/src/store/store-error.ts'
import { PostgresProxy } from '../support/postgres-proxy.ts'

let world: StoreWorld
let proxy: PostgresProxy
let databaseUrl: string

beforeEach(async () => {
  databaseUrl = await createDatabase()
  proxy = await PostgresProxy.start(databaseUrl)
  world = new StoreWorld('postgres')
  world.databaseUrl = proxy.url
})

afterEach(async () => {
  await world.close()
  await proxy.close()
})

const query = (text: string) => queryOnce(databaseUrl, text)

it('an open job keeps its items when a part of it is discarded', async () => {
  const store = await world.start()
  const lane = { subscription: 'default', channel: 'shop' }
  const record = jobOf(store.nextJobRef(), { phase: 'open', total: 3 })
  const { ref } = await publish(store, { record })
  await store.writeRejectedItems({ ref, ...lane }, [rejectedItemsOf(store, ref, 1, [3, 5])])
  const lost = proxy.loseAnswer('part_drafts SET abandoned')
  await store.discardJob(ref)
  await lost
  await store.writeRejectedItems({ ref, ...lane }, [rejectedItemsOf(store, ref, 1, [4])])
  await store.discardJob(ref)
  await expect.poll(() => query('SELECT * FROM waybill.part_drafts'), { timeout: 30_000 }).toEqual([])
  expect(await query('SELECT count(*)::int AS count FROM waybill.chunks')).toEqual([{ count: 1 }])
  expect((await allItems(store, ref)).map(({ verdict }) => verdict)).toEqual([0, 0, 0])
})

it('a job that was never published is removed when it is discarded', async () => {
  const store = await world.start()
  const ref = store.nextJobRef()
  await store.writeChunks(ref, chunksOf(200, 3))
  const lost = proxy.loseAnswer('part_drafts SET abandoned')
  await store.discardJob(ref)
  await lost
  const left =
    'SELECT ref FROM waybill.chunks UNION SELECT ref FROM waybill.drafts UNION SELECT ref FROM waybill.removals'
  await expect.poll(() => query(left), { timeout: 30_000 }).toEqual([])
})

it('a job is published once, and its place known, when the connection ends again behind its commit', async () => {
  const fatal: StoreError[] = []
  const store = await world.start({ onFatal: (error) => fatal.push(error) })
  await publish(store)
  const faults = [proxy.loseAnswer('INSERT INTO waybill.jobs'), proxy.endBefore('SELECT ref, place FROM waybill.jobs')]
  const { id, eligibleSeq } = await publish(store)
  await Promise.all(faults)
  expect(eligibleSeq).toBe(2)
  expect((await store.findJob(id))?.eligibleSeq).toBe(2)
  expect(fatal).toEqual([])
})

it('a new connection writes when the answer to the one before it was lost', async () => {
  const store = await world.start()
  const faults = [proxy.loseAnswer('INSERT INTO waybill.jobs'), proxy.loseAnswer('UPDATE waybill.servers SET session')]
  const [first] = await Promise.allSettled([publish(store), ...faults])
  expect(first.status).toBe('fulfilled')
  await publish(store)
  expect(await query('SELECT session::int FROM waybill.servers')).toEqual([{ session: 2 }])
  expect(await query('SELECT place::int FROM waybill.jobs ORDER BY place')).toEqual([{ place: 1 }, { place: 2 }])
})

it.each(['on its connection', 'on a new connection'])(
  'a server ends when the database lost a commit (%s)',
  async (how) => {
    const fatal: StoreError[] = []
    const store = await world.start({ onFatal: (error) => fatal.push(error) })
    await publish(store)
    await query('UPDATE waybill.servers SET last_write = last_write - 1')
    if (how === 'on a new connection') void proxy.endBefore('INSERT INTO waybill.jobs')
    // Its own work may have met it first.
    await expect(publish(store)).rejects.toMatchObject({ code: expect.stringMatching(/^(io|closed)$/) as string })
    await expect.poll(() => fatal.length, { timeout: 30_000 }).toBe(1)
    expect(fatal[0]!.message).toBe(
      'Cannot continue as the database must have every commit that it confirmed: it lost commits (store_lost_commits)',
    )
    expect(await query('SELECT count(*)::int AS count FROM waybill.jobs')).toEqual([{ count: 1 }])
  },
)
