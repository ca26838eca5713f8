import type { BenchOptions } from './bench-options.ts'
import { benchServer, ENVELOPE, secondsFromResume } from './bench-server.ts'
import { ndjsonPieces } from './load.ts'
import type { Row } from './report.ts'
import { Sink } from './sink.ts'

const CONNECTIONS = 64
/** Items a call, the share of the items that keeps a run to a few seconds, and a body that says the same as the one without a template. */
const BATCHES = [
  { batchSize: 1, share: 0.2, items: '[{"index": item.index, "id": item.id, "data": item.data}]' },
  { batchSize: 100, share: 1, items: 'items.map(i, {"index": i.index, "id": i.id, "data": i.data})' },
] as const

/** Items per second with requests by template, in turns with a channel without; the sink is the same process. */
export async function measureHttpTemplates({ items, rounds }: BenchOptions): Promise<Row[]> {
  const rows: Row[] = []
  for (const { batchSize, share, items: expression } of BATCHES) {
    const count = Math.ceil((items * share) / batchSize) * batchSize
    const sink = await Sink.start()
    const plain = sink.channel({ batchSize, concurrency: CONNECTIONS })
    const path = batchSize === 1 ? '/products/{item.id}' : '/products'
    const request = { update: { path, query: { job: 'job.id' }, body: { items: expression } } }
    const servers = [
      await benchServer({ channel: { ...plain, connector: { ...plain.connector, request } } }),
      await benchServer({ channel: plain }),
    ] as const
    const perSecond: [number[], number[]] = [[], []]
    try {
      for (const [n, server] of servers.entries()) {
        await server.start()
        await secondsFromResume(server, ndjsonPieces(count / 4, { envelope: ENVELOPE }))
        perSecond[n] = []
      }
      for (let round = 0; round < rounds; round++) {
        for (const [n, server] of servers.entries()) {
          perSecond[n]!.push(count / (await secondsFromResume(server, ndjsonPieces(count, { envelope: ENVELOPE }))))
        }
      }
    } finally {
      for (const server of servers) await server.remove()
      sink.stop()
    }
    rows.push({
      id: `http-templates/${batchSize}-a-call`,
      work: `HTTP delivery by a template, ${batchSize} ${batchSize === 1 ? 'item' : 'items'} a call`,
      unit: 'items/s',
      rounds: perSecond[0],
      reference: { work: 'without one', rounds: perSecond[1] },
      target: '>= 90 %',
    })
  }
  return rows
}
