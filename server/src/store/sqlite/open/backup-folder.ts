import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isOlderThanMark, OLDER_THAN_MARK } from './commit-mark.ts'
import { DATABASE_FILE, LOCK_FILE, syncFolder } from './folder.ts'
import { logFault } from './log-fault.ts'
import { refuseMigrated } from './migration-mark.ts'
import { isBusy } from '../tables/sqlite-errors.ts'
import { type DatabaseReport, verifyDatabase } from './verify-database.ts'

/** Added to the copy's epoch, for those who put the file into a folder by hand; `restoreFolder` adds more. More starts than that after a copy are not expected. */
const EPOCHS_AHEAD = 1000
/** A server that is starting holds its folder for itself. */
const BUSY_TIMEOUT_MS = 10_000

export interface BackupOptions {
  readonly dataDir: string
  readonly file: string
  /** Whether a file that is there may be replaced. */
  readonly force: boolean
}

/**
 * Copies a data folder, as it is at one moment, into a file that only this user can read, and verifies the copy; nothing is left of one that is
 * not whole. A server may run on the folder meanwhile.
 * @throws Error saying why there is no copy
 */
export function backupFolder({ dataDir, file, force }: BackupOptions): DatabaseReport & { readonly bytes: number } {
  const source = join(dataDir, DATABASE_FILE)
  if (!existsSync(source)) throw refusal(`${source} must exist: it does not`)
  refuseMigrated(dataDir, 'Cannot write backup')
  if (!force && existsSync(file)) throw exists(file)
  // Journals take the mode of their database, SQLite's new files that of the process.
  process.umask(0o077)
  const partial = `${file}.${process.pid}.partial`
  try {
    requireLog(dataDir, source)
    closeSync(openSync(partial, 'wx', 0o600))
    copy(source, partial)
    const report = verifyDatabase(partial)
    if (report.faultCount > 0) {
      throw new Error(`the copy must be sound, and ${source} is damaged: ${report.faults.join('; ')}`)
    }
    publish(partial, { file, force })
    return { ...report, bytes: statSync(file).size }
  } catch (error) {
    throw isCode(error, 'EEXIST') ? exists(file) : refusal(error instanceof Error ? error.message : String(error))
  } finally {
    for (const name of [partial, `${partial}-journal`]) rmSync(name, { force: true })
  }
}

/** Refuses a folder that has lost its newest commits: they would be missing in the copy, too. A running server has checked it, and holds its log. */
function requireLog(dataDir: string, source: string): void {
  if (isServed(dataDir)) return
  const fault = logFault(source)
  // A server that has just begun may be writing what was read.
  if (fault !== null && !isServed(dataDir)) throw new Error(`${source} must be sound: it ${fault}`)
}

function isServed(dataDir: string): boolean {
  const path = join(dataDir, LOCK_FILE)
  if (!existsSync(path)) return false
  const lock = new DatabaseSync(path, { readOnly: true, timeout: 0 })
  try {
    lock.prepare('SELECT 1 FROM sqlite_schema').get()
    return false
  } catch (error) {
    return isBusy(error)
  } finally {
    lock.close()
  }
}

/** One read transaction, whatever is written meanwhile. What was deleted is not copied. */
function copy(source: string, target: string): void {
  const db = new DatabaseSync(source, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  try {
    if (hasOlderCommits(db, dirname(source))) throw new Error(`${source} must be sound: it ${OLDER_THAN_MARK}`)
    db.prepare('VACUUM INTO ?').run(target)
  } finally {
    db.close()
  }
  const copied = new DatabaseSync(target)
  try {
    copied.exec(`UPDATE meta SET epoch = epoch + ${EPOCHS_AHEAD}; UPDATE owners SET term = term + ${EPOCHS_AHEAD}`)
  } finally {
    copied.close()
  }
}

function hasOlderCommits(db: DatabaseSync, dataDir: string): boolean {
  try {
    return isOlderThanMark(db, dataDir)
  } catch {
    // The copy's check says what is wrong with it.
    return false
  }
}

function publish(partial: string, { file, force }: Omit<BackupOptions, 'dataDir'>): void {
  const written = openSync(partial, 'r+')
  fsyncSync(written)
  closeSync(written)
  // A link is never made over a file that came meanwhile.
  if (force) renameSync(partial, file)
  else linkSync(partial, file)
  syncFolder(dirname(file))
}

function exists(file: string): Error {
  return refusal(`${file} must not exist: it does (--force replaces it)`)
}

function refusal(why: string): Error {
  return new Error(`Cannot write backup as ${why}`)
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
