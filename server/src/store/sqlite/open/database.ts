import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { failpoint } from '../../../runtime/failpoint.ts'
import { damaged, StoreError, type StoreErrorCode } from '../../store-error.ts'
import { SECURE_DELETE } from './erasure.ts'
import { isOlderThanMark, OLDER_THAN_MARK } from './commit-mark.ts'
import { DATABASE_FILE, damagedFolder, isNewFolder, LOCK_FILE, markNewFolder, unmarkNewFolder } from './folder.ts'
import { LOST_LOG } from './log-fault.ts'
import { refuseMigrated } from './migration-mark.ts'
import { migrations, type MigrationStep } from './migrations.ts'
import { isBusy, storeErrorOf } from '../tables/sqlite-errors.ts'
import { requireDatabase } from './require-database.ts'

/** Stored files belong to this user alone, whatever the umask. */
const OWN_FILE_MODE = 0o600

/**
 * Measured over 4,096, 8,192 and 16,384 bytes: chunks of 170 KB are written 1.2 / 1.5 / 2.0 million items/s, but each small commit
 * writes its few pages whole. 8 KiB holds one outcome map or one chunk's keys in about a page.
 */
const PAGE_BYTES = 8192
/** Holds the pages of the largest transaction (15 ms of writes), so that none is spilled before its commit. */
const WRITER_CACHE_KIB = 16 * 1024
const READER_CACHE_KIB = 8 * 1024
const CHECKED_TABLES = [
  ...[
    'meta',
    'lanes',
    'channels',
    'drafts',
    'part_drafts',
    'removals',
    'tokens',
    'subscriptions',
    'credentials',
    'owners',
  ],
]
/** Only a server that lost its folder to another one ever waits for it. */
export const BUSY_TIMEOUT_MS = 5000

/**
 * Holds a data folder for this process until `close()`: an exclusive transaction on a file of its own, which the system gives up
 * with the process.
 * @throws StoreError `locked` when another server holds it; `damaged` when its database or its lock is lost or damaged; `io` when it was migrated
 */
export function lockFolder(dataDir: string): { close(): void } {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  markNewFolder(dataDir)
  ownFile(join(dataDir, LOCK_FILE))
  let opened: DatabaseSync | null = null
  try {
    opened = new DatabaseSync(join(dataDir, LOCK_FILE), { timeout: 0 })
    opened.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    opened?.close()
    if (isBusy(error)) {
      throw new StoreError(
        'locked',
        `Cannot open data folder as it must belong to one server: another one holds ${dataDir}`,
      )
    }
    const { code, message } = storeErrorOf(error)
    if (code === 'disk_full') throw noDiskSpace(dataDir)
    const file = join(dataDir, LOCK_FILE)
    throw new StoreError(code, `Cannot open data folder as ${file} must be its lock: ${lockFault(code, message)}`)
  }
  const lock = opened
  try {
    refuseMigrated(dataDir, 'Cannot open data folder')
    requireDatabase(dataDir)
  } catch (error) {
    lock.close()
    throw error
  }
  return lock
}

function lockFault(code: StoreErrorCode, message: string): string {
  return code === 'damaged' ? 'it is damaged, holds no data, and can be deleted' : message
}

/**
 * Opens (or makes) the database for writing and brings its schema up to date. @param dataDir null: in memory. @throws StoreError `newer_schema`, `damaged`, `disk_full`
 */
export function openDatabase(dataDir: string | null): DatabaseSync {
  if (dataDir === null) return openFile(':memory:', dataDir, true)
  const file = join(dataDir, DATABASE_FILE)
  const isNew = isNewFolder(dataDir) || !existsSync(file)
  ownFile(file)
  try {
    const db = openFile(file, dataDir, isNew)
    unmarkNewFolder(dataDir)
    return db
  } catch (error) {
    throw openFault(dataDir, error)
  }
}

