import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { percentile } from './figures.ts'

const WRITES = 500

/** Times of a 4 KiB write and its fsync, ms. */
export interface FsyncTimes {
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Measures fsync on the disk that the runs use: the shortest time in which anything can become durable. */
export function measureFsync(): FsyncTimes {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-'))
  const file = openSync(join(folder, 'fsync'), 'w')
  const page = Buffer.alloc(4096, 1)
  const times: number[] = []
  for (let n = 0; n < WRITES; n++) {
    const start = performance.now()
    writeSync(file, page)
    fsyncSync(file)
    times.push(performance.now() - start)
  }
  closeSync(file)
  rmSync(folder, { recursive: true })
  return { p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) }
}
