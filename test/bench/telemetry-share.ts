import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OtlpCollector } from '../support/otlp-collector.ts'
import { ServerProcess } from '../support/server-process.ts'
import type { BenchOptions } from './bench-options.ts'
import { ENVELOPE, moduleChannel, secondsFromResume } from './bench-server.ts'
import { ndjsonPieces } from './load.ts'
import type { Row } from './report.ts'

/** As often as a Prometheus asks. */
const SCRAPE_EVERY_MS = 15_000
/** Time between two samples of a thread, µs. */
const SAMPLE_US = 500
/** A later sample says that the thread had no processor: it is no work of whoever ran then. */
const MAX_SAMPLE_US = 2 * SAMPLE_US
/** The files whose time is telemetry's, with everything that they call. */
const TELEMETRY =
  /\/server\/src\/(metrics\/|traces\/|runtime\/telemetry\.ts|outcomes\/(count-outcomes|account-counts|commit-reports)\.ts|dispatch\/worker-trace\.ts|model\/call-trace\.ts)|\/node_modules\/(prom-client|@opentelemetry)\//

/** A profile as V8 writes it, as far as it is read here. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
  readonly children?: readonly number[]
}

/**
 * The share of the processor time of all threads of a server that goes to telemetry, sampled while it delivers: unlike a comparison of two
 * servers, it tells 1 % from nothing on a machine that swings by a tenth. The server runs from source, as a profile names files then.
 */
export async function measureTelemetryShare({ items, rounds }: BenchOptions): Promise<Row[]> {
  const rows: Row[] = []
  for (const traced of [false, true]) {
    for (const keys of [100, 1000]) {
      const count = keys === 100 ? items / 2 : items
      const shares: number[] = []
      for (let round = 0; round < rounds; round++) shares.push(await measureShare({ traced, keys, count }))
      const work = traced ? 'metrics, and traces of 1 % of the calls' : 'metrics'
      rows.push({
        ...{ id: `telemetry-share/${traced ? 'traces-' : ''}${keys}-keys`, unit: '%', rounds: shares },
        ...{ work: `processor time of ${work}, ${keys} keys`, target: '<= 1 %' },
      })
    }
  }
  return rows
}

interface Work {
  readonly traced: boolean
  readonly keys: number
  readonly count: number
}

async function measureShare({ traced, keys, count }: Work): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-profile-'))
  const collector = await OtlpCollector.start()
  const server = await ServerProcess.create({
    config: { channels: { bench: { concurrency: 1000, ...moduleChannel('no-op') } } },
    fromSource: true,
    env: {
      NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder} --cpu-prof-interval=${SAMPLE_US}`,
      ...(traced && { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }),
    },
  })
  try {
    const startedMs = performance.now()
    await server.start()
    const deliver = (share: number) =>
      secondsFromResume(server, ndjsonPieces(Math.ceil(count * share), { envelope: ENVELOPE, keys }))
    await deliver(0.2)
    const warmMs = performance.now() - startedMs
    const timer = setInterval(() => void server.fetch('/metrics').then((answer) => answer.text()), SCRAPE_EVERY_MS)
    for (let round = 0; round < 3; round++) await deliver(1)
    clearInterval(timer)
    await server.stop()
    return shareOf(folder, warmMs * 1000)
  } finally {
    await server.remove()
    await collector.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** In percent, of what ran after the warm-up. */
function shareOf(folder: string, fromUs: number): number {
  let busy = 0
  let telemetry = 0
  for (const file of readdirSync(folder)) {
    const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile
    const isTelemetry = findTelemetry(nodes)
    let atUs = 0
    for (const [n, id] of samples.entries()) {
      atUs += timeDeltas[n]!
      const us = Math.min(timeDeltas[n]!, MAX_SAMPLE_US)
      const of = isTelemetry.get(id)
      if (atUs < fromUs || of === undefined) continue
      busy += us
      if (of) telemetry += us
    }
  }
  if (busy === 0) throw new Error('Cannot measure as the profile must have samples: there are none')
  return (telemetry / busy) * 100
}

/** Whether the time of a node is telemetry's; nothing of those in which a thread waits. */
function findTelemetry(nodes: readonly ProfileNode[]): Map<number, boolean> {
  const found = new Map<number, boolean>()
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const open: [ProfileNode, boolean][] = [[nodes[0]!, false]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [{ id, callFrame, children = [] }, within] = next
    const is = within || TELEMETRY.test(callFrame.url)
    if (callFrame.functionName !== '(idle)' && callFrame.functionName !== '(program)') found.set(id, is)
    for (const child of children) open.push([byId.get(child)!, is])
  }
  return found
}
