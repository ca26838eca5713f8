import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerProcess } from '../support/server-process.ts'
import type { BenchOptions } from './bench-options.ts'
import {
  benchServer,
  ENVELOPE,
  moduleChannel,
  secondsFromResume,
  setPaused,
  submit,
  untilSucceeded,
} from './bench-server.ts'
import { wholeNumber } from './figures.ts'
import { ndjsonBody, ndjsonPieces } from './load.ts'
import type { Row, Unit } from './report.ts'
import { peakMb, restingMb } from './resident-memory.ts'

const REST = { seconds: 3, looks: 3 }
/** The contract takes no more in one request. */
const MAX_JOB_ITEMS = 1_000_000
/** Requests at once where many small jobs are sent. */
const CONNECTIONS = 16
const MANY_JOBS = 10_000
const MANY_CHANNELS = 1000
const POLL_MS = 10

/**
 * Speed and memory from 10,000 items to `most`, and from one key to a million; many jobs and many channels compared with the same items in
 * few. Each point has a server of its own, and is measured once.
 */
export async function measureGrowth({ items, most }: BenchOptions): Promise<Row[]> {
  const rows: Row[] = []
  for (let size = 10_000; size <= most; size *= 10) rows.push(...(await growthByItems(size)))
  for (let keys = 1; keys <= Math.min(most, 1_000_000); keys *= 10) {
    // Few keys are slow: as many items as are delivered in some seconds.
    rows.push(await growthByKeys(keys, Math.max(keys, Math.min(items, keys * 2000))))
  }
  return [...rows, await manyJobs(items), await manyChannels(items)]
}

async function growthByItems(items: number): Promise<Row[]> {
  const server = await benchServer({ channel: moduleChannel('no-op'), limits: { maxPendingItems: items + 1 } })
  try {
    await server.start()
    await setPaused(server, true)
    const idleMb = await restingMb(server, REST)
    const ids: string[] = []
    const uploadStart = performance.now()
    for (let sent = 0; sent < items; sent += MAX_JOB_ITEMS) {
      const count = Math.min(MAX_JOB_ITEMS, items - sent)
      ids.push(await submit(server, ndjsonPieces(count, { envelope: ENVELOPE, from: sent })))
    }
    const uploadSeconds = (performance.now() - uploadStart) / 1000
    const pendingMb = await restingMb(server, REST)
    const deliveryStart = performance.now()
    const deliveringMb = await peakMb(server, async () => {
      await setPaused(server, false)
      for (const id of ids.toReversed()) await untilSucceeded(server, id)
    })
    const deliverySeconds = (performance.now() - deliveryStart) / 1000
    const row = (name: string, { work, unit, value }: { work: string; unit: Unit; value: number }): Row => ({
      ...{ id: `growth/${items}-items-${name}`, work: `${wholeNumber(items)} items: ${work}`, unit, rounds: [value] },
      series: { name: work, by: 'items', x: items },
    })
    return [
      row('upload', { work: 'upload', unit: 'items/s', value: items / uploadSeconds }),
      row('delivery', { work: 'delivery', unit: 'items/s', value: items / deliverySeconds }),
      row('pending', { work: 'memory while pending', unit: 'MB', value: pendingMb }),
      row('peak', { work: 'peak memory while delivered', unit: 'MB', value: deliveringMb }),
      row('idle', { work: 'memory before', unit: 'MB', value: idleMb }),
    ]
  } finally {
    await server.remove()
  }
}

async function growthByKeys(keys: number, items: number): Promise<Row> {
  const server = await benchServer({ channel: moduleChannel('no-op') })
  try {
    await server.start()
    await secondsFromResume(server, ndjsonPieces(10_000, { envelope: ENVELOPE }))
    const seconds = await secondsFromResume(server, ndjsonPieces(items, { envelope: ENVELOPE, keys }))
    return {
      id: `growth/${keys}-keys-delivery`,
      work: `${wholeNumber(items)} items of ${wholeNumber(keys)} keys: delivery`,
      unit: 'items/s',
      rounds: [items / seconds],
      series: { name: 'delivery', by: 'keys', x: keys },
    }
  } finally {
    await server.remove()
  }
}

async function manyJobs(items: number): Promise<Row> {
  const rate = async (jobs: number): Promise<number> => {
    const server = await benchServer({ channel: moduleChannel('no-op') })
    try {
      await server.start()
      return await rateOf(server, { jobs, items, channelOf: () => 'bench' })
    } finally {
      await server.remove()
    }
  }
  return {
    id: 'growth/many-jobs',
    work: `upload and delivery of ${wholeNumber(items)} items in ${wholeNumber(MANY_JOBS)} jobs`,
    unit: 'items/s',
    rounds: [await rate(MANY_JOBS)],
    reference: { work: 'in 20 jobs', rounds: [await rate(20)] },
  }
}

async function manyChannels(items: number): Promise<Row> {
  const names = Array.from({ length: MANY_CHANNELS }, (_, n) => `bench-${n}`)
  const channels = Object.fromEntries(names.map((name) => [name, moduleChannel('no-op')]))
  const rate = async (channelOf: (job: number) => string): Promise<number> => {
    const server = await benchServer({ channel: moduleChannel('no-op'), channels })
    try {
      await server.start()
      return await rateOf(server, { jobs: MANY_CHANNELS, items, channelOf })
    } finally {
      await server.remove()
    }
  }
  return {
    id: 'growth/many-channels',
    work: `upload and delivery of ${wholeNumber(items)} items in ${wholeNumber(MANY_CHANNELS)} jobs to as many channels`,
    unit: 'items/s',
    rounds: [await rate((job) => names[job]!)],
    reference: { work: 'to one channel', rounds: [await rate(() => 'bench')] },
  }
}

interface ManyJobs {
  readonly jobs: number
  readonly items: number
  readonly channelOf: (job: number) => string
}

/** Items per second from the first byte until the last job has ended. */
async function rateOf(server: ServerProcess, { jobs, items, channelOf }: ManyJobs): Promise<number> {
  const each = Math.ceil(items / jobs)
  const bodies = Array.from({ length: jobs }, (_, job) =>
    ndjsonBody(job, { keys: null, envelope: { ...ENVELOPE, channel: channelOf(job) }, items: each }),
  )
  let next = 0
  const send = async (): Promise<void> => {
    while (next < jobs) await submit(server, bodies[next++]!)
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: Math.min(jobs, CONNECTIONS) }, send))
  await untilNoneIsLeft(server)
  return (each * jobs) / ((performance.now() - start) / 1000)
}

/** To ask each of many jobs would be most of what is measured. */
async function untilNoneIsLeft(server: ServerProcess): Promise<void> {
  for (;;) {
    const response = await server.fetch('/v1/jobs?status=pending&status=running&pageSize=1')
    const { jobs } = (await response.json()) as { jobs: unknown[] }
    if (jobs.length === 0) return
    await sleep(POLL_MS)
  }
}
