import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerProcess } from '../support/server-process.ts'
import { benchServer, ENVELOPE, moduleChannel, setPaused, submit } from './bench-server.ts'
import type { BenchOptions } from './bench-options.ts'
import { wallMs, wholeNumber } from './figures.ts'
import { ndjsonBody, ndjsonPieces } from './load.ts'
import type { Row } from './report.ts'

/** Jobs sent at once while many small ones are taken in. */
const CONNECTIONS = 16
/** A first call that takes longer has failed. */
const FIRST_CALL_MS = 30_000

interface Start {
  readonly listeningMs: number
  readonly firstCallMs: number
}

/**
 * From the start of the process to listening and to the first call of the connector, after `kill -9` with everything pending: in one job,
 * and in jobs of 100 items. The channel is resumed right before the process is killed.
 */
export async function measureRestart(options: BenchOptions): Promise<Row[]> {
  const rows: Row[] = []
  for (const jobs of [1, Math.ceil(options.pending / 100)]) {
    const starts = await measureStarts(jobs, options)
    const work = `restart with ${wholeNumber(options.pending)} pending items in ${wholeNumber(jobs)} job${jobs === 1 ? '' : 's'}`
    const id = `restart/${jobs === 1 ? 'one-job' : 'many-jobs'}`
    rows.push(
      {
        id: `${id}-listening`,
        work: `${work}: listening`,
        unit: 'ms',
        rounds: starts.map((start) => start.listeningMs),
      },
      {
        ...{ id: `${id}-first-call`, work: `${work}: first delivery`, unit: 'ms', target: '< 1,000' },
        rounds: starts.map((start) => start.firstCallMs),
      },
    )
  }
  return rows
}

/** Each round has a server and items of its own: what a start has delivered is no longer pending. */
async function measureStarts(jobs: number, { rounds, pending }: BenchOptions): Promise<Start[]> {
  const starts: Start[] = []
  const folder = await mkdtemp(join(tmpdir(), 'waybill-bench-'))
  for (let round = 0; round < rounds; round++) {
    const env = { WAYBILL_BENCH_FOLDER: folder }
    const server = await benchServer({ channel: moduleChannel('first-call'), env })
    try {
      await server.start()
      await setPaused(server, true)
      await fill(server, jobs, pending)
      await setPaused(server, false)
      await server.kill()
      const spawnedMs = wallMs()
      await server.start()
      const listeningMs = wallMs() - spawnedMs
      // The second start of this data folder: its epoch is 2.
      const firstCallMs = (await firstCall(join(folder, 'first-call-2'))) - spawnedMs
      starts.push({ listeningMs, firstCallMs })
    } finally {
      await server.remove()
      await rm(join(folder, 'first-call-2'), { force: true })
    }
  }
  await rm(folder, { recursive: true })
  return starts
}

async function fill(server: ServerProcess, jobs: number, pending: number): Promise<void> {
  if (jobs === 1) {
    await submit(server, ndjsonPieces(pending, { envelope: ENVELOPE }))
    return
  }
  let next = 0
  const send = async (): Promise<void> => {
    while (next < jobs) {
      await submit(server, ndjsonBody(next++, { keys: null, envelope: ENVELOPE, items: pending / jobs }))
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, send))
}

async function firstCall(file: string): Promise<number> {
  const endMs = wallMs() + FIRST_CALL_MS
  while (wallMs() < endMs) {
    const written = await readFile(file, 'utf8').catch(() => '')
    if (written !== '') return Number(written)
    await sleep(10)
  }
  throw new Error(`Cannot measure restart as the first call must come within ${FIRST_CALL_MS} ms: none came`)
}
