import type { ServerEntry, Takeover } from '../../server-store.ts'
import type { Connection } from '../connection.ts'
import { send } from './transaction.ts'

interface Row {
  readonly id: number
  readonly name: string
  readonly address: string
  readonly version: string
  readonly config_hash: string
  readonly active: boolean
  readonly fenced: boolean
  readonly draining: boolean
  readonly started_at_ms: number
  readonly beat_age_seconds: number
  readonly taken_at_ms: number | null
  readonly taken_from: number | null
  readonly taken_proof: Takeover['proof'] | null
  readonly quiet_until_ms: number | null
}

/** Reads the servers that are started on a database, the active one first, then by id. Those that were fenced are among them until they are removed. */
export async function listServers(connection: Connection): Promise<ServerEntry[]> {
  const { rows } = await send(connection, SERVERS, [])
  return (rows as readonly Row[]).map((row) => ({
    ...{ id: row.id, name: row.name, address: row.address, version: row.version, configHash: row.config_hash },
    ...{ active: row.active, fenced: row.fenced, draining: row.draining, startedAtMs: row.started_at_ms },
    beatAgeSeconds: row.beat_age_seconds,
    lastTakeover:
      row.taken_at_ms === null || row.taken_from === null || row.taken_proof === null
        ? null
        : {
            ...{ atMs: row.taken_at_ms, fromServer: row.taken_from, proof: row.taken_proof },
            quietUntilMs: row.quiet_until_ms,
          },
  }))
}

/** Beyond so many rows nobody looks: those of standbys that come and go are removed after a while. */
const MAX_SERVERS = 1000

const SERVERS = `SELECT s.id, s.name, s.address, s.version, s.config_hash, s.active, s.fenced, s.draining,
    extract(epoch FROM s.started_at)::float8 * 1000 AS started_at_ms,
    greatest(0, extract(epoch FROM clock_timestamp() - b.at))::float8 AS beat_age_seconds,
    extract(epoch FROM s.taken_at)::float8 * 1000 AS taken_at_ms, s.taken_from, s.taken_proof,
    extract(epoch FROM s.quiet_until)::float8 * 1000 AS quiet_until_ms
  FROM waybill.servers s JOIN waybill.beats b ON b.server = s.id
  ORDER BY s.active AND NOT s.fenced DESC, s.id LIMIT ${MAX_SERVERS}`
