import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../server/src/runtime/logger.ts'
import { Telemetry } from '../../server/src/runtime/telemetry.ts'
import { createPostgresStore } from '../../server/src/store/postgres/postgres-store.ts'
import type { StandbyState } from '../../server/src/store/server-store.ts'
import type { StoreError } from '../../server/src/store/store-error.ts'
import type { Store } from '../../server/src/store/store.ts'
import { publish } from '../contract/store/fixtures.ts'
import { StoreWorld } from '../contract/store/world.ts'
import { queryOnce } from '../support/postgres-cluster.ts'
import { PostgresProxy } from '../support/postgres-proxy.ts'

/** Long, so that a busy machine takes it from nobody. */
const LEASE_MS = 3000
const SHORT_LEASE_MS = 600
const PATIENCE = { timeout: 30_000, interval: 20 }

let world: StoreWorld
const cleanups: (() => Promise<unknown>)[] = []

beforeEach(() => {
  world = new StoreWorld('postgres')
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  await world.close()
})

const query = (text: string) => queryOnce(world.databaseUrl, text)

async function moveElsewhere(): Promise<void> {
  await query("UPDATE waybill.servers SET boot_id = 'elsewhere'")
}

/** A store of a server that waits while another one has the database. */
function member(name: string) {
  const states: StandbyState[] = []
  const store: Store = createPostgresStore({
    ...{ databaseUrl: world.databaseUrl, leaseMs: LEASE_MS, keyRing: world.keyRing },
    ...{ logger: silentLogger, telemetry: new Telemetry(silentLogger), onFatal() {} },
    member: {
      ...{ name, address: `http://${name}.test`, version: '1.2.3', configHash: 'hash' },
      onStandby: (state) => states.push(state),
    },
  })
  cleanups.push(async () => store.stop())
  return { store, states, started: store.start() }
}

describe('a standby', () => {
  it('waits, is listed, and has the database as soon as the active server gives it back', async () => {
    const active = await world.start({ leaseMs: LEASE_MS, identity: { name: 'first', version: '1', configHash: '' } })
    const { ref } = await publish(active)
    const [own] = await active.listServers()
    const { store, states, started } = member('second')
    await expect.poll(() => states, PATIENCE).toEqual([{ active: { serverId: own!.id, address: '' } }])
    await expect.poll(async () => (await active.listServers()).length, PATIENCE).toBe(2)
    const [first, second] = await active.listServers()
    expect(first).toMatchObject({ name: 'first', active: true, draining: false, lastTakeover: null })
    expect(second).toMatchObject({
      ...{ name: 'second', address: 'http://second.test', version: '1.2.3', configHash: 'hash', active: false },
    })
    expect(second!.beatAgeSeconds).toBeLessThan(30)
    expect(Math.abs(second!.startedAtMs - Date.now())).toBeLessThan(60_000)
    await active.stop()
    await started
    expect([store.epoch, store.lease.holds(), store.quiet.untilMs]).toEqual([active.epoch + 1, true, null])
    expect(store.nextJobRef()).toBeGreaterThan(ref)
    expect(await store.listServers()).toMatchObject([
      {
        ...{ id: second!.id, name: 'second', active: true },
        lastTakeover: { fromServer: first!.id, proof: 'handover', quietUntilMs: null },
      },
    ])
  })

  it('that is stopped ends its wait, and leaves no row', async () => {
    const active = await world.start({ leaseMs: LEASE_MS })
    const { store, started } = member('second')
    const refused = expect(started).rejects.toMatchObject({ code: 'closed' })
    await expect.poll(async () => (await active.listServers()).length, PATIENCE).toBe(2)
    await store.stop()
    await refused
    expect(await active.listServers()).toHaveLength(1)
  })

  it('whose beat does not change is forgotten by the active server', async () => {
    const active = await world.start({ leaseMs: 100 })
    await query(`WITH gone AS (INSERT INTO waybill.servers (address, boot_id, process, config_hash, session, last_write, active)
        VALUES ('', 'elsewhere', '1/1', '', 0, 0, false) RETURNING id)
      INSERT INTO waybill.beats (server, beat) SELECT id, 7 FROM gone`)
    expect(await active.listServers()).toHaveLength(2)
    await expect.poll(async () => (await active.listServers()).length, PATIENCE).toBe(1)
  })

  it('takes the place of a server that is lost, and says from whom, how, and until when it calls nobody', async () => {
    const lost = await world.start({ leaseMs: LEASE_MS })
    await lost.coverCalls(20_000)
    const [entry] = await lost.listServers()
    await moveElsewhere()
    await query(`CREATE FUNCTION waybill.same_beat() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN NEW.beat := OLD.beat; RETURN NEW; END';
      CREATE TRIGGER same_beat BEFORE UPDATE ON waybill.beats FOR EACH ROW EXECUTE FUNCTION waybill.same_beat()`)
    const { store, states, started } = member('second')
    await started
    expect(states).toEqual([{ active: { serverId: entry!.id, address: '' } }, { active: null }])
    const leftMs = store.quiet.untilMs! - performance.now()
    expect(leftMs).toBeGreaterThan(0)
    expect(leftMs).toBeLessThan(22_000 + 1000)
    const [own] = await store.listServers()
    expect(own!.lastTakeover).toMatchObject({ fromServer: entry!.id, proof: 'lease' })
    expect(own!.lastTakeover!.quietUntilMs! - own!.lastTakeover!.atMs).toBeGreaterThan(20_000)
  })
})

