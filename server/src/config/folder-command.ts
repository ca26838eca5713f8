import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { KEY_RING_FILE } from '../secrets/key-ring-file.ts'
import { ConfigError } from './config-error.ts'

export const DEFAULT_DATA_DIR = './waybill-data'

/** Commands that work on a data folder and end; paths are absolute. */
export type FolderCommand =
  | { readonly action: 'verify'; readonly dataDir: string }
  | { readonly action: 'backup'; readonly dataDir: string; readonly file: string; readonly force: boolean }
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
  if (name !== 'backup' && name !== 'verify' && name !== 'keys') {
    throw new ConfigError(
      `Cannot run command as it must be backup, verify or keys, or none to start a server: it is ${JSON.stringify(name)}`,
    )
  }
  const { values, positionals } = parse(name, rest)
  const dataDir = resolve(values.data ?? (env['WAYBILL_DATA'] || DEFAULT_DATA_DIR))
  if (name === 'keys') return readKeysCommand({ values, positionals }, { dataDir, env })
  if (values['key-ring'] !== undefined) {
    throw new ConfigError(`Cannot ${name} as the arguments must be known: --key-ring is one of keys`)
  }
  const [file, ...more] = positionals
  if (name === 'verify') {
    if (file === undefined && values.force === undefined) return { action: 'verify', dataDir }
    throw new ConfigError('Cannot verify as the only argument must be --data <folder>: there are others')
  }
  if (file === undefined || more.length > 0) {
    throw new ConfigError(`Cannot write backup as one file must be named: there are ${positionals.length}`)
  }
  return { action: 'backup', dataDir, file: resolve(file), force: values.force ?? false }
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
    const options = { data: { type: 'string' }, force: { type: 'boolean' }, 'key-ring': { type: 'string' } } as const
    return parseArgs({ args: [...args], strict: true, allowPositionals: true, options })
  } catch (error) {
    throw new ConfigError(
      `Cannot ${name} as the arguments must be known: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
