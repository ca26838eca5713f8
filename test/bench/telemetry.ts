import { OtlpCollector } from '../support/otlp-collector.ts'
import type { ServerProcess } from '../support/server-process.ts'
import type { BenchOptions } from './bench-options.ts'
import { benchServer, ENVELOPE, moduleChannel, secondsFromResume } from './bench-server.ts'
import { ndjsonPieces } from './load.ts'
import { cpuSeconds } from './process-cpu.ts'
import type { Row } from './report.ts'

/** As often as no Prometheus asks: each text is made anew. */
const SCRAPE_EVERY_MS = 1000
/** Keys, and the share of the items that keeps a run to a second or two. */
const WORK = [
  { keys: 100, share: 0.5 },
  { keys: 1000, share: 1 },
] as const

/** A server with some telemetry, and its rounds. */
interface Measured {
  readonly id: 'metrics' | 'traces' | 'off'
  readonly server: ServerProcess
  perSecond: number[]
  cpuUsPerItem: number[]
}

/**
 * Items per second, and processor time of the server's process for each, with everything counted and read once a second, and with traces of 1 % of
 * the calls too, in turns with a server that counts nothing.
 */
export async function measureTelemetry({ items, rounds }: BenchOptions): Promise<Row[]> {
  const channel = moduleChannel('no-op')
  const collector = await OtlpCollector.start()
  const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  const none = { perSecond: [], cpuUsPerItem: [] }
  const all: readonly Measured[] = [
    { id: 'metrics', server: await benchServer({ channel }), ...none },
    { id: 'traces', server: await benchServer({ channel, env: tracing }), ...none },
    { id: 'off', server: await benchServer({ channel, env: { WAYBILL_METRICS: 'false' } }), ...none },
  ]
  const rows: Row[] = []
  try {
    for (const { server } of all) {
      await server.start()
      await secondsFromResume(server, ndjsonPieces(items / 4, { envelope: ENVELOPE, keys: 1000 }))
    }
    for (const { keys, share } of WORK) {
      const count = Math.ceil(items * share)
      for (const measured of all) Object.assign(measured, { perSecond: [], cpuUsPerItem: [] })
      for (let round = 0; round < rounds; round++) {
        // Who goes first finds another machine than who goes last.
        for (let n = 0; n < all.length; n++) await measure(all[(round + n) % all.length]!, { count, keys })
      }
      rows.push(...rowsOf(all, keys))
    }
    if (collector.spans.length === 0) throw new Error('Cannot compare as spans must be exported: there are none')
    return rows
  } finally {
    for (const { server } of all) await server.remove()
    await collector.stop()
  }
}

async function measure(measured: Measured, { count, keys }: { count: number; keys: number }): Promise<void> {
  const { id, server, perSecond, cpuUsPerItem } = measured
  const stopScraping = id === 'off' ? () => Promise.resolve() : scrape(server)
  const cpu = cpuSeconds(server.pid)
  const seconds = await secondsFromResume(server, ndjsonPieces(count, { envelope: ENVELOPE, keys }))
  cpuUsPerItem.push(((cpuSeconds(server.pid) - cpu) * 1e6) / count)
  perSecond.push(count / seconds)
  await stopScraping()
}

/** Rows of what is telemetry, each against the server without. */
function rowsOf(all: readonly Measured[], keys: number): Row[] {
  const off = all.find(({ id }) => id === 'off')!
  return all
    .filter((measured) => measured !== off)
    .flatMap(({ id, perSecond, cpuUsPerItem }): Row[] => {
      const name = id === 'metrics' ? '' : `${id}-`
      const work = id === 'metrics' ? 'with metrics' : 'with metrics and traces of 1 %'
      return [
        {
          ...{ id: `telemetry/${name}${keys}-keys`, work: `delivery from resume ${work}, ${keys} keys` },
          ...{ unit: 'items/s', rounds: perSecond, target: '>= 99 %' },
          reference: { work: 'without', rounds: off.perSecond },
        },
        {
          ...{ id: `telemetry/${name}cpu-${keys}-keys`, work: `processor time an item ${work}, ${keys} keys` },
          ...{ unit: 'µs', rounds: cpuUsPerItem, target: '<= 101 %' },
          reference: { work: 'without', rounds: off.cpuUsPerItem },
        },
      ]
    })
}

/** Reads the metrics once a second. Returns how to stop; that throws if a read failed. */
function scrape(server: ServerProcess): () => Promise<void> {
  let reads: Promise<void> = Promise.resolve()
  const read = async (): Promise<void> => {
    const answer = await server.fetch('/metrics')
    if (!answer.ok) throw new Error(`Cannot read metrics, required 200: ${answer.status}`)
    await answer.text()
  }
  const timer = setInterval(() => {
    reads = reads.then(read)
  }, SCRAPE_EVERY_MS)
  return async () => {
    clearInterval(timer)
    await reads
  }
}
