import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Median time of a 4 KiB write and its fsync on the disk that the runs use, in ms. */
export function measureFsyncMs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-'))
  const file = openSync(join(folder, 'fsync'), 'w')
  const page = Buffer.alloc(4096, 1)
  const times: number[] = []
  for (let n = 0; n < 300; n++) {
    const start = performance.now()
    writeSync(file, page)
    fsyncSync(file)
    times.push(performance.now() - start)
  }
  closeSync(file)
  rmSync(folder, { recursive: true })
  return median(times)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

const format = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** As it stands in a table: 1,234,567. */
export function wholeNumber(value: number): string {
  return format.format(value)
}

/** Wall time in ms, finer than `Date.now()` and the same in every process. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now()
}
