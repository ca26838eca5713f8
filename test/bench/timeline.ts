import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchOptions } from './bench-options.ts'
import { benchServer, ENVELOPE, moduleChannel, secondsFromResume } from './bench-server.ts'
import { percentile } from './figures.ts'
import { ndjsonPieces } from './load.ts'
import type { Row } from './report.ts'

const SHARE = 0.01
const WARM_UP_ITEMS = 500
/** Threads write their marks once a second. */
const WRITTEN_AFTER_MS = 1500

/** The steps of one item after another of one key, in order: thread and mark of `timeline-preload.ts`, and the name of the step that ends there. */
const steps: readonly (readonly [mark: string, step: string])[] = [
  ['main post lot', 'main thread: announce, free the key, make a lot'],
  ['worker receive lot', 'to the worker thread'],
  ['worker post progress', 'worker thread: read the item, call the connector'],
  ['main receive progress', 'to the main thread'],
  ['main post commitOutcomes', 'main thread: judge, draft the commit'],
  ['writer commit starts', 'to the store thread, and its statements'],
  ['writer commit ended', 'store thread: commit'],
  ['writer post result', 'store thread: apply'],
  ['main receive result', 'to the main thread, again'],
]

/**
 * Where the time from one item of a key to the next goes: the p50 of each step on the way through worker thread, main thread and store thread, between
 * marks that a preload sets at each message. The marks cost some µs each.
 */
export async function measureTimeline({ items, rounds }: BenchOptions): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-bench-'))
  const file = join(folder, 'marks')
  const preload = new URL('./timeline-preload.ts', import.meta.url)
  const server = await benchServer({ channel: moduleChannel('no-op'), env: { WAYBILL_BENCH_TIMELINE: file }, preload })
  const stepsUs = steps.map((): number[] => [])
  const wholeUs: number[] = []
  try {
    await server.start()
    await secondsFromResume(server, ndjsonPieces(WARM_UP_ITEMS, { envelope: ENVELOPE, keys: 1 }))
    for (let round = 0; round < rounds; round++) {
      await setTimeout(WRITTEN_AFTER_MS)
      await truncate(file)
      await secondsFromResume(server, ndjsonPieces(items * SHARE, { envelope: ENVELOPE, keys: 1 }))
      await setTimeout(WRITTEN_AFTER_MS)
      const times = timesOfSteps(await readFile(file, 'utf8'))
      stepsUs.forEach((rounds, n) =>
        rounds.push(
          percentile(
            times.map((one) => one[n]!),
            0.5,
          ),
        ),
      )
      wholeUs.push(
        percentile(
          times.map((one) => one.reduce((sum, us) => sum + us, 0)),
          0.5,
        ),
      )
    }
  } finally {
    await server.remove()
    await rm(folder, { recursive: true })
  }
  return [
    ...steps.map(([, step], n): Row => ({ id: `timeline/${n + 1}`, work: step, unit: 'µs', rounds: stepsUs[n]! })),
    { id: 'timeline/all', work: 'one item of a key: all steps, p50', unit: 'µs', rounds: wholeUs },
  ]
}

/** Of each whole way of an item how long each step took, in µs. What a background step of the store does in between is passed over. */
function timesOfSteps(text: string): number[][] {
  const marks = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as [number, string, string])
    .sort(([a], [b]) => a - b)
  const found: number[][] = []
  let way: number[] = []
  let lastUs = NaN
  for (const [timeUs, thread, what] of marks) {
    if (`${thread} ${what}` !== steps[way.length]![0]) continue
    way.push(timeUs - lastUs)
    lastUs = timeUs
    if (way.length < steps.length) continue
    if (!Number.isNaN(way[0])) found.push(way)
    way = []
  }
  return found
}
