import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '../../store-error.ts'

export const DATABASE_FILE = 'waybill.db'
export const LOCK_FILE = 'lock.db'
/** There from the first moment of a folder until its database is made: without it, a folder that has no database has lost it. */
const UNFINISHED_FILE = 'waybill.new'

/** Marks a folder that no server has used yet, before anything else is made in it. */
export function markNewFolder(dataDir: string): void {
  if ([DATABASE_FILE, `${DATABASE_FILE}-wal`, LOCK_FILE].some((name) => existsSync(join(dataDir, name)))) return
  closeSync(openSync(join(dataDir, UNFINISHED_FILE), 'a', 0o600))
  syncFolder(dataDir)
}

/** The folder's database is made: from here on a missing one is a loss. */
export function unmarkNewFolder(dataDir: string): void {
  const mark = join(dataDir, UNFINISHED_FILE)
  if (!existsSync(mark)) return
  rmSync(mark)
  syncFolder(dataDir)
}

/** Whether the folder's first start is not finished: its database may be missing, or have no tables. */
export function isNewFolder(dataDir: string): boolean {
  return existsSync(join(dataDir, UNFINISHED_FILE))
}

/** Whether a server has used the folder, also one whose database is lost. */
export function hasDatabase(dataDir: string): boolean {
  return !isNewFolder(dataDir) && [DATABASE_FILE, LOCK_FILE].some((name) => existsSync(join(dataDir, name)))
}

export function logOf(database: string): string {
  return `${database}-wal`
}

/** Creates the error with which a start is refused. @param why the fault of the database */
export function damagedFolder(dataDir: string, why: string): StoreError {
  return new StoreError(
    'damaged',
    `Cannot open data folder as its database must be sound: ${join(dataDir, DATABASE_FILE)} ${why}. ` +
      'No job was changed; restore a backup into an empty folder, or choose another --data folder to begin without these jobs',
  )
}

export function syncFolder(dataDir: string): void {
  const folder = openSync(dataDir, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
