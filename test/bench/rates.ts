import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchOptions } from './bench-options.ts'
import { benchServer, ENVELOPE, moduleChannel, setPaused, submit } from './bench-server.ts'
import { wholeNumber } from './figures.ts'
import { ndjsonPieces } from './load.ts'
import type { Row } from './report.ts'

/** Seconds of each round that count, for every 200,000 items asked for. */
const SECONDS_PER_ITEM = 8 / 200_000
/** Threads have started and code is compiled. */
const SETTLING_US = 1_000_000
const WINDOW_US = 1_000_000

const LIMITS = [
  { limit: 50, burst: 1, unit: 'calls', batchSize: 1 },
  { limit: 500, burst: 1, unit: 'calls', batchSize: 1 },
  { limit: 500, burst: 10, unit: 'calls', batchSize: 1 },
  { limit: 5000, burst: 1, unit: 'calls', batchSize: 1 },
  { limit: 5000, burst: 100, unit: 'items', batchSize: 100 },
] as const
type Limit = (typeof LIMITS)[number]

/** Calls as they started: time (monotonic µs) and units of the limit. */
interface Start {
  readonly atUs: number
  readonly units: number
}

/**
 * Share of an allowed rate that is used while there is a backlog, by a connector that returns at once and notes when it was called; and the
 * most that started in any second, compared with what RAT-1 allows there.
 */
export async function measureRates({ items, rounds }: BenchOptions): Promise<Row[]> {
  const rows: Row[] = []
  for (const limit of LIMITS) {
    const used: number[] = []
    const most: number[] = []
    for (let round = 0; round < rounds; round++) {
      const starts = await startsUnder(limit, items * SECONDS_PER_ITEM)
      used.push(usedPercent(starts, limit))
      most.push(mostInASecond(starts))
    }
    const work = `rate used under backlog, ${wholeNumber(limit.limit)} ${limit.unit}/s, burst ${limit.burst}`
    const id = `rate/${limit.limit}-${limit.unit}-burst-${limit.burst}`
    rows.push(
      { id: `${id}-used`, work, unit: '%', rounds: used, target: '99-100' },
      {
        ...{ id: `${id}-most`, work: `${work}: most in any second`, unit: 'units', rounds: most },
        reference: { work: 'allowed', rounds: [limit.limit + limit.burst] },
      },
    )
  }
  return rows
}

async function startsUnder({ limit, burst, unit, batchSize }: Limit, seconds: number): Promise<Start[]> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-bench-'))
  const file = join(folder, 'starts')
  const channel = { ...moduleChannel('record-batches', batchSize), rateLimit: { limit, periodMs: 1000, burst, unit } }
  const server = await benchServer({ channel, env: { WAYBILL_BENCH_STARTS: file } })
  try {
    await server.start()
    await setPaused(server, true)
    // Half as many again as can be called: the backlog never ends.
    const items = Math.ceil(limit * (seconds + SETTLING_US / 1e6) * 1.5)
    await submit(server, ndjsonPieces(items, { envelope: ENVELOPE }))
    await setPaused(server, false)
    await sleep(SETTLING_US / 1000 + seconds * 1000 + 200)
    await server.kill()
    return startsFrom(await readFile(file), unit)
  } finally {
    await server.remove()
    await rm(folder, { recursive: true })
  }
}

function startsFrom(bytes: Buffer, unit: Limit['unit']): Start[] {
  const pairs = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  const starts = Array.from({ length: pairs.length / 2 }, (_, n) => ({
    atUs: pairs[2 * n]!,
    units: unit === 'calls' ? 1 : pairs[2 * n + 1]!,
  }))
  return starts.sort((a, b) => a.atUs - b.atUs)
}

/** Of what is allowed between the first and the last start after settling. */
function usedPercent(starts: readonly Start[], { limit }: Limit): number {
  const counted = starts.filter(({ atUs }) => atUs >= starts[0]!.atUs + SETTLING_US)
  const seconds = (counted.at(-1)!.atUs - counted[0]!.atUs) / 1e6
  const units = counted.slice(1).reduce((sum, start) => sum + start.units, 0)
  return (100 * units) / (limit * seconds)
}

/** The most units that started in any window of one second. */
function mostInASecond(starts: readonly Start[]): number {
  let first = 0
  let units = 0
  let most = 0
  for (const start of starts) {
    units += start.units
    while (starts[first]!.atUs <= start.atUs - WINDOW_US) units -= starts[first++]!.units
    most = Math.max(most, units)
  }
  return most
}
