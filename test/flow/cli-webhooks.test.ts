// Webhooks by the command, against a server that calls a receiver, or cannot reach it.

import type { CreatedWebhookEndpoint, WebhookDelivery, WebhookEndpoint } from '@waybill/spec'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { CliWorld, parseLine, parseLines } from '../support/cli-world.ts'
import { WebhookReceiver } from '../support/webhook-receiver.ts'

let world: CliWorld
let receiver: WebhookReceiver
beforeAll(async () => {
  world = await CliWorld.create()
  receiver = await WebhookReceiver.start()
})
afterEach(() => void receiver.received.splice(0))
afterAll(async () => {
  await receiver?.stop()
  await world?.remove()
})

const run = (...args: string[]) => world.cli.run(['webhooks', ...args])
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 50 })

describe('waybill webhooks', () => {
  test('creates an endpoint whose events arrive, and shows what became of them', async () => {
    const created = await run('create', receiver.url, '--events', 'job.ended', '--json')
    const { id, secret } = parseLine<CreatedWebhookEndpoint>(created.stdout)
    const job = await world.submit([{ id: 'sku-1' }])
    await until(() => expect(receiver.received).toHaveLength(1))
    const event = await receiver.verify(receiver.received[0]!, secret)
    expect(event).toMatchObject({ type: 'job.ended', data: { job: { id: job.id, outcome: 'succeeded' } } })

    expect((await run('test', id)).code).toBe(0)
    await until(() => expect(receiver.types).toEqual(['job.ended', 'webhook_endpoint.test']))
    await until(async () => {
      const listed = parseLines<WebhookDelivery>((await run('deliveries', '--endpoint', id, '--json')).stdout)
      expect(listed.map(({ status, attempts }) => [status, attempts])).toEqual([
        ['succeeded', 1],
        ['succeeded', 1],
      ])
    })
    expect((await run('delete', id)).stdout).toBe(`${id} deleted\n`)
  })
})

describe('waybill webhooks listen', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'forwards events until %s, and leaves no endpoint behind',
    async (signal) => {
      const listening = world.cli.start(['webhooks', 'listen', '--forward-to', receiver.url])
      let printed = ''
      listening.child.stdout!.on('data', (chunk: Buffer) => (printed += chunk.toString()))
      await listening.said(/Forwarding events/)
      const endpoints = parseLines<WebhookEndpoint>((await run('--json')).stdout)
      expect(endpoints).toMatchObject([{ state: 'disabled', description: 'waybill webhooks listen' }])
      const job = await world.submit([{ id: 'sku-2' }])
      await until(() => expect(receiver.types).toEqual(['job.accepted', 'job.started', 'job.ended']))
      await until(() => expect(printed).toMatch(/^job\.ended .* ms$/m))
      listening.child.kill(signal)
      const { code, stdout, stderr } = await listening.end()
      expect(code).toBe(4)
      expect(stderr).toContain(`Deleted ${endpoints[0]!.id}`)
      const [secret, ...lines] = stdout.trimEnd().split('\n')
      expect(lines).toHaveLength(3)
      expect(lines[2]).toMatch(/^job\.ended +evt_[0-9a-f]{32} {2}204 {2}\d+ ms$/)
      for (const webhook of receiver.received) {
        const event = await receiver.verify(webhook, secret!.replace('Secret: ', ''))
        expect(event).toMatchObject({ data: { job: { id: job.id } } })
      }
      expect((await run('--json')).stdout).toBe('')
    },
  )
})
