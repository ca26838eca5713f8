/*
 * `npm run bench`: ingest and end to end over real HTTP on the disk store, beside the floor of this machine in the same run. Prints
 * medians and ratios; nothing is asserted. `-- --items 200000 --rounds 3` are the defaults.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Job } from '@waybill/spec'
import { ServerProcess } from '../support/server-process.ts'
import { measureFsyncMs, median } from './fsync.ts'
import { ITEMS_PER_REQUEST, type Keys, ndjsonBody, post } from './load.ts'

const { values } = parseArgs({
  options: { items: { type: 'string', default: '200000' }, rounds: { type: 'string', default: '3' } },
})
const requests = Math.ceil(Number(values.items) / ITEMS_PER_REQUEST)
const items = requests * ITEMS_PER_REQUEST
const rounds = Number(values.rounds)
const NDJSON = { 'content-type': 'application/x-ndjson' }

interface Row {
  readonly work: string
  readonly itemsPerSecond: number
}

async function measureFloor(): Promise<number> {
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
  return items / seconds
}

/** One fresh server on the disk store; `paused` measures ingest alone. */
async function measureServer(options: { keys: Keys; paused: boolean }): Promise<number> {
  const server = await ServerProcess.create({
    config: {
      channels: {
        'no-op': {
          connector: { type: 'module', path: fileURLToPath(new URL('./fixtures/no-op.mjs', import.meta.url)) },
          concurrency: 1000,
        },
      },
    },
  })
  try {
    await server.start()
    if (options.paused) await server.fetch('/v1/channels/no-op/pause', { method: 'POST' })
    const envelope = { channel: 'no-op', objectType: 'product', action: 'update' }
    const bodies = Array.from({ length: requests }, (_, part) => ndjsonBody(part, { keys: options.keys, envelope }))
    const ids: string[] = []
    const start = performance.now()
    for (const body of bodies) {
      const answer = await post(`${server.url}/v1/jobs`, body, NDJSON)
      if (answer.status !== 202) throw new Error(`Cannot submit job, wanted 202: ${answer.status} ${answer.body}`)
      ids.push((JSON.parse(answer.body) as Job).id)
    }
    if (!options.paused) for (const id of ids.reverse()) await untilSucceeded(server, id)
    return items / ((performance.now() - start) / 1000)
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

async function medianOf(work: string, measure: () => Promise<number>): Promise<Row> {
  const figures: number[] = []
  for (let round = 0; round < rounds; round++) figures.push(await measure())
  return { work, itemsPerSecond: median(figures) }
}

const floor = await medianOf('floor: bare Fastify, parse, write chunks', measureFloor)
const rows = [
  floor,
  await medianOf('ingest alone, NDJSON', () => measureServer({ keys: null, paused: true })),
  await medianOf('end to end, unique keys', () => measureServer({ keys: null, paused: false })),
  await medianOf('end to end, 10,000 keys', () => measureServer({ keys: 10_000, paused: false })),
  await medianOf('end to end, 100 keys', () => measureServer({ keys: 100, paused: false })),
]

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
console.log(
  `${number.format(items)} items of about 170 bytes in requests of ${number.format(ITEMS_PER_REQUEST)}, median of ${rounds} rounds`,
)
console.log(`fsync of 4 KiB: ${measureFsyncMs().toFixed(3)} ms; Node ${process.version}\n`)
console.log('| work | items/s | of the floor |')
console.log('|---|---:|---:|')
for (const row of rows) {
  console.log(
    `| ${row.work} | ${number.format(row.itemsPerSecond)} | ${((100 * row.itemsPerSecond) / floor.itemsPerSecond).toFixed(0)} % |`,
  )
}
