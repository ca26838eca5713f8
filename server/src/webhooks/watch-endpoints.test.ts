import { beforeEach, describe, expect, it } from 'vitest'
import type { WebhookEndpointId } from '../model/ids.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { EndpointWorld } from './testing/endpoint-world.ts'

const HOUR_MS = 3_600_000
let clock: FakeClock
let world: EndpointWorld
let id: WebhookEndpointId

beforeEach(async () => {
  clock = new FakeClock()
  world = new EndpointWorld(clock)
  id = await world.add()
})

function recordOf(of = id) {
  return world.endpoints.find(of)!.record
}

/** Calls fail so often, an hour apart. */
function failHourly(hours: number): void {
  for (let n = 0; n < hours; n++) {
    world.call(id, [500], clock.nowMs())
    clock.advance(HOUR_MS)
  }
}

/** Lets changes on their way become durable. */
async function rest(): Promise<void> {
  for (let n = 0; n < 5; n++) await new Promise(setImmediate)
}

describe('an endpoint whose calls fail', () => {
  it('is reported to the others after 60 h, and disabled after 5 days', async () => {
    const other = await world.add()
    failHourly(59)
    world.call(id, [0], clock.nowMs())
    await rest()
    expect(world.store.events).toEqual([])
    failHourly(1)
    await rest()
    expect(world.store.events).toMatchObject([{ type: 'webhook_endpoint.failing', endpoints: [other] }])
    failHourly(60)
    await rest()
    expect(world.store.events).toHaveLength(2)
    expect(world.store.events[1]).toMatchObject({
      type: 'webhook_endpoint.disabled',
      endpoints: [other],
      data: { endpoint: { id, state: 'disabled', reason: 'failures', url: 'https://hooks.example/waybill' } },
    })
    expect(recordOf()).toMatchObject({ state: 'disabled', stateReason: 'failures' })
    expect(world.channelOf(id).gate.paused).toBe(true)
    const { subscription } = recordOf()
    expect(world.store.audited).toMatchObject(
      ['reportFailingWebhookEndpoint', 'disableWebhookEndpoint'].map((action) => ({
        ...{ actor: { kind: 'server' }, subscription, action, resource: { others: { endpoint: id } } },
      })),
    )
  })

  it('is disabled in time, without a further call', async () => {
    failHourly(13)
    clock.advance(DAYS_5 - 13 * HOUR_MS - 1)
    await rest()
    expect(recordOf().state).toBe('enabled')
    clock.advance(60_000)
    await rest()
    expect(recordOf()).toMatchObject({ state: 'disabled', stateReason: 'failures' })
  })

  it('is not disabled by failures within 12 h, before one fails again', async () => {
    failHourly(12)
    clock.advance(DAYS_5)
    await rest()
    expect(recordOf().state).toBe('enabled')
    world.call(id, [500], clock.nowMs())
    await rest()
    expect(recordOf().state).toBe('disabled')
  })

  it('begins anew with a success, also one among failures', async () => {
    failHourly(119)
    world.call(id, [500, 200, 500], clock.nowMs())
    const failingSinceMs = clock.nowMs()
    failHourly(119)
    await rest()
    expect(recordOf().state).toBe('enabled')
    expect(world.watch.healthOf(recordOf())).toMatchObject({ failingSinceMs, lastSuccessAtMs: failingSinceMs })
  })

  it('goes on counting after a restart, and has its time then', async () => {
    failHourly(30)
    await world.watch.stop()
    world = new EndpointWorld(clock, world.store, world.keyRing)
    expect(world.watch.healthOf(recordOf()).failingSinceMs).toBe(clock.nowMs() - 30 * HOUR_MS)
    clock.advance(DAYS_5)
    await rest()
    expect(recordOf()).toMatchObject({ state: 'disabled', stateReason: 'failures' })
  })
})

describe('an endpoint that answers 410', () => {
  it('is called no more before that is durable, and is disabled', async () => {
    const other = await world.add()
    world.call(id, [500, 410], clock.nowMs())
    expect(world.channelOf(id).gate.paused).toBe(true)
    await rest()
    expect(recordOf()).toMatchObject({ state: 'disabled', stateReason: 'gone' })
    expect(world.store.events).toMatchObject([{ type: 'webhook_endpoint.disabled', endpoints: [other] }])
  })

  it('is disabled later when that cannot be stored now', async () => {
    world.store.failing = true
    world.call(id, [410], clock.nowMs())
    await rest()
    expect(recordOf().state).toBe('enabled')
    expect(world.channelOf(id).gate.paused).toBe(true)
    world.store.failing = false
    clock.advance(60_000)
    await rest()
    expect(recordOf()).toMatchObject({ state: 'disabled', stateReason: 'gone' })
  })
})

describe('results of calls', () => {
  it('are stored after 5 s, once for all of them', async () => {
    const { saves } = world.store
    for (let n = 0; n < 100; n++) world.call(id, [n % 2 === 0 ? 200 : 500], clock.nowMs())
    await rest()
    expect(world.store.saves).toBe(saves)
    clock.advance(5000)
    await rest()
    expect([world.store.saves, world.store.updates]).toEqual([saves, 1])
    expect(world.store.records.get(id)!.health.lastSuccessAtMs).toBe(clock.nowMs() - 5000)
  })

  it('are forgotten as failures when the endpoint is enabled again', async () => {
    failHourly(121)
    await rest()
    expect(recordOf().state).toBe('disabled')
    world.watch.restart(id)
    await world.endpoints.change(id, 'acme', (record) => ({ ...record, state: 'enabled', stateReason: null }))
    world.call(id, [500], clock.nowMs())
    await rest()
    expect(recordOf().state).toBe('enabled')
  })
})

const DAYS_5 = 120 * HOUR_MS

describe('what is stored of an endpoint', () => {
  it('has the report of its failing when that is durable, not before', async () => {
    const other = await world.add()
    failHourly(59)
    world.store.failing = true
    failHourly(2)
    await rest()
    expect(world.watch.healthOf(recordOf()).reportedFailing).toBe(false)
    world.store.failing = false
    // The process ends before it is tried again: the next one reports it.
    const again = new EndpointWorld(clock, world.store, world.keyRing)
    again.call(id, [500], clock.nowMs())
    await rest()
    expect(world.store.events).toMatchObject([{ type: 'webhook_endpoint.failing', endpoints: [other] }])
    expect(again.endpoints.find(id)!.record.health.reportedFailing).toBe(true)
    again.call(id, [500], clock.nowMs())
    await rest()
    expect(world.store.events).toHaveLength(1)
  })

  it('has the number of events that it never received', async () => {
    world.watch.dropped(id, 3)
    world.watch.dropped(id, 2)
    world.call(id, [200], clock.nowMs())
    expect(world.watch.healthOf(recordOf()).droppedEvents).toBe(5)
    clock.advance(5000)
    await rest()
    expect(new EndpointWorld(clock, world.store, world.keyRing).endpoints.find(id)!.record.health).toMatchObject({
      droppedEvents: 5,
      lastSuccessAtMs: clock.nowMs() - 5000,
    })
  })
})