function openFile(file: string, dataDir: string | null, isNew: boolean): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: false })
  try {
    // Before anything else: even to name the kind of vacuum writes.
    if (dataDir !== null && !isNew) {
      if (!hasTables(db)) throw damagedFolder(dataDir, LOST_LOG)
      if (isOlderThanMark(db, dataDir)) throw damagedFolder(dataDir, OLDER_THAN_MARK)
    }
    // The first two are taken only while there is no table: later starts say them in vain.
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA temp_store = MEMORY`)
    if (dataDir === null) db.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF')
    else db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0`)
    db.exec(`PRAGMA cache_size = -${WRITER_CACHE_KIB}; ${SECURE_DELETE}`)
    migrate(db, dataDir ?? ':memory:')
    if (dataDir !== null) checkTables(db)
    return db
  } catch (error) {
    closeUnchanged(db, dataDir)
    throw error
  }
}

/** Closes a database without carrying its log over, which the last connection that can write would do: a damaged folder stays as it is. */
function closeUnchanged(db: DatabaseSync, dataDir: string | null): void {
  if (dataDir === null) {
    db.close()
    return
  }
  let last: DatabaseSync | null = null
  try {
    last = openForReading(dataDir)
    hasTables(last)
  } catch {
    // It cannot be read at all.
  }
  db.close()
  last?.close()
}

/** A database has none until its first pages are carried over from the write-ahead log, which takes a while. */
function hasTables(db: DatabaseSync): boolean {
  return db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined
}

/** Checks the small tables that nothing else of a start reads whole: what is large is checked when it is read. */
function checkTables(db: DatabaseSync): void {
  for (const table of CHECKED_TABLES) {
    const { quick_check: answer } = db.prepare(`PRAGMA quick_check('${table}')`).get() as { quick_check: string }
    if (answer !== 'ok') throw damaged(`table ${table}`, 'it must be sound', answer.replaceAll('\n', ' '))
  }
}

function noDiskSpace(dataDir: string): StoreError {
  const { bavail, bsize } = statfsSync(dataDir)
  const message = `Cannot open data folder as its file system must have free space: ${dataDir} has ${bavail * bsize} bytes free. What is stored is safe; free disk space and start again`
  return new StoreError('disk_full', message)
}

/** The error of a start names the file. */
export function openFault(dataDir: string, error: unknown): StoreError {
  const { code, message } = storeErrorOf(error)
  if (code === 'damaged' && message.startsWith('Cannot open data folder')) return new StoreError(code, message)
  if (code === 'damaged') return damagedFolder(dataDir, `is damaged (${message})`)
  if (code === 'newer_schema') return new StoreError(code, message)
  if (code === 'disk_full') return noDiskSpace(dataDir)
  return new StoreError(
    code,
    `Cannot open data folder as ${join(dataDir, DATABASE_FILE)} must be readable and writable: ${message}`,
  )
}

/**
 * Makes a file that only this user may read, before SQLite makes it for everybody: its WAL and shared memory take their mode from it. What
 * an older start left is closed to others. Never opens what is there: closing it again would give up this process's locks on it.
 */
function ownFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', OWN_FILE_MODE))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  for (const path of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(path)) chmodSync(path, OWN_FILE_MODE)
}

/** Opens a database that a writer has made, for reading beside it. */
export function openForReading(dataDir: string): DatabaseSync {
  const db = new DatabaseSync(join(dataDir, DATABASE_FILE), { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  db.exec(`PRAGMA cache_size = -${READER_CACHE_KIB}; PRAGMA temp_store = MEMORY`)
  return db
}

/** Takes a database from its version to the newest, each step in a transaction of its own. */
export function migrate(db: DatabaseSync, name: string, steps: readonly MigrationStep[] = migrations): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version > steps.length) {
    const message = `Cannot open ${name} as its schema must be version ${steps.length} or older: current version is ${version}`
    throw new StoreError('newer_schema', message)
  }
  for (let step = version; step < steps.length; step++) {
    db.exec('BEGIN IMMEDIATE')
    try {
      const change = steps[step]!
      if (typeof change === 'string') db.exec(change)
      else change(db)
      db.exec(`PRAGMA user_version = ${step + 1}`)
      FAILPOINT: failpoint('store.migrate.written')
      db.exec('COMMIT')
      FAILPOINT: failpoint('store.migrate.durable')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }
}
