import { setTimeout as sleep } from 'node:timers/promises'
import { ChannelSwitch, CHANNELS_PRELOAD } from '../support/channel-switch.ts'
import { Random } from '../support/random.ts'
import { ServerProcess } from '../support/server-process.ts'
import { moduleChannel, submit, untilSucceeded } from './bench-server.ts'
import type { Row } from './report.ts'

const SPANS_A_ROUND = 4
const SPAN_MS = 2000
/** Of the channel that is released and adopted: as many as it has in test/flow/adopt-release.test.ts, at its rate. */
const SWITCHED_ITEMS = 20_000
const LIMIT = { limit: 90, periodMs: 1000, burst: 45, unit: 'calls' }
const BUSY_ITEMS = 10_000
const BUSY_KEYS = 1000
/** Jobs under way at once. */
const BUSY_JOBS = 4

/**
 * Pace of a busy channel while another one is released and adopted all the time, beside spans in which that one is only busy, in turn: what else the
 * machine does meets both alike.
 */
export async function measureBeside(rounds: number): Promise<Row> {
  const server = await ServerProcess.create({
    fromSource: true,
    preload: CHANNELS_PRELOAD,
    config: {
      channels: {
        switched: { ...moduleChannel('no-op'), concurrency: 16, rateLimit: LIMIT },
        busy: { ...moduleChannel('no-op'), concurrency: 16 },
      },
    },
  })
  try {
    await server.start()
    return rowOf(await measureSpans(server, rounds * SPANS_A_ROUND))
  } finally {
    await server.remove()
  }
}

async function measureSpans(server: ServerProcess, spans: number): Promise<{ beside: number[]; alone: number[] }> {
  const channels = new ChannelSwitch(server)
  const random = new Random(14)
  await submit(server, bodyOf('switched', SWITCHED_ITEMS, 700))
  let isOver = false
  const keepBusy = async (): Promise<void> => {
    while (!isOver) await untilSucceeded(server, await submit(server, bodyOf('busy', BUSY_ITEMS, BUSY_KEYS)))
  }
  const working = Promise.all(Array.from({ length: BUSY_JOBS }, keepBusy))
  const switchUntil = async (endMs: number): Promise<void> => {
    while (performance.now() < endMs) {
      await sleep(random.whole(0, 150))
      await channels.release('switched')
      await sleep(random.whole(0, 30))
      await channels.adopt('switched')
    }
  }
  const pace = async (switching: boolean): Promise<number> => {
    const startMs = performance.now()
    const before = await endedItems(server)
    await (switching ? switchUntil(startMs + SPAN_MS) : sleep(SPAN_MS))
    return (((await endedItems(server)) - before) * 1000) / (performance.now() - startMs)
  }
  const beside: number[] = []
  const alone: number[] = []
  // The first spans pay for compiling.
  for (const switching of [true, false]) await pace(switching)
  for (let span = 0; span < spans; span++) {
    // The one that comes first changes, too.
    for (const switching of span % 2 === 0 ? [true, false] : [false, true])
      (switching ? beside : alone).push(await pace(switching))
  }
  isOver = true
  await working
  return { beside, alone }
}

function rowOf({ beside, alone }: { readonly beside: number[]; readonly alone: number[] }): Row {
  return {
    id: 'channels/beside',
    work: 'items of a busy channel beside one that is released and adopted all the time',
    unit: 'items/s',
    rounds: beside,
    reference: { work: 'beside one that is only busy', rounds: alone },
    target: '>= 95 %',
  }
}

function bodyOf(channel: string, items: number, keys: number): Buffer {
  const lines = Array.from({ length: items }, (_, n) => `{"id":"sku-${n}","partitionKey":"key-${(n * 31) % keys}"}`)
  return Buffer.from(`{"channel":"${channel}","objectType":"product","action":"update"}\n${lines.join('\n')}\n`)
}

async function endedItems(server: ServerProcess): Promise<number> {
  const text = await (await server.fetch('/metrics')).text()
  let ended = 0
  for (const [, value] of text.matchAll(/^waybill_items_ended_total\{[^}]*channel="busy"[^}]*\} (\d+)$/gm))
    ended += Number(value)
  return ended
}
