import type { MigrateCommand } from './config/migrate-command.ts'
import type { TokenCommand } from './config/token-command.ts'
import type { FolderCommand } from './config/folder-command.ts'
import { addKey, readKeyRingFile, removeKeys } from './secrets/key-ring-file.ts'
import { backupFolder } from './store/sqlite/open/backup-folder.ts'
import { withFileLock } from './store/sqlite/open/file-lock.ts'
import { restoreFolder } from './store/sqlite/open/restore-folder.ts'
import { withSealingKeys } from './store/sqlite/open/sealing-keys.ts'
import type { DatabaseReport } from './store/sqlite/open/verify-database.ts'
import { verifyFolder } from './store/sqlite/open/verify-folder.ts'

/** Runs a command on a data folder. @returns the exit code: 0 done and sound, 1 damaged or not possible */
export function runFolderCommand(command: Exclude<FolderCommand, TokenCommand | MigrateCommand>): number {
  try {
    switch (command.action) {
      case 'verify':
        return verify(command.dataDir)
      case 'backup':
        return backup(command)
      case 'restore':
        return restore(command)
      case 'rotate':
        return rotateKeys(command.keyRingFile)
      case 'prune':
        return pruneKeys(command)
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
      'It contains the data and results of all items, idempotency keys, the hashes of access tokens, and, sealed, the secrets and credentials of channels made through the API: ' +
      'keep it as secret as the data folder. It contains neither admin-token nor the configuration file, nor the key ring: without its keys a restored server does not start, ' +
      'so keep a copy of key-ring (or of what --key-ring or WAYBILL_KEY_RING names) in another place\n',
  )
  return 0
}

function restore(options: FolderCommand & { readonly action: 'restore' }): number {
  const report = restoreFolder(options)
  process.stdout.write(
    `${options.dataDir}: ${contents(report)}, verified, epoch ${report.epoch}\n` +
      'Start on it with --paused: deliveries made after the backup are repeated when channels are resumed\n' +
      'Its sealed secrets need the keys of the time of the backup: put key-ring into the folder, unless --key-ring or WAYBILL_KEY_RING names them\n',
  )
  return 0
}

function rotateKeys(file: string): number {
  // Without a file there is nothing to lock: it says so.
  const keys = readKeyRingFile(file) === null ? addKey(file) : withFileLock(file, () => addKey(file))
  process.stdout.write(
    `${file}: key ${keys[0]!.id} added, ${keys.length} keys. The next start of the server seals all secrets with it; ` +
      'then waybill-server keys prune removes the others. Backups made before need the keys of their time\n',
  )
  return 0
}

function pruneKeys({ dataDir, keyRingFile: file }: FolderCommand & { readonly action: 'rotate' | 'prune' }): number {
  const keys = readKeyRingFile(file)
  if (keys === null) throw new Error(`Cannot prune keys as ${file} must exist: it does not`)
  const [first, ...others] = keys
  const removed = withSealingKeys(dataDir, (used) => {
    const unused = others.filter(({ id }) => !used.has(id))
    const ids = new Set(unused.map(({ id }) => id))
    if (ids.size > 0) withFileLock(file, () => removeKeys(file, ids))
    return unused
  })
  const kept = keys.filter((key) => !removed.includes(key))
  process.stdout.write(
    `${file}: ${removed.length} keys removed${removed.map(({ id }) => ` ${id}`).join(',')}; ${kept.length} left, of them ${first!.id} seals\n`,
  )
  if (kept.length > 1) {
    process.stdout.write(
      'Secrets are still sealed with the others: start the server once, then stop it and prune again\n',
    )
  }
  return 0
}

function contents({ schemaVersion, jobs, unfinishedJobs, items, channels }: DatabaseReport): string {
  return `schema version ${schemaVersion}, ${jobs} jobs (${unfinishedJobs} not ended), ${items} items, ${channels} channels`
}
