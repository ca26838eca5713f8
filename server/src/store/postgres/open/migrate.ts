import { StoreError } from '../../store-error.ts'
import type { Connection } from '../connection.ts'
import { send } from '../thread/transaction.ts'
import { migrations } from './migrations.ts'

const MIN_SERVER_VERSION = 150_000

/**
 * Takes the database to the newest schema, in one transaction, under a lock: servers that are started together do it one after another.
 * @throws StoreError `newer_schema`: a later version wrote it; `io`: PostgreSQL is too old
 */
export async function migrate(connection: Connection, steps: readonly string[] = migrations): Promise<void> {
  await requireServer(connection)
  await send(connection, 'BEGIN', [])
  try {
    await takeSteps(connection, steps)
    await send(connection, 'COMMIT', [])
  } catch (error) {
    await send(connection, 'ROLLBACK', []).catch(() => null)
    throw error
  }
}

/** The same inside a transaction that is open. @throws StoreError `newer_schema` */
export async function takeSteps(connection: Connection, steps: readonly string[] = migrations): Promise<void> {
  // Of two that make it at once one fails, and is told so: it tries again.
  await send(connection, 'CREATE SCHEMA IF NOT EXISTS waybill', [])
  await send(
    connection,
    'CREATE TABLE IF NOT EXISTS waybill.migrations (version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())',
    [],
  )
  await send(connection, 'LOCK TABLE waybill.migrations IN ACCESS EXCLUSIVE MODE', [])
  const { rows } = await send(connection, 'SELECT coalesce(max(version), 0) AS version FROM waybill.migrations', [])
  const { version } = rows[0] as { version: number }
  if (version > steps.length) {
    throw new StoreError(
      'newer_schema',
      `Cannot open the database as its schema must have at most version ${steps.length}: it has ${version}, a later version of Waybill wrote it`,
    )
  }
  for (const [at, step] of steps.entries()) {
    if (at < version) continue
    await send(connection, step, [])
    await send(connection, 'INSERT INTO waybill.migrations (version) VALUES ($1)', [at + 1])
  }
}

/** @throws StoreError `io`: PostgreSQL is too old, or its database not in UTF8 */
export async function requireServer(connection: Connection): Promise<void> {
  const { rows } = await send(
    connection,
    "SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding",
    [],
  )
  const { version, encoding } = rows[0] as { version: number; encoding: string }
  if (version < MIN_SERVER_VERSION || encoding !== 'UTF8') {
    throw new StoreError(
      'io',
      `Cannot open the database as it must be PostgreSQL 15 or later, in UTF8: it is version ${Math.floor(version / 10_000)}, in ${encoding}`,
    )
  }
}
