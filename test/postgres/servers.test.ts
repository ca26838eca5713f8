import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ServerMember, StandbyState } from '../../server/src/store/server-store.ts'
import { createDatabase, StoreWorld } from '../contract/store/world.ts'
import { queryOnce } from '../support/postgres-cluster.ts'

/*
 * The servers of one database, as each of them lists them.
 */

const POLL = { timeout: 30_000 }

let world: StoreWorld
let databaseUrl: string

beforeEach(async () => {
  databaseUrl = await createDatabase()
  world = new StoreWorld('postgres')
  world.databaseUrl = databaseUrl
})
afterEach(() => world.close())

function member(name: string, configHash = 'aa'): ServerMember & { readonly states: StandbyState[] } {
  const states: StandbyState[] = []
  const address = `http://${name}.internal:7071`
  return { name, address, version: '0.1.0', configHash, states, onStandby: (state) => void states.push(state) }
}

it('an active server lists itself and those on standby; one that takes over from it lists a handover', async () => {
  const first = await world.start({ member: member('north') })
  const [north] = await first.listServers()
  expect(north).toMatchObject({
    ...{ name: 'north', address: 'http://north.internal:7071', version: '0.1.0', configHash: 'aa' },
    ...{ active: true, fenced: false, draining: false, lastTakeover: null },
  })
  const standby = member('south', 'bb')
  const starting = world.start({ member: standby })
  await expect
    .poll(() => first.listServers().then((all) => all.map(({ name }) => name)), POLL)
    .toEqual(['north', 'south'])
  const [, south] = await first.listServers()
  expect(south).toMatchObject({ active: false, fenced: false, configHash: 'bb', lastTakeover: null })
  expect(south!.beatAgeSeconds).toBeGreaterThanOrEqual(0)
  // Its row is there a moment before it reports.
  await expect.poll(() => standby.states, POLL).toEqual([{ active: { serverId: north!.id, address: north!.address } }])

  await first.stop()
  const second = await starting
  expect(await second.listServers()).toEqual([
    expect.objectContaining({
      ...{ id: south!.id, name: 'south', active: true },
      lastTakeover: {
        proof: 'handover',
        fromServer: north!.id,
        atMs: expect.any(Number) as number,
        quietUntilMs: null,
      },
    }),
  ])
})

it('a server that starts when nobody has the database has taken it over from nobody', async () => {
  const first = await world.start({ member: member('north') })
  await first.stop()
  const second = await world.start({ member: member('south') })
  expect((await second.listServers()).map(({ lastTakeover }) => lastTakeover)).toEqual([null])
})

it('a server that was fenced is listed behind those that work, until it is removed', async () => {
  const made = `INSERT INTO waybill.servers (address, boot_id, process, config_hash, session, last_write, name, version, lease_ms, longest_call_ms)
    VALUES ('http://lost.internal:7071', 'elsewhere', '1', 'aa', 0, 0, 'lost', '0.1.0', 1000, 5000) RETURNING id::int`
  const [{ id }] = (await queryOnce(databaseUrl, made)) as [{ id: number }]
  await queryOnce(databaseUrl, `INSERT INTO waybill.beats (server, beat) VALUES (${id}, 7)`)
  const store = await world.start({ member: member('south'), leaseMs: 1000 })
  const listed = await store.listServers()
  expect(listed.map(({ name, active, fenced }) => [name, active, fenced])).toEqual([
    ['south', true, false],
    ['lost', true, true],
  ])
  const { lastTakeover } = listed[0]!
  expect(lastTakeover).toMatchObject({ proof: 'lease', fromServer: id })
  // The longest call of the server that was lost, and a grace.
  expect(lastTakeover!.quietUntilMs! - lastTakeover!.atMs).toBeGreaterThan(5000)
  await expect.poll(() => store.listServers().then((all) => all.map(({ name }) => name)), POLL).toEqual(['south'])
})
