import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Scope, scopes as allScopes } from '../model/caller.ts'
import { ConfigError } from './config-error.ts'

/** Makes an access token on the data folder of a server that is stopped. */
export interface TokenCommand {
  readonly action: 'token'
  readonly dataDir: string
  readonly name: string
  readonly subscription: string
  readonly scopes: readonly Scope[]
  /** Null: it does not expire. */
  readonly expiresInMs: number | null
  /** Prints all of it as JSON instead of its text alone. */
  readonly json: boolean
  /** Keys that stored secrets are sealed with, as text; null: those of `keyRingFile`. */
  readonly keyRing: string | null
  /** Absolute path; null: that of the data folder. */
  readonly keyRingFile: string | null
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
/** Ten years: an expiry is a time with a year of four digits. */
const MAX_EXPIRES_IN_MS = 3650 * UNITS_MS['d']!
/** As the spec's. */
const TEXT = /^[^\u0000-\u001f\u007f\ud800-\udfff]{1,128}$/u

/**
 * Reads the arguments behind `token`.
 * @param options.defaultData the folder without `--data`
 * @throws ConfigError names the first argument that is wrong
 */
export function readTokenCommand(
  args: readonly string[],
  { defaultData, env }: { readonly defaultData: string; readonly env: Readonly<Record<string, string | undefined>> },
): TokenCommand {
  const [what, ...rest] = args
  if (what !== 'create')
    throw wrong('the command must be token create', what === undefined ? 'missing' : JSON.stringify(what))
  const values = parse(rest)
  return {
    action: 'token',
    dataDir: resolve(values.data ?? defaultData),
    name: text('--name', values.name),
    subscription: text('--subscription', values.subscription ?? 'default'),
    scopes: readScopes(values.scopes ?? []),
    expiresInMs: values['expires-in'] === undefined ? null : readDuration(values['expires-in']),
    json: values.json ?? false,
    ...readKeyRing(values['key-ring'], env),
  }
}

function parse(args: readonly string[]) {
  const one = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        ...{ name: one, subscription: one, 'expires-in': one, data: one, 'key-ring': one },
        scopes: { type: 'string', multiple: true },
        json: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw wrong('the arguments must be known', error instanceof Error ? error.message : String(error))
  }
}

function readKeyRing(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Pick<TokenCommand, 'keyRing' | 'keyRingFile'> {
  const keyRing = file === undefined ? env['WAYBILL_KEY_RING'] || null : null
  const path = file ?? (keyRing === null ? env['WAYBILL_KEY_RING_FILE'] || null : null)
  return { keyRing, keyRingFile: path === null ? null : resolve(path) }
}

function text(option: string, value: string | undefined): string {
  if (value !== undefined && TEXT.test(value)) return value
  throw wrong(`${option} must be a text of 1 to 128 characters`, value === undefined ? 'missing' : 'another one')
}

function readScopes(given: readonly string[]): readonly Scope[] {
  const names = given.flatMap((list) => list.split(',')).map((name) => name.trim())
  const found = names.map((name) => {
    const scope = allScopes.find((one) => one === name)
    if (scope === undefined) throw wrong(`--scopes must be some of ${allScopes.join(', ')}`, JSON.stringify(name))
    return scope
  })
  if (found.length === 0) throw wrong(`--scopes must be some of ${allScopes.join(', ')}`, 'missing')
  return [...new Set(found)]
}

function readDuration(value: string): number {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(value) ?? []
  const ms = Number(amount) * (UNITS_MS[unit ?? ''] ?? NaN)
  if (ms > 0 && ms <= MAX_EXPIRES_IN_MS) return ms
  throw wrong('--expires-in must be a time such as 12h or 90d, at most 3650d', JSON.stringify(value))
}

function wrong(wanted: string, current: string): ConfigError {
  return new ConfigError(`Cannot create token as ${wanted}: it is ${current}`)
}
