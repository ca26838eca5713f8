import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DATABASE_FILE, syncFolder } from './folder.ts'
import { type DatabaseReport, verifyDatabase } from './verify-database.ts'

/**
 * Added to the copy's epoch, so that what a restored server sends and shows is newer than everything the first one did after the copy: receivers compare
 * epochs, clients versions. More starts than that between a copy and its restoration are not expected.
 */
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
  if (!force && existsSync(file)) throw exists(file)
  // Journals take the mode of their database, SQLite's new files that of the process.
  process.umask(0o077)
  const partial = `${file}.${process.pid}.partial`
  try {
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

/** One read transaction, whatever is written meanwhile. What was deleted is not copied. */
function copy(source: string, target: string): void {
  const db = new DatabaseSync(source, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  try {
    db.prepare('VACUUM INTO ?').run(target)
  } finally {
    db.close()
  }
  const copied = new DatabaseSync(target)
  try {
    copied.exec(`UPDATE meta SET epoch = epoch + ${EPOCHS_AHEAD}`)
  } finally {
    copied.close()
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
