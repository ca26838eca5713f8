import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { KEY_RING_FILE } from '../secrets/key-ring-file.ts'
import { ConfigError } from './config-error.ts'
import { type MigrateCommand, readMigrateCommand } from './migrate-command.ts'
import { readTokenCommand, type TokenCommand } from './token-command.ts'

export const DEFAULT_DATA_DIR = './waybill-data'

/** Commands that work on a data folder and end; paths are absolute. */
export type FolderCommand =
  | { readonly action: 'verify'; readonly dataDir: string }
  | TokenCommand
  | MigrateCommand
  | { readonly action: 'backup'; readonly dataDir: string; readonly file: string; readonly force: boolean }
  | { readonly action: 'restore'; readonly dataDir: string; readonly file: string; readonly minEpoch: number }
  | { readonly action: 'rotate' | 'prune'; readonly dataDir: string; readonly keyRingFile: string }

/**
 * Reads a command that begins with its name; null: these are the arguments of a server.
 * @throws ConfigError for an unknown command or wrong arguments
 */
export function readFolderCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): FolderCommand | null {
  const [name, ...rest] = args
  if (name === undefined || name.startsWith('-')) return null
  const folder = env['WAYBILL_DATA'] || DEFAULT_DATA_DIR
  if (name === 'token') return readTokenCommand(rest, { defaultData: folder, env })
  if (name === 'migrate') return readMigrateCommand(rest, { defaultData: folder, env })
  if (name !== 'backup' && name !== 'restore' && name !== 'verify' && name !== 'keys') {
    throw new ConfigError(
      `Cannot run command as it must be backup, restore, verify, migrate, keys or token create, or none to start a server: it is ${JSON.stringify(name)}`,
    )
  }
  const { values, positionals } = parse(name, rest)
  const dataDir = resolve(values.data ?? folder)
  if (name === 'keys') return readKeysCommand({ values, positionals }, { dataDir, env })
  if (values['key-ring'] !== undefined) {
    throw new ConfigError(`Cannot ${name} as the arguments must be known: --key-ring is one of keys`)
  }
  const [file, ...more] = positionals
  if (name === 'verify') {
    if (file === undefined && Object.keys(values).every((option) => option === 'data'))
      return { action: 'verify', dataDir }
    throw new ConfigError('Cannot verify as the only argument must be --data <folder>: there are others')
  }
  if (file === undefined || more.length > 0) {
    throw new ConfigError(`Cannot ${name} as one file must be named: there are ${positionals.length}`)
  }
  const unknown = name === 'backup' ? 'min-epoch' : 'force'
  if (values[unknown] !== undefined) throw new ConfigError(`Cannot ${name} as --${unknown} must not be given: it is`)
  if (name === 'restore') {
    return { action: 'restore', dataDir, file: resolve(file), minEpoch: readEpoch(values['min-epoch']) }
  }
  return { action: 'backup', dataDir, file: resolve(file), force: values.force ?? false }
}

function readEpoch(value: string | undefined): number {
  if (value === undefined) return 0
  if (/^\d{1,6}$/.test(value)) return Number(value)
  throw new ConfigError(
    `Cannot restore as --min-epoch must be a whole number from 0 to 999999: it is ${JSON.stringify(value)}`,
  )
}

function readKeysCommand(
  { values, positionals }: ReturnType<typeof parse>,
  { dataDir, env }: { readonly dataDir: string; readonly env: Readonly<Record<string, string | undefined>> },
): FolderCommand {
  const [action, ...more] = positionals
  if ((action !== 'rotate' && action !== 'prune') || more.length > 0 || values.force !== undefined) {
    const given = [...positionals, ...(values.force === undefined ? [] : ['--force'])].join(' ')
    throw new ConfigError(
      `Cannot change keys as the command must be keys rotate or keys prune: it is keys ${given}`.trim(),
    )
  }
  const file = values['key-ring'] ?? (env['WAYBILL_KEY_RING_FILE'] || null)
  if (values['key-ring'] === undefined && env['WAYBILL_KEY_RING']) {
    throw new ConfigError(
      `Cannot ${action} keys as they must be in a file: they are in WAYBILL_KEY_RING. Put a new key before the others there, or remove an old one`,
    )
  }
  return { action, dataDir, keyRingFile: file === null ? join(dataDir, KEY_RING_FILE) : resolve(file) }
}

function parse(name: string, args: readonly string[]) {
  try {
    const options = {
      data: { type: 'string' },
      force: { type: 'boolean' },
      'key-ring': { type: 'string' },
      'min-epoch': { type: 'string' },
    } as const
    return parseArgs({ args: [...args], strict: true, allowPositionals: true, options })
  } catch (error) {
    throw new ConfigError(
      `Cannot ${name} as the arguments must be known: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
