import type { BenchOptions } from './bench-options.ts'
import { benchServer, ENVELOPE, moduleChannel, secondsFromResume } from './bench-server.ts'
import { ndjsonPieces } from './load.ts'
import type { Row } from './report.ts'
import type { ServerProcess } from '../support/server-process.ts'

/** As often as no Prometheus asks: each text is made anew. */
const SCRAPE_EVERY_MS = 1000
/** Keys, and the share of the items that keeps a run to a second or two. */
const WORK = [
  { keys: 100, share: 0.5 },
  { keys: 1000, share: 1 },
] as const

/** Items per second with everything counted and read once a second, in turns with a server that counts nothing. */
export async function measureTelemetry({ items, rounds }: BenchOptions): Promise<Row[]> {
  const channel = moduleChannel('no-op')
  const on = await benchServer({ channel })
  const off = await benchServer({ channel, env: { WAYBILL_METRICS: 'false' } })
  const rows: Row[] = []
  try {
    for (const server of [on, off]) {
      await server.start()
      await secondsFromResume(server, ndjsonPieces(items / 4, { envelope: ENVELOPE, keys: 1000 }))
    }
    for (const { keys, share } of WORK) {
      const count = Math.ceil(items * share)
      const perSecond = new Map<ServerProcess, number[]>([
        [on, []],
        [off, []],
      ])
      for (let round = 0; round < rounds; round++) {
        // Who goes first finds another machine than who goes second.
        for (const server of round % 2 === 0 ? [on, off] : [off, on]) {
          const stopScraping = server === on ? scrape(server) : () => Promise.resolve()
          const seconds = await secondsFromResume(server, ndjsonPieces(count, { envelope: ENVELOPE, keys }))
          await stopScraping()
          perSecond.get(server)!.push(count / seconds)
        }
      }
      rows.push({
        id: `telemetry/${keys}-keys`,
        work: `delivery from resume with metrics, ${keys} keys`,
        unit: 'items/s',
        rounds: perSecond.get(on)!,
        reference: { work: 'without', rounds: perSecond.get(off)! },
        target: '>= 99 %',
      })
    }
    return rows
  } finally {
    for (const server of [on, off]) await server.remove()
  }
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
