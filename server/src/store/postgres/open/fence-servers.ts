import type { Connection } from '../connection.ts'
import { send } from '../thread/transaction.ts'
import type { DeadServer } from './server-looks.ts'
import { MAX_CALL_MS, QUIET_GRACE_MS } from './take-database.ts'

export interface FenceOptions {
  readonly dead: readonly DeadServer[]
  /** This server: one that is fenced itself fences nobody. */
  readonly serverId: number
  /** First statement of each transaction: its time-outs. */
  readonly settings: string
  /** Called with the number of its process in the database, before it waits for anybody. */
  readonly onBegin: (pid: number) => void
}

export interface Fenced {
  readonly servers: readonly number[]
  /** The jobs that they had not published: they are removed. */
  readonly drafts: readonly number[]
}

/**
 * Fences servers that share a database with this one and are dead, in one transaction: nothing that they send lands from its commit on, and their drafts are
 * given up. It waits for a transaction of theirs that is about to commit. Those that have shown a sign of life since they were judged are left alone.
 */
export async function fenceServers(connection: Connection, options: FenceOptions): Promise<Fenced> {
  const { dead, serverId, settings, onBegin } = options
  await send(connection, 'BEGIN', [])
  try {
    await send(connection, settings, [])
    const { rows } = await send(connection, 'SELECT pg_backend_pid() AS pid', [])
    onBegin((rows[0] as { pid: number }).pid)
    const fenced = await fence(connection, dead)
    const drafts = await send(connection, GIVE_UP_DRAFTS, [fenced])
    await send(connection, 'SELECT waybill.require_rows((SELECT count(*) FROM (' + OWN_ROW + ') own), 1)', [serverId])
    await send(connection, 'COMMIT', [])
    return { servers: fenced, drafts: (drafts.rows as readonly { ref: number }[]).map(({ ref }) => ref) }
  } catch (error) {
    await send(connection, 'ROLLBACK', []).catch(() => null)
    throw error
  }
}

async function fence(connection: Connection, dead: readonly DeadServer[]): Promise<number[]> {
  const judged = new Map(dead.map((one) => [one.id, one]))
  const { rows } = await send(connection, LOCK_BEATS, [[...judged.keys()]])
  const still = (rows as readonly { server: number; beat: number }[])
    .filter(({ server, beat }) => judged.get(server)!.beat === beat)
    .map(({ server }) => server)
  // The calls of a process that is gone from this machine ended with it.
  const silent = still.filter((id) => judged.get(id)!.proof === 'lease')
  const { rows: fenced } = await send(connection, FENCE, [still, silent, MAX_CALL_MS, QUIET_GRACE_MS])
  return (fenced as readonly { id: number }[]).map(({ id }) => id)
}

/** A beat holds its row until it is committed, and looks for a fence after it has it. */
const LOCK_BEATS = 'SELECT server, beat FROM waybill.beats WHERE server = ANY ($1::bigint[]) ORDER BY server FOR UPDATE'

const FENCE = `UPDATE waybill.servers s SET fenced = true,
    calls_until = CASE WHEN s.id = ANY ($2::bigint[]) AND coalesce(s.longest_call_ms, 1) > 0
      THEN clock_timestamp() + make_interval(secs => (coalesce(s.longest_call_ms, $3::float8) + $4::float8) / 1000) END
  WHERE s.id = ANY ($1::bigint[]) AND s.sharing AND NOT s.fenced RETURNING s.id`

const GIVE_UP_DRAFTS = `WITH draft AS (DELETE FROM waybill.drafts WHERE server = ANY ($1::bigint[]) RETURNING ref)
  INSERT INTO waybill.removals SELECT ref FROM draft ON CONFLICT DO NOTHING RETURNING ref`

const OWN_ROW = 'SELECT 1 FROM waybill.servers WHERE id = $1 AND NOT fenced FOR SHARE'
