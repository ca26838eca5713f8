import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { WebhookConnectorConfig } from '../model/channel.ts'
import type { WebhookEndpointId } from '../model/ids.ts'
import type { WebhookEventType } from '../model/webhook-event.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { KeyRing } from '../secrets/key-ring.ts'
import { EndpointWorld, SETTINGS } from './testing/endpoint-world.ts'

const DAY_MS = 86_400_000
let clock: FakeClock
let world: EndpointWorld

beforeEach(() => {
  clock = new FakeClock()
  world = new EndpointWorld(clock)
})

function secretsOf(id: WebhookEndpointId): readonly string[] {
  return (world.channelOf(id).config.connector as WebhookConnectorConfig).secrets
}

function receivers(type: WebhookEventType, channel: string | null = null, data: unknown = {}, subscription = 'acme') {
  return world.endpoints.endpointsFor({ subscription, type, channel, data })
}

describe('webhook endpoints', () => {
  it('have a channel that no caller sees, and keep only a sealed secret', async () => {
    const { endpoint, secret } = await world.endpoints.create('acme', SETTINGS, { state: 'enabled' })
    const { id, secrets } = endpoint.record
    expect(secrets[0]!.endsWith).toBe(secret.slice(-5, -1))
    expect(JSON.stringify([...world.store.records.values()])).not.toContain(secret.slice(6))
    expect(secretsOf(id)).toEqual([secret])
    expect(world.channels.list()).toEqual([])
    expect(world.channelOf(id)).toMatchObject({ origin: 'webhook', gate: { paused: false } })
  })

  it('are there again after a restart, with their states and secrets', async () => {
    const id = await world.add()
    const disabled = await world.endpoints.create('acme', SETTINGS, { state: 'disabled' })
    const before = secretsOf(id)
    world = new EndpointWorld(clock, world.store, world.keyRing)
    expect(secretsOf(id)).toEqual(before)
    expect(world.channelOf(disabled.endpoint.record.id).gate.paused).toBe(true)
  })

  it('call nobody while their secret cannot be opened, until there is a new one', async () => {
    const id = await world.add()
    const other = new KeyRing([{ id: 'bbbbbbbbbbbb', secret: randomBytes(32) }])
    world = new EndpointWorld(clock, world.store, other)
    expect(world.channelOf(id).gate.paused).toBe(true)
    const { secret } = await world.endpoints.rotateSecret(id, 'acme', DAY_MS)
    expect(world.channelOf(id).gate.paused).toBe(false)
    expect(secretsOf(id)).toEqual([secret])
  })

  it('are 50 a subscription at most, also when they are made at once', async () => {
    const made = await Promise.allSettled(Array.from({ length: 52 }, () => world.add()))
    expect(made.filter(({ status }) => status === 'rejected')).toHaveLength(2)
    await expect(world.add()).rejects.toMatchObject({ code: 'webhook_endpoint_limit_reached' })
    await world.add({}, 'other')
    const [first] = world.endpoints.list('acme')
    await world.endpoints.remove(first!.record.id, 'acme', async () => {})
    await world.add()
  })

  it('SEC-1: are found by their subscription alone', async () => {
    const id = await world.add()
    const refusal = { code: 'webhook_endpoint_not_found' }
    expect(() => world.endpoints.get(id, 'other')).toThrow(expect.objectContaining(refusal))
    await expect(world.endpoints.rotateSecret(id, 'other', 0)).rejects.toMatchObject(refusal)
    await expect(world.endpoints.update(id, 'other', { url: 'https://evil.example/' })).rejects.toMatchObject(refusal)
    await expect(world.endpoints.remove(id, 'other', async () => {})).rejects.toMatchObject(refusal)
    expect(receivers('job.ended', null, {}, 'other')).toEqual([])
  })

  it('change nothing that cannot be made durable', async () => {
    const id = await world.add()
    const before = secretsOf(id)
    world.store.failing = true
    await expect(world.endpoints.rotateSecret(id, 'acme', 0)).rejects.toMatchObject({ code: 'disk_full' })
    await expect(world.add()).rejects.toMatchObject({ code: 'disk_full' })
    await expect(world.endpoints.remove(id, 'acme', async () => {})).rejects.toMatchObject({ code: 'disk_full' })
    expect(secretsOf(id)).toEqual(before)
    expect(world.endpoints.list('acme')).toHaveLength(1)
  })

  it('sign with both secrets until the grace of a rotation is over, over a restart, too', async () => {
    const id = await world.add()
    const [first] = secretsOf(id)
    const { secret } = await world.endpoints.rotateSecret(id, 'acme', DAY_MS)
    expect(secretsOf(id)).toEqual([secret, first])
    clock.advance(DAY_MS - 1)
    world = new EndpointWorld(clock, world.store, world.keyRing)
    expect(secretsOf(id)).toEqual([secret, first])
    clock.advance(1)
    expect(secretsOf(id)).toEqual([secret])
    await expect.poll(() => world.store.records.get(id)!.secrets).toHaveLength(1)
  })

  it('remove an expired secret from the store later if it cannot be removed now', async () => {
    const id = await world.add()
    await world.endpoints.rotateSecret(id, 'acme', 1000)
    world.store.failing = true
    clock.advance(1000)
    expect(secretsOf(id)).toHaveLength(1)
    await new Promise(setImmediate)
    world.store.failing = false
    clock.advance(60_000)
    await expect.poll(() => world.store.records.get(id)!.secrets).toHaveLength(1)
  })

  it('keep at most two secrets, and drop the previous one when asked to', async () => {
    const id = await world.add()
    const second = await world.endpoints.rotateSecret(id, 'acme', DAY_MS)
    const third = await world.endpoints.rotateSecret(id, 'acme', DAY_MS)
    expect(secretsOf(id)).toEqual([third.secret, second.secret])
    await world.endpoints.revokePreviousSecret(id, 'acme')
    expect(secretsOf(id)).toEqual([third.secret])
    const { saves } = world.store
    await world.endpoints.revokePreviousSecret(id, 'acme')
    expect(world.store.saves).toBe(saves)
    const fourth = await world.endpoints.rotateSecret(id, 'acme', 0)
    expect(secretsOf(id)).toEqual([fourth.secret])
  })

  it('leave neither a channel nor a secret when they are deleted', async () => {
    const id = await world.add()
    let pausedMeanwhile = false
    await world.endpoints.remove(id, 'acme', async () => {
      pausedMeanwhile = world.channelOf(id).gate.paused
    })
    expect(pausedMeanwhile).toBe(true)
    expect(world.channelOf(id)).toBeUndefined()
    expect(world.store.records.size).toBe(0)
    expect(world.endpoints.hasEndpoints('acme')).toBe(false)
    expect(world.endpoints.orderingOf(id)).toBeNull()
  })
})

