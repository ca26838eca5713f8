import { hostname } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { isProcessGone, readProcess } from '../../../runtime/process-identity.ts'
import { StoreError } from '../../store-error.ts'
import type { Connection } from '../connection.ts'
import { send } from '../thread/transaction.ts'
import { REF_BLOCK } from '../thread/counters.ts'

/** Between two looks at the server that has the database. */
const LOOK_MS = 200

/** This start, as the database knows it. */
export interface Taken {
  readonly serverId: number
  readonly epoch: number
  /** Job refs below it may have been given. */
  readonly refCeiling: number
  readonly firstRef: number
  readonly foldedSeq: number
  readonly serverKey: Uint8Array
}

interface ServerRow {
  readonly id: number
  readonly boot_id: string
  readonly process: string
  readonly beat: number
}

interface MetaRow {
  readonly epoch: number
  readonly ref_ceiling: number
  readonly folded_seq: number
  readonly server_key: Uint8Array
}

/**
 * Takes the database for this start, from nobody or from a server that is dead: its process is gone from this machine, or its beat did not change for as
 * long as the lease lasts. That is measured by the own clock, from the receipt of the first look to the sending of the last.
 * @param onWait called once if it has to wait for that
 * @throws StoreError `locked`: another server holds it, and lives
 */
export async function takeDatabase(connection: Connection, leaseMs: number, onWait: () => void): Promise<Taken> {
  const first = new Map<number, { readonly beat: number; readonly atMs: number }>()
  for (let looks = 0; ; looks++) {
    const sentMs = performance.now()
    const taken = await look(
      connection,
      (server) => {
        if (isProcessGone({ place: server.boot_id, process: server.process })) return true
        const seen = first.get(server.id)
        if (seen === undefined) return false
        if (seen.beat !== server.beat) throw locked()
        return sentMs - seen.atMs >= leaseMs
      },
      first,
    )
    if (taken !== null) return taken
    if (looks === 0) onWait()
    await setTimeout(LOOK_MS)
  }
}

/** Looks at the servers, and takes their place if all of them are dead. @returns null: one is not known to be */
async function look(
  connection: Connection,
  isDead: (server: ServerRow) => boolean,
  first: Map<number, { readonly beat: number; readonly atMs: number }>,
): Promise<Taken | null> {
  await send(connection, 'BEGIN', [])
  try {
    // One start after another. It does not hinder the transactions of a server.
    await send(connection, 'LOCK TABLE waybill.meta IN SHARE UPDATE EXCLUSIVE MODE', [])
    const { rows } = await send(connection, SERVERS, [])
    const servers = rows as readonly ServerRow[]
    const living = servers.filter((server) => !isDead(server))
    for (const { id, beat } of living) if (!first.has(id)) first.set(id, { beat, atMs: performance.now() })
    const taken = living.length === 0 ? await take(connection) : null
    await send(connection, 'COMMIT', [])
    return taken
  } catch (error) {
    await send(connection, 'ROLLBACK', []).catch(() => null)
    throw error
  }
}

async function take(connection: Connection): Promise<Taken> {
  // It waits for a transaction of theirs that is about to commit: what that wrote is seen.
  await send(connection, 'DELETE FROM waybill.servers WHERE fenced', [])
  await send(connection, 'UPDATE waybill.servers SET fenced = true', [])
  const { place, process } = readProcess()
  const inserted = await send(connection, INSERT_SERVER, [hostname(), place ?? '', process])
  const { id: serverId } = inserted.rows[0] as { id: number }
  await send(connection, 'INSERT INTO waybill.beats (server, beat) VALUES ($1, 0)', [serverId])
  await send(connection, MAKE_META, [])
  const { rows } = await send(connection, TAKE_EPOCH, [REF_BLOCK])
  const { epoch, ref_ceiling: refCeiling, folded_seq: foldedSeq, server_key: serverKey } = rows[0] as MetaRow
  return { serverId, epoch, refCeiling, firstRef: refCeiling - REF_BLOCK, foldedSeq, serverKey }
}

/** Gives the database back: the next start has nobody to wait for. */
export async function giveBack(connection: Connection, serverId: number): Promise<void> {
  await send(connection, 'DELETE FROM waybill.servers WHERE id = $1', [serverId])
}

/** Shows that the server is alive. @returns false: another one has taken over */
export async function beat(connection: Connection, serverId: number): Promise<boolean> {
  const { count } = await send(connection, BEAT, [serverId])
  return count > 0
}

function locked(): StoreError {
  return new StoreError('locked', 'Cannot open the database as it must belong to one server: another one holds it')
}

const SERVERS = `SELECT s.id, s.boot_id, s.process, b.beat FROM waybill.servers s JOIN waybill.beats b ON b.server = s.id WHERE NOT s.fenced`

const INSERT_SERVER = `INSERT INTO waybill.servers (address, boot_id, process, config_hash, session, last_write)
  VALUES ($1, $2, $3, '', 0, 0) RETURNING id`

/** The key is made with the database: 32 bytes that nobody else knows. */
const MAKE_META = `INSERT INTO waybill.meta (id, epoch, ref_ceiling, folded_seq, server_key)
  VALUES (1, 0, 1, 0, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) ON CONFLICT DO NOTHING`

const TAKE_EPOCH = `UPDATE waybill.meta SET epoch = epoch + 1, ref_ceiling = ref_ceiling + $1
  RETURNING epoch, ref_ceiling, folded_seq, server_key`

const BEAT = `UPDATE waybill.beats SET beat = beat + 1
  WHERE server = (SELECT id FROM waybill.servers WHERE id = $1 AND NOT fenced FOR SHARE)`
