import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BenchOptions } from './bench-options.ts'
import { benchServer, moduleChannel, setPaused } from './bench-server.ts'
import { wholeNumber } from './figures.ts'
import type { Row } from './report.ts'

const UPLOADER = fileURLToPath(new URL('./fixtures/uploader.mjs', import.meta.url))
const MIB = 1024 * 1024

interface Upload {
  readonly idleBytes: number
  readonly peakBytes: number
  readonly uploadMs: number
  readonly cpuMs: number
}

/** Measures the SDK's upload of items from a generator to a paused channel: a client process of its own each round. */
export async function measureUpload({ rounds, pending }: BenchOptions): Promise<Row[]> {
  const uploads: Upload[] = []
  for (let round = 0; round < rounds; round++) {
    const server = await benchServer({ channel: moduleChannel('no-op') })
    try {
      await server.start()
      await setPaused(server, true)
      const { stdout } = await promisify(execFile)(process.execPath, [UPLOADER, server.url, String(pending)])
      uploads.push(JSON.parse(stdout) as Upload)
    } finally {
      await server.remove()
    }
  }
  const work = `SDK upload of ${wholeNumber(pending)} items from a generator`
  return [
    {
      ...{ id: 'sdk-upload/memory', work: `${work}: peak over idle`, unit: 'MB', target: '< 64' },
      rounds: uploads.map(({ idleBytes, peakBytes }) => (peakBytes - idleBytes) / MIB),
    },
    {
      id: 'sdk-upload/pace',
      work,
      unit: 'items/s',
      rounds: uploads.map(({ uploadMs }) => pending / (uploadMs / 1000)),
    },
    {
      ...{ id: 'sdk-upload/cpu', work: `${work}: CPU of the client`, unit: 'ms' },
      rounds: uploads.map(({ cpuMs }) => cpuMs),
    },
  ]
}