describe('routing', () => {
  it('asks type, channel and condition of each endpoint, enabled or not', async () => {
    const all = await world.add()
    const ends = await world.add({ eventTypes: ['job.ended'] })
    const shop = await world.add({ channels: ['shop'] })
    const failed = await world.add({ where: 'event.data.job.counts.failed > 0.0' })
    const job = (failed: number) => ({ job: { counts: { failed } } })
    expect(receivers('job.ended', 'shop', job(1))).toEqual([all, ends, shop, failed])
    expect(receivers('job.ended', 'erp', job(0))).toEqual([all, ends])
    expect(receivers('job.started', 'shop', job(0))).toEqual([all, shop])
    await world.endpoints.change(all, 'acme', (record) => ({ ...record, state: 'disabled', stateReason: 'caller' }))
    expect(receivers('job.accepted', 'erp', job(0))).toEqual([all])
    expect(world.endpoints.wantsType('acme', 'item.parked')).toBe(true)
    expect(world.endpoints.namesChannel('acme', 'shop')).toBe(true)
    expect(world.endpoints.namesChannel('acme', 'erp')).toBe(false)
    expect([...world.endpoints.subscriptions()]).toEqual(['acme'])
  })

  it('sends an event for which a condition cannot be evaluated, or costs too much', async () => {
    const typo = await world.add({ where: 'event.data.jub.counts.failed > 0.0' })
    const costly = await world.add({ where: 'event.data.text.contains("b")' })
    expect(receivers('job.ended', null, { text: 'aaa' })).toEqual([typo])
    expect(receivers('job.ended', null, { text: 'a'.repeat(300_000) })).toEqual([typo, costly])
  })

  it('sends what is reported of an endpoint to the others alone', async () => {
    const [one, other] = [await world.add(), await world.add({ channels: ['shop'] })]
    expect(receivers('webhook_endpoint.failing', null, { endpoint: { id: one } })).toEqual([other])
    expect(receivers('webhook_endpoint.disabled', null, { endpoint: { id: other } })).toEqual([one])
  })
})

it('writes what is secret only where it has changed', async () => {
  const { endpoint } = await world.endpoints.create('acme', SETTINGS, { state: 'enabled' })
  const { id } = endpoint.record
  const { saves } = world.store
  await world.endpoints.update(id, 'acme', { description: 'changed', ordering: 'none' })
  expect([world.store.saves, world.store.updates]).toEqual([saves, 1])
  await world.endpoints.update(id, 'acme', { url: 'https://other.example/' })
  await world.endpoints.rotateSecret(id, 'acme', 0)
  expect([world.store.saves, world.store.updates]).toEqual([saves + 2, 1])
})
