import type { MigrateCommand } from './config/migrate-command.ts'
import { type MigrationProgress, type MigrationReport, migrateStore } from './store/migration/migrate-store.ts'

/** Between two lines about one table. */
const LINE_EVERY_MS = 5000
const MIB = 1024 * 1024

/** Moves a data folder into a database: progress on stderr, the result on stdout. @returns the exit code: 0 moved, 1 not possible */
export async function migrateFolder({ dataDir, databaseUrl, json }: MigrateCommand): Promise<number> {
  const beganAtMs = performance.now()
  try {
    const report = await migrateStore({ dataDir, databaseUrl, onProgress: progressLines(dataDir) })
    const seconds = Math.round(performance.now() - beganAtMs) / 1000
    process.stdout.write(json ? `${JSON.stringify({ from: dataDir, ...report, seconds })}\n` : textOf(dataDir, report))
    return 0
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

/** A line for each table that has rows when it is copied, and when it is compared; and one now and then while that takes long. */
function progressLines(dataDir: string): (progress: MigrationProgress) => void {
  let writtenAtMs = performance.now()
  return (progress) => {
    const line = progress.phase === 'verify' ? `Verifying ${dataDir}` : lineOf(progress)
    const isEnd = progress.phase === 'verify' || progress.isDone
    if (!isEnd && performance.now() - writtenAtMs < LINE_EVERY_MS) return
    if (progress.phase !== 'verify' && progress.rows === 0) return
    writtenAtMs = performance.now()
    process.stderr.write(`${line}\n`)
  }
}

function lineOf({ phase, table, rows, bytes, isDone }: Exclude<MigrationProgress, { phase: 'verify' }>): string {
  const verb = phase === 'copy' ? (isDone ? 'Copied' : 'Copying') : isDone ? 'Compared' : 'Comparing'
  return `${verb} ${table}: ${rows} rows, ${(bytes / MIB).toFixed(1)} MiB${phase === 'compare' && isDone ? ', equal' : ''}`
}

function textOf(
  dataDir: string,
  { to, tables, jobs, unfinishedJobs, items, channels, epoch }: MigrationReport,
): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0)
  return (
    `${to}: ${jobs} jobs (${unfinishedJobs} not ended), ${items} items, ${channels} channels, epoch ${epoch}; ` +
    `${tables.length} tables with ${rows} rows, ${(bytes / MIB).toFixed(1)} MiB, each read back and equal\n` +
    `${dataDir} is marked as migrated (waybill.migrated): no server starts on its data. Start with --store postgres on the database and ` +
    `--data ${dataDir}, whose key-ring opens the stored secrets and whose admin-token stays valid\n`
  )
}
