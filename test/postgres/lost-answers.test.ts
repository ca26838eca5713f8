import { afterEach, beforeEach, expect, it } from 'vitest'
import { allItems, chunksOf, jobOf, publish } from '../contract/store/fixtures.ts'
import { rejectedItemsOf } from '../contract/store/rejected-items-suite.ts'
import { createDatabase, StoreWorld } from '../contract/store/world.ts'
import { queryOnce } from '../support/postgres-cluster.ts'
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
