import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isBusy } from '../tables/sqlite-errors.ts'
import { isOlderThanMark, OLDER_THAN_MARK } from './commit-mark.ts'
import { DATABASE_FILE, LOCK_FILE } from './folder.ts'
import { logFault } from './log-fault.ts'

export interface HoldOptions {
  /** Begins the message of a refusal, such as `Cannot verify data folder`. */
  readonly refused: string
  /** Makes the lock of a folder that has none, such as a restored one. @default false: then a server may start meanwhile */
  readonly makesLock?: boolean
}

/** A data folder that no server uses. */
export interface StoppedFolder {
  /** Its database. */
  readonly file: string
  /** Lets servers start again. What was opened of it must be closed before. */
  close(): void
}

/**
 * Reads the database of a data folder on which no server runs, and on which none starts meanwhile. Leaves the folder as it was.
 * @throws Error saying why it cannot be read
 */
export function readStoppedFolder<T>(
  dataDir: string,
  { read, ...options }: HoldOptions & { readonly read: (file: string) => T },
): T {
  const folder = holdStoppedFolder(dataDir, options)
  try {
    return read(folder.file)
  } finally {
    folder.close()
  }
}

/**
 * Holds a data folder on which no server runs, and on which none starts until `close()`, which leaves the folder as it was.
 * @throws Error saying why its database cannot be read
 */
export function holdStoppedFolder(dataDir: string, { refused, makesLock = false }: HoldOptions): StoppedFolder {
  const file = join(dataDir, DATABASE_FILE)
  if (!existsSync(file)) throw new Error(`${refused} as ${file} must exist: it does not`)
  if (statSync(file).size === 0) throw new Error(`${refused} as ${file} must be a database: it has 0 bytes`)
  const before = new Set(readdirSync(dataDir))
  const lock = makesLock || existsSync(join(dataDir, LOCK_FILE)) ? holdLock(dataDir, refused) : null
  const close = (): void => {
    // What SQLite makes beside a database that it reads; nobody else can have made it, or have written into it.
    if (lock !== null) {
      for (const name of [`${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`]) {
        if (!before.has(name)) rmSync(join(dataDir, name), { force: true })
      }
    }
    lock?.close()
  }
  try {
    // Before anything else: SQLite forgets what of a log is damaged.
    const fault = logFault(file) ?? (isOlder(dataDir, file) ? OLDER_THAN_MARK : null)
    if (fault !== null) throw new Error(`${refused} as ${file} must be sound: it ${fault}`)
    return { file, close }
  } catch (error) {
    close()
    throw error
  }
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

function holdLock(dataDir: string, refused: string): DatabaseSync {
  const lock = new DatabaseSync(join(dataDir, LOCK_FILE), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw new Error(`${refused} as ${join(dataDir, LOCK_FILE)} must be its lock: ${String(error)}`)
    throw new Error(
      `${refused} as no server may use it: one holds ${dataDir} (waybill-server backup <file> verifies the copy it makes)`,
    )
  }
}
