import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Job } from '@waybill/spec'
import type { ServerProcess } from '../support/server-process.ts'
import { benchServer, ENVELOPE, NDJSON, setPaused, submit } from './bench-server.ts'
import type { BenchOptions } from './bench-options.ts'
import { ITEMS_PER_REQUEST, type Keys, ndjsonBody, post } from './load.ts'
import { median, measureFsyncMs, wholeNumber } from './figures.ts'

/** Ingest alone, and end to end from the first byte posted to the last outcome on disk, beside the floor of this machine. */
export async function measureThroughput({ items, rounds }: BenchOptions): Promise<void> {
  const requests = Math.ceil(items / ITEMS_PER_REQUEST)
  const medianOf = async (work: string, measure: () => Promise<number>): Promise<Row> => {
    const figures: number[] = []
    for (let round = 0; round < rounds; round++) figures.push((requests * ITEMS_PER_REQUEST) / (await measure()))
    return { work, itemsPerSecond: median(figures) }
  }
  const floor = await medianOf('floor: bare Fastify, parse, write chunks', () => floorSeconds(requests))
  const rows = [
    floor,
    await medianOf('ingest alone, NDJSON', () => serverSeconds(requests, { keys: null, paused: true })),
    await medianOf('end to end, unique keys', () => serverSeconds(requests, { keys: null, paused: false })),
    await medianOf('end to end, 10,000 keys', () => serverSeconds(requests, { keys: 10_000, paused: false })),
    await medianOf('end to end, 100 keys', () => serverSeconds(requests, { keys: 100, paused: false })),
  ]
  console.log(
    `${wholeNumber(requests * ITEMS_PER_REQUEST)} items of about 170 bytes in requests of ${wholeNumber(ITEMS_PER_REQUEST)}; fsync of 4 KiB: ${measureFsyncMs().toFixed(3)} ms\n`,
  )
  console.log('| work | items/s | of the floor |')
  console.log('|---|---:|---:|')
  for (const { work, itemsPerSecond } of rows) {
    const ofFloor = ((100 * itemsPerSecond) / floor.itemsPerSecond).toFixed(0)
    console.log(`| ${work} | ${wholeNumber(itemsPerSecond)} | ${ofFloor} % |`)
  }
}

interface Row {
  readonly work: string
  readonly itemsPerSecond: number
}

async function floorSeconds(requests: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-bench-'))
  const child = spawn(process.execPath, [fileURLToPath(new URL('./floor.ts', import.meta.url)), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve) => {
    child.stdout.once('data', (line: Buffer) => {
      resolve((JSON.parse(line.toString()) as { url: string }).url)
    })
  })
  const bodies = Array.from({ length: requests }, (_, part) => ndjsonBody(part, { keys: null, envelope: null }))
  const start = performance.now()
  for (const body of bodies) {
    const answer = await post(url, body, NDJSON)
    if (answer.status !== 202) throw new Error(`Cannot measure floor, wanted 202: ${answer.status}`)
  }
  const seconds = (performance.now() - start) / 1000
  child.kill('SIGKILL')
  await rm(folder, { recursive: true })
  return seconds
}

/** One fresh server on the disk store; `paused` measures ingest alone. */
async function serverSeconds(requests: number, options: { keys: Keys; paused: boolean }): Promise<number> {
  const server = await benchServer('no-op')
  try {
    await server.start()
    if (options.paused) await setPaused(server, true)
    const bodies = Array.from({ length: requests }, (_, part) =>
      ndjsonBody(part, { keys: options.keys, envelope: ENVELOPE }),
    )
    const ids: string[] = []
    const start = performance.now()
    for (const body of bodies) ids.push(await submit(server, body))
    if (!options.paused) for (const id of ids.reverse()) await untilSucceeded(server, id)
    return (performance.now() - start) / 1000
  } finally {
    await server.remove()
  }
}

async function untilSucceeded(server: ServerProcess, id: string): Promise<void> {
  for (;;) {
    const job = (await (await server.fetch(`/v1/jobs/${id}`, { headers: { prefer: 'wait=30' } })).json()) as Job
    if (!job.done) continue
    if (job.outcome !== 'succeeded')
      throw new Error(`Cannot measure as the job must succeed: ${JSON.stringify(job.counts)}`)
    return
  }
}
