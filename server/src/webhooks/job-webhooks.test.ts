import { beforeEach, describe, expect, it } from 'vitest'
import { openJobUrl } from '../connectors/webhook/job-url.ts'
import type { WebhookConnectorConfig } from '../model/channel.ts'
import { jobWebhookTarget, MAX_JOB_WEBHOOK_ORIGINS } from '../model/job-webhook-origins.ts'
import { webhookChannel } from '../model/webhook-event.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { EndpointWorld } from './testing/endpoint-world.ts'

const URL_WITH_KEY = 'https://pim.example/done/T0KENSEGMENT9?key=k3y'
let clock: FakeClock
let world: EndpointWorld

beforeEach(() => {
  clock = new FakeClock()
  world = new EndpointWorld(clock)
})

const take = (url = URL_WITH_KEY, subscription = 'acme') =>
  world.jobWebhooks.take(subscription, { url, events: ['job.ended'] })

function channelOf(origin: string, subscription = 'acme') {
  return world.channels.get(webhookChannel(jobWebhookTarget(subscription, origin)))
}

function connectorOf(origin: string, subscription = 'acme'): WebhookConnectorConfig {
  return channelOf(origin, subscription)!.config.connector as WebhookConnectorConfig
}

describe('webhooks of jobs', () => {
  it('share a secret of the subscription and a channel of their origin, and seal their URLs', async () => {
    const first = await take()
    const second = await take('https://pim.example/other')
    expect(first).toMatchObject({ url: 'https://pim.example/done/***?key=***', events: ['job.ended'] })
    expect(JSON.stringify(first)).not.toMatch(/k3y|T0KENSEGMENT9/)
    expect(second.target).toBe(first.target)
    const { urlKey, secrets } = world.store.ofJobs.get('acme')!
    expect(openJobUrl(first.sealedUrl, urlKey)).toBe(URL_WITH_KEY)
    expect(secrets).toHaveLength(1)
    expect(world.store.changes).toHaveLength(1)
    expect(connectorOf('https://pim.example')).toMatchObject({ url: 'https://pim.example/', perJob: { urlKey } })
    expect(world.jobWebhooks.orderingOf(first.target)).toBe('job')
    await take(URL_WITH_KEY, 'bolt')
    expect(connectorOf('https://pim.example', 'bolt').secrets).not.toEqual(connectorOf('https://pim.example').secrets)
    expect(world.channels.list()).toEqual([])
  })

  it('are there again after a restart, and a retry of the job has the same URL', async () => {
    const webhook = await take()
    const { secrets } = connectorOf('https://pim.example')
    world = new EndpointWorld(clock, world.store, world.keyRing)
    expect(connectorOf('https://pim.example').secrets).toEqual(secrets)
    const again = await world.jobWebhooks.takeAgain('acme', webhook)
    expect(again).toMatchObject({ target: webhook.target, url: webhook.url, events: ['job.ended'] })
    expect(openJobUrl(again!.sealedUrl, world.store.ofJobs.get('acme')!.urlKey)).toBe(URL_WITH_KEY)
    expect(await world.jobWebhooks.takeAgain('bolt', webhook)).toBeUndefined()
  })

  it('are refused at addresses that must not be called, as endpoints are', async () => {
    const faults = [
      'http://pim.example/',
      'https://a:b@pim.example/',
      'https://10.0.0.1/',
      'https://pim.example/?k=***',
    ]
    for (const url of faults) expect(await world.jobWebhooks.faultOf(url)).toMatch(/^must /)
    expect(await world.jobWebhooks.faultOf(URL_WITH_KEY)).toBeNull()
  })

  it('call so many origins, and another one when one of them is not needed any more', async () => {
    const origins = Array.from({ length: MAX_JOB_WEBHOOK_ORIGINS }, (_, n) => `https://pim-${n}.example`)
    for (const origin of origins) await take(`${origin}/done`)
    for (const origin of origins) world.inUse.add(jobWebhookTarget('acme', origin))
    clock.advance(60_000)
    await expect(take('https://next.example/')).rejects.toMatchObject({ code: 'quota_exceeded' })
    await take('https://next.example/', 'bolt')
    await take(`${origins[9]}/done`)
    world.inUse.delete(jobWebhookTarget('acme', origins[9]!))
    // A job that was just taken is not among the live ones yet.
    await expect(take('https://next.example/')).rejects.toMatchObject({ code: 'quota_exceeded' })
    clock.advance(60_000)
    await take('https://next.example/')
    expect(channelOf(origins[9]!)).toBeUndefined()
    expect(channelOf('https://next.example')).toBeDefined()
    expect(world.store.changes.at(-1)).toEqual({
      unchangedSecrets: true,
      forgotten: [jobWebhookTarget('acme', origins[9]!)],
    })
    expect(world.store.ofJobs.get('acme')!.origins).toHaveLength(MAX_JOB_WEBHOOK_ORIGINS)
  })

  it('call an origin that is being forgotten once it is there again', async () => {
    const origins = Array.from({ length: MAX_JOB_WEBHOOK_ORIGINS }, (_, n) => `https://pim-${n}.example`)
    for (const origin of origins) await take(`${origin}/done`)
    clock.advance(60_000)
    const save = world.store.saveJobWebhooks.bind(world.store)
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    world.store.saveJobWebhooks = async (...write) => {
      await held
      await save(...write)
    }
    const taken = [take('https://next.example/'), take(`${origins[0]}/done`)]
    release()
    for (const { target } of await Promise.all(taken)) expect(world.jobWebhooks.orderingOf(target)).toBe('job')
    expect(channelOf(origins[0]!)).toBeDefined()
  })

  it('leave nothing behind when they cannot be made durable', async () => {
    world.store.failing = true
    await expect(take()).rejects.toMatchObject({ code: 'disk_full' })
    expect(channelOf('https://pim.example')).toBeUndefined()
    expect(world.jobWebhooks.of('acme')).toEqual({ state: 'enabled', secrets: [] })
    world.store.failing = false
    await take()
    expect(connectorOf('https://pim.example').secrets).toHaveLength(1)
  })

  it('are called by two secrets after a rotation, until the grace of the previous one is over', async () => {
    const { secret } = await world.jobWebhooks.rotateSecret('acme', 0)
    await take()
    const rotated = await world.jobWebhooks.rotateSecret('acme', 1000)
    expect(connectorOf('https://pim.example').secrets).toEqual([rotated.secret, secret])
    clock.advance(1000)
    expect(connectorOf('https://pim.example').secrets).toEqual([rotated.secret])
    await expect.poll(() => world.store.ofJobs.get('acme')!.secrets.length).toBe(1)
  })

  it('start no call while they are disabled, over a restart', async () => {
    await take()
    await world.jobWebhooks.setState('acme', 'disabled')
    expect(channelOf('https://pim.example')!.gate.paused).toBe(true)
    world = new EndpointWorld(clock, world.store, world.keyRing)
    await take('https://other.example/')
    for (const origin of ['https://pim.example', 'https://other.example'])
      expect(channelOf(origin)!.gate.paused).toBe(true)
    await world.jobWebhooks.setState('acme', 'enabled')
    expect(channelOf('https://other.example')!.gate.paused).toBe(false)
  })
})
