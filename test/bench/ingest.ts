import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchServer, ENVELOPE, moduleChannel, NDJSON, setPaused, submit } from './bench-server.ts'
import type { BenchOptions } from './bench-options.ts'
import { ITEMS_PER_REQUEST, ndjsonBody, post } from './load.ts'
import type { Row } from './report.ts'

/** Ingest alone, on a paused channel, compared with the floor of this machine: the two in turns, a fresh process each. */
export async function measureIngest({ items, rounds }: BenchOptions): Promise<Row[]> {
  const requests = Math.ceil(items / ITEMS_PER_REQUEST)
  const ours: number[] = []
  const floor: number[] = []
  for (let round = 0; round < rounds; round++) {
    floor.push((requests * ITEMS_PER_REQUEST) / (await floorSeconds(requests)))
    ours.push((requests * ITEMS_PER_REQUEST) / (await ingestSeconds(requests)))
  }
  return [
    {
      id: 'ingest/ndjson',
      work: 'ingest alone, NDJSON, 20,000 items a request',
      unit: 'items/s',
      rounds: ours,
      reference: { work: 'bare Fastify, parse, write chunks', rounds: floor },
      target: 'above the floor',
    },
  ]
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
    if (answer.status !== 202) throw new Error(`Cannot measure floor, required 202: ${answer.status}`)
  }
  const seconds = (performance.now() - start) / 1000
  child.kill('SIGKILL')
  await rm(folder, { recursive: true })
  return seconds
}

async function ingestSeconds(requests: number): Promise<number> {
  const server = await benchServer({ channel: moduleChannel('no-op') })
  try {
    await server.start()
    await setPaused(server, true)
    const bodies = Array.from({ length: requests }, (_, part) => ndjsonBody(part, { keys: null, envelope: ENVELOPE }))
    const start = performance.now()
    for (const body of bodies) await submit(server, body)
    return (performance.now() - start) / 1000
  } finally {
    await server.remove()
  }
}
