import { setTimeout as sleep } from 'node:timers/promises'
import { ChannelSwitch, CHANNELS_PRELOAD } from '../support/channel-switch.ts'
import { ServerProcess } from '../support/server-process.ts'
import type { BenchOptions } from './bench-options.ts'
import { moduleChannel, submit, untilSucceeded } from './bench-server.ts'
import type { Row } from './report.ts'

/** Channels that are measured, and for how many the memory is given. */
const IDLE_CHANNELS = 100
const MANY_CHANNELS = 10_000
const ITEMS_EACH = 20_000
/** Lanes without work let go of their threads after 30 s. */
const LANES_CLOSED_MS = 40_000
const BUSY_CHANNELS = 1000
/** Jobs under way at once. */
const SUBMITTED_AT_ONCE = 50

/** Memory of channels that have nothing to do any more, and the speed of many busy channels beside that of one with the same jobs. */
export async function measureChannels({ items, rounds }: BenchOptions): Promise<Row[]> {
  return [await measureIdle(), await measureBusy(items, rounds)]
}

async function measureIdle(): Promise<Row> {
  const server = await serverWith(IDLE_CHANNELS, { fromSource: true, preload: CHANNELS_PRELOAD })
  try {
    const memory = new ChannelSwitch(server)
    // What the first deliveries make is of the server, not of a channel.
    await deliver(server, { channels: 1, jobs: 1, itemsEach: ITEMS_EACH })
    await sleep(LANES_CLOSED_MS)
    const before = await memory.memoryBytes()
    await deliver(server, { channels: IDLE_CHANNELS, jobs: IDLE_CHANNELS, itemsEach: ITEMS_EACH })
    await sleep(LANES_CLOSED_MS)
    const each = ((await memory.memoryBytes()) - before) / (IDLE_CHANNELS - 1)
    const work = `memory of ${MANY_CHANNELS} channels without work, of which each has delivered ${ITEMS_EACH} items`
    return { id: 'channels/idle', work, unit: 'MB', rounds: [(each * MANY_CHANNELS) / 1e6] }
  } finally {
    await server.remove()
  }
}

async function measureBusy(items: number, rounds: number): Promise<Row> {
  const many: number[] = []
  const one: number[] = []
  const server = await serverWith(BUSY_CHANNELS, {})
  const itemsEach = Math.max(1, Math.floor(items / BUSY_CHANNELS))
  try {
    for (let round = 0; round <= rounds; round++) {
      const perSecond = await deliver(server, { channels: BUSY_CHANNELS, jobs: BUSY_CHANNELS, itemsEach })
      const reference = await deliver(server, { channels: 1, jobs: BUSY_CHANNELS, itemsEach })
      if (round === 0) continue // it pays for compiling
      many.push(perSecond)
      one.push(reference)
    }
  } finally {
    await server.remove()
  }
  return {
    id: 'channels/busy',
    work: `${BUSY_CHANNELS} jobs of ${itemsEach} items, each on a channel of its own`,
    unit: 'items/s',
    rounds: many,
    reference: { work: 'the same on one channel', rounds: one },
  }
}

function serverWith(channels: number, options: Parameters<typeof ServerProcess.create>[0]): Promise<ServerProcess> {
  const names = Array.from({ length: channels }, (_, n) => nameOf(n))
  const channel = { ...moduleChannel('no-op', 100), concurrency: 1000 }
  const config = { channels: Object.fromEntries(names.map((name) => [name, channel])) }
  return ServerProcess.create({ config, ...options }).then(async (server) => {
    await server.start()
    return server
  })
}

function nameOf(n: number): string {
  return `channel-${n}`
}

/** Delivers jobs, on as many channels in turn. @returns items a second, from the first submission to the last end */
async function deliver(
  server: ServerProcess,
  { channels, jobs, itemsEach }: { readonly channels: number; readonly jobs: number; readonly itemsEach: number },
): Promise<number> {
  const lines = Array.from({ length: itemsEach }, (_, n) => JSON.stringify({ id: `sku-${n}` })).join('\n')
  const startMs = performance.now()
  let next = 0
  const work = async (): Promise<void> => {
    for (let n = next++; n < jobs; n = next++) {
      const envelope = { channel: nameOf(n % channels), objectType: 'product', action: 'update' }
      await untilSucceeded(server, await submit(server, Buffer.from(`${JSON.stringify(envelope)}\n${lines}\n`)))
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, SUBMITTED_AT_ONCE) }, work))
  return (jobs * itemsEach * 1000) / (performance.now() - startMs)
}
