import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '../../store-error.ts'
import { syncFolder } from './folder.ts'

const MARK_FILE = 'waybill.migrated'

/** The file in a data folder whose content is in a database, or may be. */
export interface MigrationMark {
  /** `begun`: its transaction may have been committed, or not. */
  readonly state: 'begun' | 'done'
  /** As the database names the migration. */
  readonly id: string
  /** The database, without user and password. */
  readonly to: string
  /** As ISO 8601. */
  readonly at: string
}

/** @returns null: there is none. @throws Error when it cannot be read */
export function readMigrationMark(dataDir: string): MigrationMark | null {
  const path = join(dataDir, MARK_FILE)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  try {
    const { state, id, to, at } = JSON.parse(text) as Record<keyof MigrationMark, unknown>
    return { state: state === 'begun' ? 'begun' : 'done', id: String(id), to: String(to), at: String(at) }
  } catch {
    // Somebody has changed it: the folder is not used for it.
    return { state: 'done', id: '', to: `a database that ${path} does not name`, at: 'an unknown time' }
  }
}

/** Writes the mark, durably: the folder has the old one or the new one, whole, whenever the process ends. */
export function writeMigrationMark(dataDir: string, mark: MigrationMark): void {
  const path = join(dataDir, MARK_FILE)
  const file = openSync(`${path}.new`, 'w', 0o600)
  try {
    writeSync(file, `${JSON.stringify(mark)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
  syncFolder(dataDir)
}

/** The transaction of a migration that was begun is known to be undone. */
export function removeMigrationMark(dataDir: string): void {
  rmSync(join(dataDir, MARK_FILE), { force: true })
  syncFolder(dataDir)
}

/**
 * Refuses a folder whose content is in a database, or may be: what both had, both would deliver.
 * @param refused begins the message, such as `Cannot open data folder`
 * @throws StoreError `io`
 */
export function refuseMigrated(dataDir: string, refused: string): void {
  const mark = readMigrationMark(dataDir)
  if (mark !== null) throw new StoreError('io', `${refused} as ${migratedFault(dataDir, mark)}`)
}

/** The end of the sentence of a refusal. */
export function migratedFault(dataDir: string, { state, to, at }: MigrationMark): string {
  const path = join(dataDir, MARK_FILE)
  return state === 'done'
    ? `its content must not have been migrated: it was, at ${at}, to ${to} (${path}). Use the server with --store postgres on that database`
    : `its migration to ${to} must have ended: it was interrupted at ${at}, when it may have been complete (${path}). ` +
        'Run waybill-server migrate again, with the same --to: it finds out'
}
