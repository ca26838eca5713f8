import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isOlderThanMark, OLDER_THAN_MARK } from './commit-mark.ts'
import { DATABASE_FILE, LOCK_FILE } from './folder.ts'
import { logFault } from './log-fault.ts'
import { isBusy } from '../tables/sqlite-errors.ts'
import { type DatabaseReport, verifyDatabase } from './verify-database.ts'

/**
 * Reads a whole data folder on which no server runs, and reports what is stored and what is wrong with it. Changes nothing.
 * @throws Error saying why it cannot be read
 */
export function verifyFolder(dataDir: string): DatabaseReport {
  const file = join(dataDir, DATABASE_FILE)
  if (!existsSync(file)) throw new Error(`Cannot verify data folder as ${file} must exist: it does not`)
  if (statSync(file).size === 0)
    throw new Error(`Cannot verify data folder as ${file} must be a database: it has 0 bytes`)
  const before = new Set(readdirSync(dataDir))
  const lock = existsSync(join(dataDir, LOCK_FILE)) ? holdLock(dataDir) : null
  try {
    requireLog(dataDir, file)
    return verifyDatabase(file)
  } finally {
    // What SQLite makes beside a database that it reads; nobody else can have made it, or have written into it.
    if (lock !== null) {
      for (const name of [`${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`]) {
        if (!before.has(name)) rmSync(join(dataDir, name), { force: true })
      }
    }
    lock?.close()
  }
}

/** Before anything else: SQLite forgets what of a log is damaged. @throws Error */
function requireLog(dataDir: string, file: string): void {
  const fault = logFault(file) ?? (isOlder(dataDir, file) ? OLDER_THAN_MARK : null)
  if (fault !== null) throw new Error(`Cannot verify data folder as ${file} must be sound: it ${fault}`)
}

function isOlder(dataDir: string, file: string): boolean {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    return isOlderThanMark(db, dataDir)
  } catch {
    // What is wrong with it the rest of the check says.
    return false
  } finally {
    db.close()
  }
}

function holdLock(dataDir: string): DatabaseSync {
  const lock = new DatabaseSync(join(dataDir, LOCK_FILE), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if (!isBusy(error))
      throw new Error(`Cannot verify data folder as ${join(dataDir, LOCK_FILE)} must be its lock: ${String(error)}`)
    throw new Error(
      `Cannot verify data folder as no server may use it: one holds ${dataDir} (waybill-server backup <file> verifies the copy it makes)`,
    )
  }
}
