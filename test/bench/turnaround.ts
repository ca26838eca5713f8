import { mkdtemp, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchOptions } from './bench-options.ts'
import { benchServer, ENVELOPE, moduleChannel, secondsFromResume } from './bench-server.ts'
import { percentile } from './figures.ts'
import { ndjsonPieces } from './load.ts'
import { measureFsync } from './measure-fsync.ts'
import { recordedTimes } from './recorded-times.ts'
import type { Row } from './report.ts'

/** Of the items of a run: one key moves slowly. */
const SHARE = 0.01
/** The first ones start the threads and compile the code. */
const WARM_UP_ITEMS = 500

/**
 * Turnaround of one key: from the start of a call to the start of the next, with a connector that returns at once. Between the two lies the
 * commit of the first (ORD-3), so each round is compared with the fsync measured right before it.
 */
export async function measureTurnaround({ items, rounds }: BenchOptions): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-bench-'))
  const starts = join(folder, 'starts')
  const server = await benchServer({ channel: moduleChannel('record-starts'), env: { WAYBILL_BENCH_STARTS: starts } })
  const p50Ms: number[] = []
  const p99Ms: number[] = []
  const p50Fsyncs: number[] = []
  try {
    await server.start()
    await secondsFromResume(server, ndjsonPieces(WARM_UP_ITEMS, { envelope: ENVELOPE, keys: 1 }))
    for (let round = 0; round < rounds; round++) {
      await truncate(starts)
      const fsync = measureFsync()
      await secondsFromResume(server, ndjsonPieces(items * SHARE, { envelope: ENVELOPE, keys: 1 }))
      const times = await recordedTimes(starts)
      const gapsMs = Array.from(times.subarray(1), (time, n) => (time - times[n]!) / 1000)
      p50Ms.push(percentile(gapsMs, 0.5))
      p99Ms.push(percentile(gapsMs, 0.99))
      p50Fsyncs.push(percentile(gapsMs, 0.5) / fsync.p50Ms)
    }
  } finally {
    await server.remove()
    await rm(folder, { recursive: true })
  }
  const work = 'turnaround of one key, no-op module'
  return [
    { id: 'turnaround/p50', work: `${work}: p50`, unit: 'ms', rounds: p50Ms },
    { id: 'turnaround/p99', work: `${work}: p99`, unit: 'ms', rounds: p99Ms },
    { id: 'turnaround/p50-fsyncs', work: `${work}: p50`, unit: 'x fsync p50', rounds: p50Fsyncs, target: '<= 3' },
  ]
}
