import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BenchOptions } from './bench-options.ts'
import { benchServer, ENVELOPE, secondsFromResume } from './bench-server.ts'
import { percentile } from './figures.ts'
import { ndjsonPieces } from './load.ts'
import { measureFsync } from './measure-fsync.ts'
import type { Row } from './report.ts'
import { Sink } from './sink.ts'

const UNDICI_ALONE = fileURLToPath(new URL('./fixtures/undici-alone.mjs', import.meta.url))
const CONNECTIONS = 64
/** Items a call, and the share of the items that keeps a run to a few seconds. */
const BATCHES = [
  { batchSize: 1, share: 0.2, target: '>= 80 %' },
  { batchSize: 100, share: 2, target: '>= 50 %' },
] as const
const GAP_SHARE = 0.005
const GAP_WARM_UP_ITEMS = 300

/** Items per second over 64 connections from the resume of a paused channel, in turns with undici alone; the sink is the same process. */
export async function measureHttpDelivery({ items, rounds }: BenchOptions): Promise<Row[]> {
  const rows: Row[] = []
  for (const { batchSize, share, target } of BATCHES) {
    const count = Math.ceil((items * share) / batchSize) * batchSize
    const sink = await Sink.start()
    const server = await benchServer({ channel: sink.channel({ batchSize, concurrency: CONNECTIONS }) })
    const ours: number[] = []
    const alone: number[] = []
    try {
      await server.start()
      await secondsFromResume(server, ndjsonPieces(count / 4, { envelope: ENVELOPE }))
      for (let round = 0; round < rounds; round++) {
        alone.push(await undiciAlone(sink.url, { count, batchSize }))
        ours.push(count / (await secondsFromResume(server, ndjsonPieces(count, { envelope: ENVELOPE }))))
      }
    } finally {
      await server.remove()
      sink.stop()
    }
    rows.push({
      id: `http-delivery/${batchSize}-a-call`,
      work: `HTTP delivery from resume, ${CONNECTIONS} connections, ${batchSize} ${batchSize === 1 ? 'item' : 'items'} a call`,
      unit: 'items/s',
      rounds: ours,
      reference: { work: 'undici alone', rounds: alone },
      target,
    })
  }
  return rows
}

/** From the end of an answer to the arrival of the next call of the same key, as the target system sees it. */
export async function measureHttpGap({ items, rounds }: BenchOptions): Promise<Row[]> {
  const sink = await Sink.start()
  const server = await benchServer({ channel: sink.channel({ batchSize: 1, concurrency: CONNECTIONS }) })
  const p50Ms: number[] = []
  const p99Ms: number[] = []
  const fsyncP99Ms: number[] = []
  try {
    await server.start()
    await secondsFromResume(server, ndjsonPieces(GAP_WARM_UP_ITEMS, { envelope: ENVELOPE, keys: 1 }))
    for (let round = 0; round < rounds; round++) {
      await sink.takeGapsMs()
      fsyncP99Ms.push(measureFsync().p99Ms)
      await secondsFromResume(server, ndjsonPieces(items * GAP_SHARE, { envelope: ENVELOPE, keys: 1 }))
      const gapsMs = await sink.takeGapsMs()
      p50Ms.push(percentile(gapsMs, 0.5))
      p99Ms.push(percentile(gapsMs, 0.99))
    }
  } finally {
    await server.remove()
    sink.stop()
  }
  const work = 'gap between two calls of one key over HTTP'
  return [
    { id: 'http-gap/p50', work: `${work}: p50`, unit: 'ms', rounds: p50Ms, target: '<= 0.8' },
    {
      ...{ id: 'http-gap/p99', work: `${work}: p99`, unit: 'ms', rounds: p99Ms, target: 'commit p99 + 1 ms' },
      reference: { work: 'fsync p99', rounds: fsyncP99Ms },
    },
  ]
}

async function undiciAlone(url: string, { count, batchSize }: { count: number; batchSize: number }): Promise<number> {
  const args = [UNDICI_ALONE, url, String(count), String(batchSize), String(CONNECTIONS)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return Number(stdout)
}
