import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BenchOptions } from './bench-options.ts'
import { benchServer, setPaused } from './bench-server.ts'
import { median, wholeNumber } from './figures.ts'

const UPLOADER = fileURLToPath(new URL('./fixtures/uploader.mjs', import.meta.url))
const MIB = 1024 * 1024

interface Upload {
  readonly idleBytes: number
  readonly peakBytes: number
  readonly uploadMs: number
  readonly cpuMs: number
}

/** What the SDK takes to upload items from a generator to a paused channel: a client process of its own each round. */
export async function measureUpload({ rounds, pending }: BenchOptions): Promise<void> {
  const uploads: Upload[] = []
  for (let round = 0; round < rounds; round++) {
    const server = await benchServer('no-op')
    try {
      await server.start()
      await setPaused(server, true)
      const { stdout } = await promisify(execFile)(process.execPath, [UPLOADER, server.url, String(pending)])
      uploads.push(JSON.parse(stdout) as Upload)
    } finally {
      await server.remove()
    }
  }
  const overIdle = median(uploads.map(({ idleBytes, peakBytes }) => peakBytes - idleBytes)) / MIB
  const idle = median(uploads.map(({ idleBytes }) => idleBytes)) / MIB
  const itemsPerSecond = pending / (median(uploads.map(({ uploadMs }) => uploadMs)) / 1000)
  const cpu = median(uploads.map(({ cpuMs }) => cpuMs)) / 1000
  console.log('| upload from a generator | peak over idle | items/s | CPU of the client |')
  console.log('|---|---:|---:|---:|')
  console.log(
    `| ${wholeNumber(pending)} items | ${overIdle.toFixed(0)} MB over ${idle.toFixed(0)} MB | ${wholeNumber(itemsPerSecond)} | ${cpu.toFixed(1)} s |`,
  )
}
