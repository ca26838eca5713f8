import { setTimeout as sleep } from 'node:timers/promises'
import { ChannelSwitch, CHANNELS_PRELOAD } from '../support/channel-switch.ts'
import { ServerProcess } from '../support/server-process.ts'
import type { BenchOptions } from './bench-options.ts'
import { measureBeside } from './beside-switched.ts'
import { moduleChannel, submit, untilSucceeded } from './bench-server.ts'
import type { Row } from './report.ts'

/** Channels that are measured, and for how many the memory is given. */
const IDLE_CHANNELS = 100
const MANY_CHANNELS = 10_000
/** As many have rows of figures of their own, however many there are: with one job each they take what is bounded. */
const CHANNELS_WITH_ROWS = 200
const ITEMS_EACH = 20_000
/** Lanes without work let go of their threads after 30 s, channels without jobs of their runtimes. */
const LET_GO_MS = 40_000
const BUSY_CHANNELS = 1000
/** Jobs under way at once. */
const SUBMITTED_AT_ONCE = 50

/**
 * Memory of channels that have nothing to do any more; the speed of many busy channels beside that of one with the same jobs, and of one beside another
 * that is released and adopted.
 */
export async function measureChannels({ items, rounds }: BenchOptions): Promise<Row[]> {
  return [await measureIdle(), await measureBusy(items, rounds), await measureBeside(rounds)]
}

async function measureIdle(): Promise<Row> {
  const all = 1 + CHANNELS_WITH_ROWS + IDLE_CHANNELS
  const server = await serverWith(all, { fromSource: true, preload: CHANNELS_PRELOAD })
  try {
    const memory = new ChannelSwitch(server)
    const bytesAfter = async (load: Load): Promise<number> => {
      await deliver(server, load)
      await sleep(LET_GO_MS)
      return memory.memoryBytes()
    }
    // What the first deliveries make is of the server, not of a channel.
    const first = await bytesAfter({ channels: 1, jobs: 1, itemsEach: ITEMS_EACH })
    const withRows = await bytesAfter({
      ...{ firstChannel: 1, channels: CHANNELS_WITH_ROWS, jobs: CHANNELS_WITH_ROWS },
      itemsEach: 1,
    })
    const idle = { firstChannel: 1 + CHANNELS_WITH_ROWS, channels: IDLE_CHANNELS, jobs: IDLE_CHANNELS }
    const each = ((await bytesAfter({ ...idle, itemsEach: ITEMS_EACH })) - withRows) / IDLE_CHANNELS
    const bytes = withRows - first + Math.max(0, each) * MANY_CHANNELS
    const work = `memory of ${MANY_CHANNELS} channels without work, of which each has delivered ${ITEMS_EACH} items`
    return { id: 'channels/idle', work, unit: 'MB', rounds: [bytes / 1e6] }
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
  // An object for each: of one that stands there often YAML makes aliases, and a reader takes only a few of those.
  const entries = Array.from({ length: channels }, (_, n) => [
    nameOf(n),
    { ...moduleChannel('no-op', 100), concurrency: 1000 },
  ])
  const config = { channels: Object.fromEntries(entries) as object }
  return ServerProcess.create({ config, ...options }).then(async (server) => {
    await server.start()
    return server
  })
}

function nameOf(n: number): string {
  return `channel-${n}`
}

interface Load {
  /** @default 0 */
  readonly firstChannel?: number
  readonly channels: number
  readonly jobs: number
  readonly itemsEach: number
}

/** Delivers jobs, on as many channels in turn. @returns items a second, from the first submission to the last end */
async function deliver(server: ServerProcess, { firstChannel = 0, channels, jobs, itemsEach }: Load): Promise<number> {
  const lines = Array.from({ length: itemsEach }, (_, n) => JSON.stringify({ id: `sku-${n}` })).join('\n')
  const startMs = performance.now()
  let next = 0
  const work = async (): Promise<void> => {
    for (let n = next++; n < jobs; n = next++) {
      const envelope = { channel: nameOf(firstChannel + (n % channels)), objectType: 'product', action: 'update' }
      await untilSucceeded(server, await submit(server, Buffer.from(`${JSON.stringify(envelope)}\n${lines}\n`)))
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, SUBMITTED_AT_ONCE) }, work))
  return (jobs * itemsEach * 1000) / (performance.now() - startMs)
}