describe('the lease', () => {
  it('of a main thread that stands is lost, and held again once it turns', async () => {
    const store = await world.start({ leaseMs: SHORT_LEASE_MS })
    const changes: boolean[] = []
    await expect.poll(() => store.lease.holds(), PATIENCE).toBe(true)
    await setTimeout(SHORT_LEASE_MS)
    store.onLease(() => changes.push(store.lease.holds()))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3 * SHORT_LEASE_MS)
    expect(store.lease.holds()).toBe(false)
    await expect.poll(() => store.lease.holds(), PATIENCE).toBe(true)
    await expect.poll(() => changes.at(-1), PATIENCE).toBe(true)
    expect(await query('SELECT count(*)::int AS fenced FROM waybill.servers WHERE fenced')).toEqual([{ fenced: 0 }])
  })

  it('is not held any more by a beat that was stalled in the network when it was fenced', async () => {
    await (await world.start({ leaseMs: LEASE_MS })).stop()
    const proxy = await PostgresProxy.start(world.databaseUrl)
    cleanups.push(() => proxy.close())
    const fatal: StoreError[] = []
    const first = await world.start({
      ...{ databaseUrl: proxy.url, leaseMs: LEASE_MS, onFatal: (error: StoreError) => fatal.push(error) },
    })
    await moveElsewhere()
    const beats = proxy.hold('waybill.beat')
    const { store, started } = member('second')
    await started
    expect(beats.count()).toBeGreaterThan(0)
    const held: boolean[] = [first.lease.holds()]
    const watch = setInterval(() => held.push(first.lease.holds()), 2)
    beats.release()
    await expect.poll(() => fatal.map(({ code }) => code), PATIENCE).toEqual(['stale_epoch'])
    clearInterval(watch)
    expect(new Set([...held, first.lease.holds()])).toEqual(new Set([false]))
    expect(store.lease.holds()).toBe(true)
  })

  it('covers the longest call that the server has ever let be made', async () => {
    const store = await world.start({ leaseMs: LEASE_MS })
    const longest = async (): Promise<unknown> => (await query('SELECT longest_call_ms AS ms FROM waybill.servers'))[0]
    await store.coverCalls(5000)
    await store.coverCalls(100)
    expect(await longest()).toEqual({ ms: 5000 })
    const config = { connector: { type: 'module', path: '/none.js', timeoutMs: 9000, abortGraceMs: 1000 } } as never
    await store.saveChannel({ name: 'shop', config, paused: false })
    expect(await longest()).toEqual({ ms: 10_000 })
    await store.removeChannel('shop')
    expect(await longest()).toEqual({ ms: 10_000 })
  })
})
