import { leaseNow, type LeaseTime } from '../../../runtime/lease.ts'
import { readProcess } from '../../../runtime/process-identity.ts'
import type { ServerIdentity } from '../../server-store.ts'
import type { Connection } from '../connection.ts'
import { REF_BLOCK, SHARED_REF_BLOCK } from '../thread/counters.ts'
import { send } from '../thread/transaction.ts'
import type { DeadServer } from './server-looks.ts'

/** Calls that were sent arrive a little later, and clocks differ: nothing is called for so long after the last of them may have ended. */
export const QUIET_GRACE_MS = 2000
/** The time-out of a call is this at most: of a server of an earlier version nobody knows more. */
export const MAX_CALL_MS = 600_000

/** This start, as the database knows it. */
export interface Taken {
  readonly serverId: number
  readonly epoch: number
  /** Job refs below it may have been given. */
  readonly refCeiling: number
  readonly firstRef: number
  readonly foldedSeq: number
  readonly serverKey: Uint8Array
  /** Nothing may be called for so long from now on; 0: at once. */
  readonly quietMs: number
  /** When the transaction that took it was sent: the lease counts from there. */
  readonly sent: LeaseTime
}

/** This server, as its row says it. */
export interface OwnServer extends ServerIdentity {
  readonly address: string
  readonly leaseMs: number
  /** It owns channels beside others. */
  readonly sharing: boolean
}

interface MetaRow {
  readonly epoch: number
  readonly ref_ceiling: number
  readonly folded_seq: number
  readonly server_key: Uint8Array
  readonly quiet_ms: number
}

export interface TakeOptions {
  /** The servers that are known to be dead: all that have it. */
  readonly dead: readonly DeadServer[]
  readonly own: OwnServer
  /** The server for which this one waited, and that has given the database back; null: there was none. */
  readonly handedOverBy: number | null
  /** The row of this server, as a standby; null: it has none. */
  readonly standbyId: number | null
  /** First statement of each transaction: its time-outs. */
  readonly settings: string
  /** Called with the number of its process in the database, before it waits for anybody. */
  readonly onBegin: (pid: number) => void
  /** Called with the row of this server, before it is committed: an answer may be lost. */
  readonly onRow: (serverId: number) => void
}

/**
 * Fences the servers that have the database and are dead, and takes their place, in one transaction. It waits for a transaction of theirs that is about to
 * commit: what that wrote is seen.
 * @returns null: one of them has shown a sign of life, or another server has taken it
 */
export async function takeDatabase(connection: Connection, options: TakeOptions): Promise<Taken | null> {
  await send(connection, 'BEGIN', [])
  try {
    await send(connection, options.settings, [])
    const { rows } = await send(connection, 'SELECT pg_backend_pid() AS pid', [])
    // One start after another. It does not hinder the transactions of a server.
    await send(connection, 'LOCK TABLE waybill.meta IN SHARE UPDATE EXCLUSIVE MODE', [])
    // Not before: who holds that lock is another start, which ends by itself.
    options.onBegin((rows[0] as { pid: number }).pid)
    if (!(await fence(connection, options))) {
      await send(connection, 'ROLLBACK', [])
      return null
    }
    const serverId = await ownRow(connection, options)
    options.onRow(serverId)
    const meta = await claim(connection, serverId, options)
    const sent = leaseNow()
    await send(connection, 'COMMIT', [])
    const { epoch, ref_ceiling: refCeiling, folded_seq: foldedSeq, server_key: serverKey, quiet_ms: quietMs } = meta
    const firstRef = refCeiling - refBlockOf(options.own)
    return { serverId, epoch, refCeiling, firstRef, foldedSeq, serverKey, quietMs, sent }
  } catch (error) {
    await send(connection, 'ROLLBACK', []).catch(() => null)
    throw error
  }
}

/** Refs that a start reserves: of several servers each has blocks of its own; one that is alone raises the ceiling as it uses them. */
function refBlockOf({ sharing }: OwnServer): number {
  return sharing ? SHARED_REF_BLOCK : REF_BLOCK
}

/** @returns false: they are not all that have it, or one of them lives */
async function fence(connection: Connection, { dead, own }: TakeOptions): Promise<boolean> {
  const ids = dead.map(({ id }) => id)
  // A beat holds its row until it is committed, and looks for a fence after it has it.
  const { rows } = await send(connection, LOCK_BEATS, [ids])
  const beats = new Map((rows as readonly { server: number; beat: number }[]).map(({ server, beat }) => [server, beat]))
  // One that is gone has given it back.
  if (dead.some(({ id, beat }) => beats.has(id) && beats.get(id) !== beat)) return false
  await send(connection, FORGET_FENCED, [])
  await send(connection, 'UPDATE waybill.servers SET fenced = true WHERE id = ANY ($1::bigint[])', [ids])
  const others = await send(connection, own.sharing ? WHOLE_SERVERS : ACTIVE_SERVERS, [])
  return others.count === 0
}

