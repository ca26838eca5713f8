import type { ServerProcess } from '../support/server-process.ts'
import type { BenchOptions } from './bench-options.ts'
import { benchServer, ENVELOPE, moduleChannel, NDJSON, submit, untilSucceeded } from './bench-server.ts'
import { percentile, wholeNumber } from './figures.ts'
import { ITEMS_PER_REQUEST, ndjsonBody } from './load.ts'
import { type Probe, Prober } from './prober.ts'
import type { Row } from './report.ts'

const READ_EVERY_MS = 10
const WRITE_EVERY_MS = 40
const JSON_BODY = { 'content-type': 'application/json' }

/** How long health and the status of the newest job take while a million items are taken in and delivered. */
export function measureHealth(options: BenchOptions): Promise<Row[]> {
  const probesFor = (id: string): Probe[] => [
    { name: 'GET /healthz/live', method: 'GET', path: '/healthz/live' },
    { name: 'GET job status', method: 'GET', path: `/v1/jobs/${id}` },
  ]
  return measureUnderLoad(options, { id: 'health', everyMs: READ_EVERY_MS, probesFor })
}

/** The same for requests that write, for streams of events, and for status beside them. */
export function measureLatency(options: BenchOptions): Promise<Row[]> {
  const lines = ndjsonBody(0, { keys: null, envelope: ENVELOPE, items: 10 }).toString()
  const item = JSON.stringify({ ...ENVELOPE, item: { id: 'single', data: { price: 1990 } } })
  const probesFor = (id: string): Probe[] => [
    { name: 'POST /jobs, 10 items', method: 'POST', path: '/v1/jobs', headers: NDJSON, body: lines },
    { name: 'POST /items until delivered', method: 'POST', path: '/v1/items', headers: JSON_BODY, body: item },
    { name: 'GET job status', method: 'GET', path: `/v1/jobs/${id}` },
    { name: 'SSE, first event', method: 'GET', path: `/v1/jobs/${id}/events`, until: 'first-chunk' },
  ]
  return measureUnderLoad(options, { id: 'latency', everyMs: WRITE_EVERY_MS, probesFor })
}

interface Load {
  readonly id: string
  readonly everyMs: number
  readonly probesFor: (jobId: string) => Probe[]
}

async function measureUnderLoad({ pending, rounds }: BenchOptions, load: Load): Promise<Row[]> {
  const timesMs = new Map<string, number[][]>()
  for (let round = 0; round < rounds; round++) {
    const server = await benchServer({ channel: moduleChannel('no-op') })
    let prober: Prober | null = null
    try {
      await server.start()
      await deliver(server, ITEMS_PER_REQUEST, () => {})
      const started = await Prober.start(server.url, load.everyMs)
      prober = started
      await deliver(server, pending, (id) => {
        started.send(load.probesFor(id))
      })
      for (const [name, times] of Object.entries(await started.stop())) {
        timesMs.set(name, [...(timesMs.get(name) ?? []), times])
      }
    } finally {
      prober?.kill()
      await server.remove()
    }
  }
  const beside = `while ${wholeNumber(pending)} items are taken in and delivered`
  return [...timesMs].flatMap(([name, times]) => rowsOf({ load, name, beside, times }))
}

function rowsOf({ load, name, beside, times }: { load: Load; name: string; beside: string; times: number[][] }): Row[] {
  const id = `${load.id}/${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`
  const isHealth = load.id === 'health'
  const row = (what: string, share: number, target?: string): Row => ({
    ...{ id: `${id}-${what}`, work: `${name} ${beside}: ${what}`, unit: 'ms' },
    rounds: times.map((ms) => percentile(ms, share)),
    ...(isHealth && target !== undefined && { target }),
  })
  return [row('p50', 0.5), row('p99', 0.99, '< 20'), row('slowest', 1, '< 50')]
}

/** Uploads and delivers items in requests of 20,000; all bodies are made before. @param onAccepted gets the id of each job */
async function deliver(server: ServerProcess, items: number, onAccepted: (id: string) => void): Promise<void> {
  const bodies = Array.from({ length: Math.ceil(items / ITEMS_PER_REQUEST) }, (_, part) =>
    ndjsonBody(part, { keys: null, envelope: ENVELOPE }),
  )
  let last = ''
  for (const body of bodies) {
    last = await submit(server, body)
    onAccepted(last)
  }
  await untilSucceeded(server, last)
}
