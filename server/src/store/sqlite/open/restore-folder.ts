import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrate } from './database.ts'
import { DATABASE_FILE, syncFolder } from './folder.ts'
import { type DatabaseReport, verifyDatabase } from './verify-database.ts'

/**
 * Added to the epoch of a restored copy, so that what the restored server sends and shows is newer than everything that was sent after the copy:
 * receivers refuse lower epochs. More starts than that between a copy and its restoration are not expected.
 */
const EPOCHS_AHEAD = 10_000

export interface RestoreOptions {
  /** A file that `backupFolder` wrote, by this version of the server or an older one. */
  readonly file: string
  /** An empty folder, or one that does not exist. */
  readonly dataDir: string
  /** The epoch is at least this one: for a copy that was restored before. @default 0 */
  readonly minEpoch?: number
}

/** The contents of a restored folder. */
export interface RestoreReport extends DatabaseReport {
  /** The last epoch that counts as used: the next start has a higher one. */
  readonly epoch: number
}

/**
 * Makes a data folder of a backup: verified, migrated to this version, readable by this user only. The folder appears whole or not at all, whenever the process ends.
 * @throws Error saying why there is no folder; the backup is not changed
 */
export function restoreFolder({ file, dataDir, minEpoch = 0 }: RestoreOptions): RestoreReport {
  if (!existsSync(file)) throw refusal(`${file} must exist: it does not`)
  if (!statSync(file).isFile()) throw refusal(`${file} must be a file: it is not`)
  requireEmpty(dataDir)
  const partial = `${dataDir}.${process.pid}.partial`
  try {
    mkdirSync(dirname(dataDir), { recursive: true })
    mkdirSync(partial, { mode: 0o700 })
    const database = join(partial, DATABASE_FILE)
    copyFileSync(file, database)
    chmodSync(database, 0o600)
    const epoch = advance(database, minEpoch)
    const report = verifyDatabase(database)
    if (report.faultCount > 0) throw new Error(`${file} must be sound: it is damaged: ${report.faults.join('; ')}`)
    syncFile(database)
    syncFolder(partial)
    // Both refuse a folder that is not empty any more.
    if (existsSync(dataDir)) rmdirSync(dataDir)
    renameSync(partial, dataDir)
    syncFolder(dirname(dataDir))
    return { ...report, epoch }
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error))
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

function requireEmpty(dataDir: string): void {
  if (!existsSync(dataDir)) return
  if (!statSync(dataDir).isDirectory()) throw refusal(`${dataDir} must be a folder: it is a file`)
  const [name] = readdirSync(dataDir)
  if (name !== undefined) {
    throw refusal(
      `${dataDir} must be empty: it contains ${name}. Restore into another folder, and move what is in this one there afterwards`,
    )
  }
}

/** Brings the copy to this version's schema, and its epoch and the terms of its channels ahead. @returns the epoch */
function advance(database: string, minEpoch: number): number {
  const db = new DatabaseSync(database)
  try {
    // Version 0 has no tables: the check that follows says so.
    if (versionOf(db) > 0) migrate(db, database)
    const { epoch } = db.prepare('SELECT epoch FROM meta').get() as { epoch: number }
    const ahead = Math.max(EPOCHS_AHEAD, minEpoch - epoch)
    db.prepare('UPDATE meta SET epoch = epoch + ?').run(ahead)
    db.prepare('UPDATE owners SET term = term + ?').run(ahead)
    return epoch + ahead
  } finally {
    db.close()
  }
}

function versionOf(db: DatabaseSync): number {
  return (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+')
  fsyncSync(file)
  closeSync(file)
}

function refusal(why: string): Error {
  return new Error(`Cannot restore backup as ${why}`)
}