async function ownRow(connection: Connection, { dead, own, standbyId }: TakeOptions): Promise<number> {
  if (standbyId !== null && !dead.some(({ id }) => id === standbyId)) {
    const { count } = await send(connection, ACTIVATE, [standbyId])
    if (count > 0) return standbyId
  }
  return await insertServer(connection, own, true)
}

/** Writes a row of this server. @returns its id */
export async function insertServer(connection: Connection, own: OwnServer, isActive: boolean): Promise<number> {
  const { place, process } = readProcess()
  const { address, name, version, configHash, leaseMs, sharing } = own
  const values = [address, place ?? '', process, configHash, name, version, leaseMs, isActive, sharing]
  const { rows } = await send(connection, INSERT_SERVER, values)
  return (rows[0] as { id: number }).id
}

async function claim(
  connection: Connection,
  serverId: number,
  { dead, own, handedOverBy }: TakeOptions,
): Promise<MetaRow> {
  await send(connection, MAKE_META, [])
  // The calls of a process that is gone from this machine ended with it.
  const silent = dead.filter(({ proof }) => proof === 'lease').map(({ id }) => id)
  const { rows } = await send(connection, own.sharing ? JOIN : CLAIM, [
    ...[refBlockOf(own), silent, MAX_CALL_MS, QUIET_GRACE_MS],
  ])
  const [first] = dead
  if (first !== undefined) {
    const from = dead.find(({ proof }) => proof === 'lease') ?? first
    await send(connection, NOTE_TAKEOVER, [serverId, from.id, from.proof])
  } else if (handedOverBy !== null) await send(connection, NOTE_TAKEOVER, [serverId, handedOverBy, 'handover'])
  return rows[0] as MetaRow
}

const ACTIVE_SERVERS = 'SELECT 1 FROM waybill.servers WHERE active AND NOT fenced'
const WHOLE_SERVERS = `${ACTIVE_SERVERS} AND NOT sharing`

/** Not those whose calls may still run: who claims their channels waits for that. */
const FORGET_FENCED = `DELETE FROM waybill.servers
  WHERE fenced AND active AND (calls_until IS NULL OR calls_until < clock_timestamp())`

const LOCK_BEATS = 'SELECT server, beat FROM waybill.beats WHERE server = ANY ($1::bigint[]) ORDER BY server FOR UPDATE'

const INSERT_SERVER = `WITH made AS (
    INSERT INTO waybill.servers (address, boot_id, process, config_hash, session, last_write, name, version, lease_ms, active, sharing,
      longest_call_ms, started_at)
      VALUES ($1, $2, $3, $4, 0, 0, $5, $6, $7, $8, $9, 0, clock_timestamp()) RETURNING id),
    beating AS (INSERT INTO waybill.beats (server, beat, at) SELECT id, 0, clock_timestamp() FROM made)
  SELECT id FROM made`

const ACTIVATE = 'UPDATE waybill.servers SET active = true WHERE id = $1 AND NOT active AND NOT fenced'

/** The key is made with the database: 32 bytes that nobody else knows. */
const MAKE_META = `INSERT INTO waybill.meta (id, epoch, ref_ceiling, folded_seq, server_key)
  VALUES (1, 0, 1, 0, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) ON CONFLICT DO NOTHING`

/** A server that has called nothing leaves nothing to wait for. */
const QUIET_OF_DEAD = `(SELECT max(clock_timestamp() + make_interval(secs => (coalesce(s.longest_call_ms, $3::float8) + $4::float8) / 1000))
    FROM waybill.servers s WHERE s.id = ANY ($2::bigint[]) AND coalesce(s.longest_call_ms, 1) > 0)`

/** Obeyed by whoever has the whole database: what each channel waits for. */
const QUIET_OF_CHANNELS = `(SELECT max(o.quiet_until) / 1000 FROM waybill.owners o), (SELECT extract(epoch FROM max(s.calls_until)) FROM waybill.servers s)`

const JOIN = claimSql(QUIET_OF_DEAD, 'folded_seq')
const CLAIM = claimSql(
  `${QUIET_OF_DEAD}, to_timestamp(greatest(${QUIET_OF_CHANNELS}))`,
  'greatest(folded_seq, (SELECT max(o.folded_seq) FROM waybill.owners o))',
)

function claimSql(quiet: string, foldedSeq: string): string {
  return `UPDATE waybill.meta SET epoch = epoch + 1, ref_ceiling = ref_ceiling + $1, folded_seq = ${foldedSeq},
    quiet_until = greatest(quiet_until, ${quiet})
  RETURNING epoch, ref_ceiling, folded_seq, server_key,
    greatest(0, extract(epoch FROM quiet_until - clock_timestamp()) * 1000)::float8 AS quiet_ms`
}

const NOTE_TAKEOVER = `UPDATE waybill.servers SET taken_at = clock_timestamp(), taken_from = $2, taken_proof = $3,
    quiet_until = (SELECT CASE WHEN m.quiet_until > clock_timestamp() THEN m.quiet_until END FROM waybill.meta m)
  WHERE id = $1`
