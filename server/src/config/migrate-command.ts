import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigError } from './config-error.ts'
import { databaseUrlFault } from './store-settings.ts'

/** Moves the data folder of a server that is stopped into a database. */
export interface MigrateCommand {
  readonly action: 'migrate'
  /** Absolute path. */
  readonly dataDir: string
  /** Secret. */
  readonly databaseUrl: string
  /** Prints the result as JSON instead of text. */
  readonly json: boolean
}

/**
 * Reads the arguments behind `migrate`.
 * @param options.defaultData the folder without `--from`
 * @throws ConfigError names the first argument that is wrong; it repeats no URL
 */
export function readMigrateCommand(
  args: readonly string[],
  { defaultData, env }: { readonly defaultData: string; readonly env: Readonly<Record<string, string | undefined>> },
): MigrateCommand {
  const { from, to, json } = parse(args)
  const databaseUrl = to ?? (env['WAYBILL_DATABASE_URL'] || null)
  const fault = databaseUrl === null ? 'it is missing' : databaseUrlFault(databaseUrl)
  if (databaseUrl === null || fault !== null) {
    throw wrong(
      `--to, or WAYBILL_DATABASE_URL, must be a URL such as postgres://user:password@host/database: ${fault ?? ''}`,
    )
  }
  return { action: 'migrate', dataDir: resolve(from ?? defaultData), databaseUrl, json: json ?? false }
}

function parse(args: readonly string[]) {
  try {
    const options = { from: { type: 'string' }, to: { type: 'string' }, json: { type: 'boolean' } } as const
    return parseArgs({ args: [...args], strict: true, allowPositionals: false, options }).values
  } catch (error) {
    // A URL in the wrong place would be repeated.
    const { code } = error as { code?: string }
    const why = code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL' ? 'one is without its option' : messageOf(error)
    throw wrong(`the arguments must be known: ${why}`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function wrong(why: string): ConfigError {
  return new ConfigError(`Cannot migrate as ${why}`)
}
