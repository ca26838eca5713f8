import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { PostgresCluster, queryOnce } from '../support/postgres-cluster.ts'
import type { ServerProcess } from '../support/server-process.ts'
import type { BenchOptions } from './bench-options.ts'
import { benchServer, ENVELOPE, moduleChannel, setPaused, submit, untilSucceeded } from './bench-server.ts'
import { wholeNumber } from './figures.ts'
import { ITEMS_PER_REQUEST } from './load.ts'
import type { Row } from './report.ts'

/** Bytes of an item as a line of NDJSON. */
const ITEM_BYTES = [100, 300, 1000, 10_000] as const
/** Bytes of all items of a run, at most: larger ones are fewer. */
const RUN_BYTES = 60_000_000
const KEYS = [100, 10_000] as const
/** Outcomes are folded into maps about every second; the log must have been still for longer. */
const STILL_MS = 3000

/**
 * Bytes that an item costs a database: written to its write-ahead log when it is accepted and when it is delivered, and kept in its files. Each figure is
 * taken after a checkpoint, by one job on a database of its own; the speed of the machine does not matter.
 */
export async function measurePostgresBytes({ items, rounds }: BenchOptions): Promise<Row[]> {
  const cluster = await PostgresCluster.start()
  try {
    // The first vacuum of new pages logs them whole if a checkpoint came between: here between acceptance and delivery, which is rare otherwise.
    await cluster.query('ALTER SYSTEM SET autovacuum = off')
    await cluster.query('SELECT pg_reload_conf()')
    const rows: Row[] = []
    for (const bytes of ITEM_BYTES) {
      for (const keys of bytes === ITEM_BYTES[1] ? KEYS : [KEYS[1]]) {
        const measured: Measured[] = []
        const options = { bytes, keys, items: Math.min(items, Math.ceil(RUN_BYTES / bytes)) }
        for (let round = 0; round < rounds; round++) measured.push(await measureJob(cluster, options))
        rows.push(...rowsOf(options, measured))
      }
    }
    return rows
  } finally {
    await cluster.close()
  }
}

interface JobOptions {
  readonly bytes: number
  readonly keys: number
  readonly items: number
}

/** Bytes an item. */
interface Measured {
  readonly accepted: number
  readonly delivered: number
  readonly kept: number
}

async function measureJob(cluster: PostgresCluster, { bytes, keys, items }: JobOptions): Promise<Measured> {
  const databaseUrl = await cluster.createDatabase()
  const env = { WAYBILL_DATABASE_URL: databaseUrl }
  const server: ServerProcess = await benchServer({ channel: moduleChannel('no-op'), store: 'postgres', env })
  try {
    await server.start()
    await setPaused(server, true)
    await cluster.query('CHECKPOINT')
    const sizeBefore = await databaseBytes(databaseUrl)
    const begin = await walBytes(databaseUrl)
    const id = await submit(server, piecesOf({ bytes, keys, items }))
    const accepted = await stillWalBytes(databaseUrl)
    await cluster.query('CHECKPOINT')
    const resumed = await walBytes(databaseUrl)
    await setPaused(server, false)
    await untilSucceeded(server, id)
    const delivered = await stillWalBytes(databaseUrl)
    const size = await databaseBytes(databaseUrl)
    return {
      accepted: (accepted - begin) / items,
      delivered: (delivered - resumed) / items,
      kept: (size - sizeBefore) / items,
    }
  } finally {
    await server.remove()
  }
}

/** One job as NDJSON; the data of each item is text that cannot be compressed. */
function* piecesOf({ bytes, keys, items }: JobOptions): Generator<Buffer> {
  for (let from = 0; from < items; from += ITEMS_PER_REQUEST) {
    const lines = from === 0 ? [JSON.stringify(ENVELOPE)] : []
    for (let n = from; n < Math.min(items, from + ITEMS_PER_REQUEST); n++) {
      const item = { id: `sku-${n}`, partitionKey: `key-${n % keys}`, data: '' }
      const rest = Math.max(1, bytes - JSON.stringify(item).length)
      const data = randomBytes(Math.ceil(rest * 0.75))
        .toString('base64')
        .slice(0, rest)
      lines.push(JSON.stringify({ ...item, data }))
    }
    yield Buffer.from(`${lines.join('\n')}\n`)
  }
}

function rowsOf({ bytes, keys }: JobOptions, measured: readonly Measured[]): Row[] {
  const of = `${wholeNumber(bytes)} B, ${wholeNumber(keys)} keys`
  const row = (name: keyof Measured, work: string): Row => ({
    id: `postgres-bytes/${name}-${bytes}-${keys}-keys`,
    ...{ work: `${work}, item of ${of}`, unit: 'B', rounds: measured.map((one) => one[name]) },
  })
  return [
    row('accepted', 'log of PostgreSQL for an accepted item'),
    row('delivered', 'log of PostgreSQL for its delivery'),
    row('kept', 'files of PostgreSQL for an item that has ended'),
  ]
}

async function walBytes(databaseUrl: string): Promise<number> {
  const [row] = await queryOnce(databaseUrl, `SELECT (pg_current_wal_insert_lsn() - '0/0')::float8 AS bytes`)
  return (row as { bytes: number }).bytes
}

/** The end of the log when only signs of life are written to it any more. */
async function stillWalBytes(databaseUrl: string): Promise<number> {
  await setTimeout(STILL_MS)
  return await walBytes(databaseUrl)
}

async function databaseBytes(databaseUrl: string): Promise<number> {
  const [row] = await queryOnce(databaseUrl, 'SELECT pg_database_size(current_database())::float8 AS bytes')
  return (row as { bytes: number }).bytes
}
