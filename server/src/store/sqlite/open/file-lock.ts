import { closeSync, existsSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { isBusy } from '../tables/sqlite-errors.ts'

/** Whoever changes the same file is done long before. */
const WAIT_MS = 10_000

/**
 * Calls back while no other process that asks for it may change a file: an exclusive transaction on a file beside it (`<file>.lock`), which the system gives up
 * with the process. That file stays, and is empty. For what takes milliseconds.
 * @param options.waitMs how long to wait for others. @default 10,000
 * @throws Error when another process holds it for longer
 */
export function withFileLock<T>(file: string, use: () => T, { waitMs = WAIT_MS } = {}): T {
  const path = `${file}.lock`
  // Of this user alone, as the file.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
  const lock = new DatabaseSync(path, { timeout: waitMs })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return use()
  } catch (error) {
    if (isBusy(error)) throw new Error(`Cannot change ${file} as nobody else may: another process holds ${path}`)
    throw error
  } finally {
    lock.close()
  }
}
