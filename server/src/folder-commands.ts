import type { TokenCommand } from './config/token-command.ts'
import type { FolderCommand } from './config/folder-command.ts'
import { backupFolder } from './store/sqlite/open/backup-folder.ts'
import { restoreFolder } from './store/sqlite/open/restore-folder.ts'
import type { DatabaseReport } from './store/sqlite/open/verify-database.ts'
import { verifyFolder } from './store/sqlite/open/verify-folder.ts'

/** Runs a command on a data folder. @returns the exit code: 0 done and sound, 1 damaged or not possible */
export function runFolderCommand(command: Exclude<FolderCommand, TokenCommand>): number {
  try {
    switch (command.action) {
      case 'verify':
        return verify(command.dataDir)
      case 'backup':
        return backup(command)
      case 'restore':
        return restore(command)
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

function verify(dataDir: string): number {
  const report = verifyFolder(dataDir)
  const { faults, faultCount } = report
  const lines = [`${dataDir}: ${contents(report)}`]
  if (faultCount === 0) {
    lines.push('It is sound: structure, items, outcomes and what belongs together were read whole')
  } else {
    lines.push(`It is damaged: ${faultCount} faults`, ...faults.map((fault) => `  waybill.db: ${fault}`))
    if (faultCount > faults.length) lines.push(`  and ${faultCount - faults.length} more`)
    lines.push('Restore a backup into an empty folder and start on that with --paused')
  }
  process.stdout.write(`${lines.join('\n')}\n`)
  return faultCount === 0 ? 0 : 1
}

function backup(options: FolderCommand & { readonly action: 'backup' }): number {
  const report = backupFolder(options)
  process.stdout.write(
    `${options.file}: ${contents(report)}, ${report.bytes} bytes, verified\n` +
      'It contains the data and results of all items, idempotency keys, the hashes of access tokens, and the headers and credentials of channels made through the API: ' +
      'keep it as secret as the data folder. It contains neither admin-token nor the configuration file\n',
  )
  return 0
}

function restore(options: FolderCommand & { readonly action: 'restore' }): number {
  const report = restoreFolder(options)
  process.stdout.write(
    `${options.dataDir}: ${contents(report)}, verified, epoch ${report.epoch}\n` +
      'Start on it with --paused: deliveries made after the backup are repeated when channels are resumed\n',
  )
  return 0
}

function contents({ schemaVersion, jobs, unfinishedJobs, items, channels }: DatabaseReport): string {
  return `schema version ${schemaVersion}, ${jobs} jobs (${unfinishedJobs} not ended), ${items} items, ${channels} channels`
}
