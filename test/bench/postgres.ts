import { PostgresCluster } from '../support/postgres-cluster.ts'
import type { ServerProcess } from '../support/server-process.ts'
import type { BenchOptions } from './bench-options.ts'
import { benchServer, ENVELOPE, moduleChannel, secondsFromResume } from './bench-server.ts'
import { wholeNumber } from './figures.ts'
import { ndjsonPieces } from './load.ts'
import type { Row } from './report.ts'

const KEYS = [100, 10_000] as const

/**
 * Items delivered per second from the resume of a paused channel by a server on PostgreSQL, in turns with one on the disk store. The database is on the
 * same machine, and waits for its disk at each commit.
 */
export async function measurePostgres({ items, rounds }: BenchOptions): Promise<Row[]> {
  const cluster = await PostgresCluster.start({ durable: true })
  const servers: ServerProcess[] = []
  try {
    const channel = moduleChannel('no-op')
    const env = { WAYBILL_DATABASE_URL: await cluster.createDatabase() }
    const [onPostgres, onDisk] = [
      await benchServer({ channel, store: 'postgres', env }),
      await benchServer({ channel }),
    ] as const
    servers.push(onPostgres, onDisk)
    const rows: Row[] = []
    for (const server of servers) {
      await server.start()
      await secondsFromResume(server, ndjsonPieces(items / 4, { envelope: ENVELOPE, keys: 1000 }))
    }
    for (const keys of KEYS) {
      const figures: [number[], number[]] = [[], []]
      for (let round = 0; round < rounds; round++) {
        for (const [n, server] of servers.entries())
          figures[n]!.push(items / (await secondsFromResume(server, ndjsonPieces(items, { envelope: ENVELOPE, keys }))))
      }
      rows.push({
        ...{ id: `postgres/${keys}-keys`, work: `delivery from resume on PostgreSQL, ${wholeNumber(keys)} keys` },
        ...{ unit: 'items/s', rounds: figures[0], reference: { work: 'on the disk store', rounds: figures[1] } },
      })
    }
    return rows
  } finally {
    for (const server of servers) await server.remove()
    await cluster.close()
  }
}
