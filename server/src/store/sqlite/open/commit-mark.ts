import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { DATABASE_FILE, syncFolder } from './folder.ts'

const MARK_FILE = 'waybill.mark'
/** Always as long, so that it is written in one place of one page. */
const MARK_BYTES = 64

/** Why a database is not sound that is older than its mark. */
export const OLDER_THAN_MARK =
  `does not have what was stored last: its write-ahead log (${DATABASE_FILE}-wal) is lost or damaged, ` +
  'or an older copy was put in its place'

/** A point in the commits of a folder: `number` grows about once a second of work, within an epoch. */
export interface CommitMark {
  readonly epoch: number
  readonly number: number
}

/**
 * The file beside a database that says which commit it has at least, from the start of a server until it has closed the database in order. It is
 * written after that commit is durable, and never asked for more than it says, so it needs no sync of its own.
 */
export class CommitMarkFile {
  readonly #file: number

  private constructor(file: number) {
    this.#file = file
  }

  /** Makes or takes over the file, durably. @returns null when it cannot be written: the folder is then as one without a mark */
  static open(dataDir: string, mark: CommitMark): CommitMarkFile | null {
    const path = join(dataDir, MARK_FILE)
    let file: number | null = null
    try {
      file = openOrMake(path)
      const marks = new CommitMarkFile(file)
      writeMark(file, mark)
      fsyncSync(file)
      syncFolder(dataDir)
      return marks
    } catch {
      if (file !== null) closeSync(file)
      return null
    }
  }

  write(mark: CommitMark): void {
    try {
      writeMark(this.#file, mark)
    } catch {
      // It says less than it could.
    }
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** The database was closed in order, and holds all there is: it may be replaced by an older copy from here on. */
export function removeMark(dataDir: string): void {
  rmSync(join(dataDir, MARK_FILE), { force: true })
}

/** Null: there is none, or none that is whole. */
export function readMark(dataDir: string): CommitMark | null {
  try {
    const [epoch, number, sum] = readFileSync(join(dataDir, MARK_FILE), 'latin1').trimEnd().split(' ')
    const isWhole = sum === sumOf(`${epoch} ${number}`)
    return isWhole ? { epoch: Number(epoch), number: Number(number) } : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Whether a database lacks commits that its folder's mark names. A newer epoch is that of a restored backup. */
export function isOlderThanMark(db: DatabaseSync, dataDir: string): boolean {
  const mark = readMark(dataDir)
  if (mark === null) return false
  const row = db.prepare('SELECT * FROM meta').get() as { epoch: number; commit_mark?: number }
  return row.epoch < mark.epoch || (row.epoch === mark.epoch && (row.commit_mark ?? 0) < mark.number)
}

function openOrMake(path: string): number {
  try {
    return openSync(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return openSync(path, 'wx', 0o600)
  }
}

function writeMark(file: number, { epoch, number }: CommitMark): void {
  const text = `${epoch} ${number}`
  writeSync(file, `${text} ${sumOf(text)}`.padEnd(MARK_BYTES - 1) + '\n', 0, 'latin1')
}

function sumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}
