import { benchServer, ENVELOPE, moduleChannel, setPaused, submit } from './bench-server.ts'
import type { BenchOptions } from './bench-options.ts'
import { wholeNumber } from './figures.ts'
import { ndjsonPieces } from './load.ts'
import type { Row } from './report.ts'
import { restingMb } from './resident-memory.ts'

const QUIET = { seconds: 30, looks: 10 }

/**
 * Resident memory of the whole process (all threads, libraries and SQLite's caches): idle, with everything pending on a paused channel, and
 * after `kill -9` and a restart. Garbage collection is not forced; each figure is the least of the last 10 s of half a minute of quiet.
 */
export async function measureMemory({ pending }: BenchOptions): Promise<Row[]> {
  const server = await benchServer({ channel: moduleChannel('no-op') })
  try {
    await server.start()
    await setPaused(server, true)
    const idle = await restingMb(server, QUIET)
    await submit(server, ndjsonPieces(pending, { envelope: ENVELOPE }))
    const taken = await restingMb(server, QUIET)
    await server.kill()
    await server.start()
    const restarted = await restingMb(server, QUIET)
    const work = `memory over idle, ${wholeNumber(pending)} pending items`
    return [
      { id: 'memory/idle', work: 'memory of an idle server', unit: 'MB', rounds: [idle] },
      { id: 'memory/pending', work, unit: 'MB', rounds: [taken - idle], target: '< 120' },
      { id: 'memory/restarted', work: `${work}, after a restart`, unit: 'MB', rounds: [restarted - idle] },
    ]
  } finally {
    await server.remove()
  }
}
