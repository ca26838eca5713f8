import type { Connection } from '../connection.ts'
import { send } from '../thread/transaction.ts'

/** A statement that takes longer is given up. */
const STATEMENT_MS = 30_000
/** A server that is frozen inside a transaction holds its locks for so long. */
const IDLE_MS = 10_000
/** The same for one that has sent half of its statements. PostgreSQL 17 and later. */
const TRANSACTION_MS = 45_000
/** First version with `transaction_timeout`. */
const WITH_TRANSACTION_TIMEOUT = 170_000

/**
 * Returns the statement with which every transaction that writes begins: its time-outs, and that its commit is on disk. For this transaction alone: behind
 * a pooler the next one may have another session.
 */
export async function readSettings(connection: Connection): Promise<string> {
  const { rows } = await send(connection, "SELECT current_setting('server_version_num')::int AS version", [])
  const { version } = rows[0] as { version: number }
  const settings = [
    setTo('statement_timeout', `'${STATEMENT_MS}'`),
    setTo('idle_in_transaction_session_timeout', `'${IDLE_MS}'`),
    // What the operator has set beyond that stays: `remote_apply` is safer.
    setTo(
      'synchronous_commit',
      "CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END",
    ),
  ]
  if (version >= WITH_TRANSACTION_TIMEOUT) settings.push(setTo('transaction_timeout', `'${TRANSACTION_MS}'`))
  return `SELECT ${settings.join(', ')}`
}

function setTo(name: string, value: string): string {
  return `set_config('${name}', ${value}, true)`
}
