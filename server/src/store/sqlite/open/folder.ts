import { closeSync, existsSync, fsyncSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '../../store.ts'

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

/** Refuses a folder that was used and has no database any more: a new one in its place would hide the loss. @throws StoreError `damaged` */
export function requireDatabase(dataDir: string): void {
  if (isNewFolder(dataDir)) return
  const bytes = statSync(join(dataDir, DATABASE_FILE), { throwIfNoEntry: false })?.size
  if (bytes === undefined) throw damagedFolder(dataDir, 'is missing, though a server has used the folder')
  if (bytes === 0) throw damagedFolder(dataDir, 'has 0 bytes')
  if (isForeignLog(logOf(join(dataDir, DATABASE_FILE)))) throw damagedFolder(dataDir, LOST_LOG)
}

/** Whether the folder's first start is not finished: its database may be missing, or have no tables. */
export function isNewFolder(dataDir: string): boolean {
  return existsSync(join(dataDir, UNFINISHED_FILE))
}

/** Why a database is not sound whose tables, or latest pages, were in its write-ahead log. */
export const LOST_LOG = `has lost its write-ahead log (${DATABASE_FILE}-wal is missing, empty or damaged), and what was stored last with it`

export function logOf(database: string): string {
  return `${database}-wal`
}

/** Both byte orders of its checksums, and the only format there is (sqlite.org/fileformat2.html, 4.1). */
const LOG_MAGIC: readonly number[] = [0x377f0682, 0x377f0683]
const LOG_FORMAT = 3_007_000

/** Whether a write-ahead log does not begin as one: SQLite would take it for empty. Zeros are what a power failure leaves of one that was just made. */
export function isForeignLog(path: string): boolean {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < 8) return false
  const head = Buffer.alloc(8)
  const file = openSync(path, 'r')
  try {
    readSync(file, head, 0, head.length, 0)
  } finally {
    closeSync(file)
  }
  return (
    head.some((byte) => byte !== 0) &&
    !(LOG_MAGIC.includes(head.readUInt32BE(0)) && head.readUInt32BE(4) === LOG_FORMAT)
  )
}

/** What a start is refused with. @param why what is wrong with the database */
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
