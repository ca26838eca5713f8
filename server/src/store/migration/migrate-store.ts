import { randomUUID } from 'node:crypto'
import { failpoint } from '../../runtime/failpoint.ts'
import { CopyTarget, DoubtfulCommitError } from '../postgres/copy/copy-target.ts'
import { FolderRows } from '../sqlite/open/folder-rows.ts'
import {
  migratedFault,
  type MigrationMark,
  readMigrationMark,
  removeMigrationMark,
  writeMigrationMark,
} from '../sqlite/open/migration-mark.ts'
import { holdStoppedFolder } from '../sqlite/open/stopped-folder.ts'
import { type DatabaseReport, verifyDatabase } from '../sqlite/open/verify-database.ts'
import { copyFolder, type CopiedTable, type CopyProgress } from './copy-folder.ts'
import { databaseName } from './database-name.ts'

/*
 * Moves a data folder into an empty database, in one transaction: it is there whole or not at all, whenever a process ends. Between the commit and
 * its answer the folder is marked as one whose content may be in the database, and no server starts on it.
 */

const REFUSED = 'Cannot migrate data folder'

export interface MigrationOptions {
  /** Of a server that is stopped. */
  readonly dataDir: string
  /** Secret. */
  readonly databaseUrl: string
  /** Reports how far it has come, for each piece of 256 KiB. */
  onProgress(progress: MigrationProgress): void
}

export type MigrationProgress = { readonly phase: 'verify' } | CopyProgress

/** The content of a folder that was moved. */
export interface MigrationReport extends Omit<DatabaseReport, 'faults' | 'faultCount'> {
  /** The database, without user and password. */
  readonly to: string
  /** The last epoch that counts as used: the next start has a higher one. */
  readonly epoch: number
  readonly tables: readonly CopiedTable[]
}

/** The note that the database keeps of it, as JSON. */
interface Note {
  readonly migration: string
  readonly at: string
  readonly report: Omit<MigrationReport, 'to'>
}

/**
 * Copies everything of a data folder into a database without tables of Waybill, compares both, and marks the folder. One that was interrupted at its commit
 * is completed, or done again. The folder's data are never changed.
 * @throws Error saying why the database has nothing of it, or that this is not known
 */
export async function migrateStore(options: MigrationOptions): Promise<MigrationReport> {
  const { dataDir, databaseUrl } = options
  const to = databaseName(databaseUrl)
  const folder = holdStoppedFolder(dataDir, { refused: REFUSED, makesLock: true })
  try {
    const mark = readMigrationMark(dataDir)
    if (mark !== null && (mark.state === 'done' || mark.to !== to))
      throw new Error(`${REFUSED} as ${migratedFault(dataDir, mark)}`)
    const completed = await look(databaseUrl, mark)
    if (completed !== null) {
      writeMigrationMark(dataDir, { ...mark!, state: 'done' })
      return { ...completed.report, to }
    }
    options.onProgress({ phase: 'verify' })
    const report = verifyDatabase(folder.file)
    if (report.faultCount > 0)
      throw new Error(
        `${REFUSED} as ${folder.file} must be sound: it is damaged: ${report.faults.join('; ')}. Restore a backup, and migrate that`,
      )
    return { ...(await move(options, { file: folder.file, report, to })), to }
  } finally {
    folder.close()
  }
}

/** Looks at the database. @returns the note of this very migration, if it was committed; null: there are no tables. @throws Error there are others */
async function look(databaseUrl: string, mark: MigrationMark | null): Promise<Note | null> {
  const target = await CopyTarget.open(databaseUrl)
  try {
    const found = await target.look()
    if (found === null) return null
    const note = noteOf(found.note)
    if (note !== null && note.migration === mark?.id) return note
    const made = note === null ? 'a server has used it' : `a data folder was migrated to it at ${note.at}`
    throw new Error(
      `${REFUSED} as the database must have no tables of Waybill: it has the schema waybill with some; ${made}. ` +
        'Use another database, or begin anew: DROP SCHEMA waybill CASCADE removes all jobs in it',
    )
  } finally {
    target.close()
  }
}

function noteOf(text: string | null): Note | null {
  try {
    const note = JSON.parse(text ?? 'null') as Note | null
    return typeof note?.migration === 'string' ? note : null
  } catch {
    return null
  }
}

async function move(
  { dataDir, databaseUrl, onProgress }: MigrationOptions,
  { file, report, to }: { readonly file: string; readonly report: DatabaseReport; readonly to: string },
): Promise<Omit<MigrationReport, 'to'>> {
  const { faults: _faults, faultCount: _faultCount, ...contents } = report
  const target = await CopyTarget.open(databaseUrl)
  const rows = new FolderRows(file)
  try {
    await target.begin()
    const tables = await copyFolder({ rows, target, onProgress })
    const epoch = rows.number('SELECT epoch FROM meta')!
    const moved = { ...contents, epoch, tables }
    const mark: MigrationMark = { state: 'begun', id: randomUUID(), to, at: new Date().toISOString() }
    const note: Note = { migration: mark.id, at: mark.at, report: moved }
    await target.finish(JSON.stringify(note))
    FAILPOINT: failpoint('migration.copied')
    writeMigrationMark(dataDir, mark)
    FAILPOINT: failpoint('migration.begun')
    await commit(target, { dataDir, to })
    FAILPOINT: failpoint('migration.committed')
    writeMigrationMark(dataDir, { ...mark, state: 'done' })
    FAILPOINT: failpoint('migration.done')
    return moved
  } finally {
    rows.close()
    target.close()
  }
}

async function commit(
  target: CopyTarget,
  { dataDir, to }: { readonly dataDir: string; readonly to: string },
): Promise<void> {
  try {
    await target.commit()
  } catch (error) {
    if (error instanceof DoubtfulCommitError)
      throw new Error(
        `Cannot report whether the migration is complete as the connection to ${to} was lost at its end. Run the same command again: it finds out`,
      )
    removeMigrationMark(dataDir)
    throw error
  }
}
