import { afterEach, expect, test } from 'vitest'
import { ChannelSwitch, CHANNELS_PRELOAD } from '../support/channel-switch.ts'
import { checkEachDelivered, checkNoOverlap, checkOrder } from '../support/check-record.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { results, submit, untilDone } from '../support/submit.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

test('a channel is released and adopted', async () => {
  const connector = new RecordingConnector({
    answer: () => ({ kind: 'items', answer: () => ({ kind: 'succeeded' }), delayMs: 5 }),
  })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    fromSource: true,
    preload: CHANNELS_PRELOAD,
    config: { channels: { shop: { connector: { type: 'http', url: connector.url, batchSize: 10 }, concurrency: 8 } } },
  })
  cleanups.push(() => server.remove())
  await server.start()
  const channels = new ChannelSwitch(server)
  const items = Array.from({ length: 4000 }, (_, n) => ({ id: `sku-${n}`, partitionKey: `key-${n % 200}` }))
  const job = await submit(server, { channel: 'shop' }, items)
  for (let n = 0; n < 5; n++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    await channels.release('shop')
    const answer = await server.fetch(`/v1/jobs/${job.id}`)
    console.log(answer.status, (await answer.text()).slice(0, 300))
    const list = await server.fetch(`/v1/jobs`)
    console.log((await list.text()).slice(0, 800))
    await channels.adopt('shop')
    console.log(connector.calls.length)
  }
  const ended = await untilDone(server, job.id)
  expect(ended).toMatchObject({ outcome: 'succeeded', counts: { succeeded: 4000 } })
  const jobs = [{ jobId: job.id, keys: items.map((item) => item.partitionKey) }]
  expect([
    ...checkNoOverlap(connector.calls),
    ...checkOrder(connector.calls, jobs),
    ...checkEachDelivered(connector.calls, jobs),
  ]).toEqual([])
  expect(connector.calls).toHaveLength(4000)
  expect(await results(server, job.id)).toHaveLength(4000)
}, 60_000)
