import { existsSync, lstatSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigError } from './config/config-error.ts'
import { DEFAULT_DATA_DIR, type FolderCommand, readFolderCommand } from './config/folder-command.ts'
import { type ClusterSettings, readCluster } from './config/cluster-settings.ts'
import { completeFile, type FileConfig } from './config/complete-file.ts'
import { type NetworkSettings, plainUrl, publicUrlFault } from './config/network-settings.ts'
import { readConfigFile } from './config/read-config-file.ts'
import { readTraceSettings, type TraceSettings } from './config/trace-settings.ts'
import { storeFaults, type StoreKind, storeKinds } from './config/store-settings.ts'
import { type DashboardMode, dashboardModes, defaultDashboard } from './model/dashboard-mode.ts'
import type { ChannelConfig } from './model/channel.ts'
import type { SubscriptionLimits } from './model/subscription.ts'
import { readKeys } from './secrets/key-ring.ts'

export { ConfigError } from './config/config-error.ts'

/** Everything that can be set, checked and complete. */
export interface Config extends NetworkSettings {
  /** 0: a free one. */
  readonly port: number
  readonly host: string
  readonly store: StoreKind
  /** Of the store `postgres`; secret. Null: it is another store. */
  readonly databaseUrl: string | null
  /** The other servers on the database; null: this one is alone. */
  readonly cluster: ClusterSettings | null
  /** Absolute path of the data folder; with the memory store only the admin token is in it, with `postgres` also the key ring. */
  readonly dataDir: string
  /** Worker threads. */
  readonly threads: number
  /** A request without a token is admin of subscription `default`; only loopback. */
  readonly dev: boolean
  /** Every channel is paused, durably, before anything is delivered; those made later begin paused. */
  readonly paused: boolean
  /** Null: not given; `main.ts` makes one at the first start (but for `dev`). */
  readonly adminToken: string | null
  /** Whether the pages at `/dashboard/` are there, and whether their sessions may change anything. */
  readonly dashboard: DashboardMode
  readonly metrics: {
    /** False: nothing is counted, and `/metrics` is not there. */
    readonly counted: boolean
    /** Where they are read without a token; null: nowhere. 0: a free one. */
    readonly port: number | null
    readonly host: string
  }
  /** Whether the counters of items in the metrics have the label `subscription`. */
  readonly subscriptionLabel: boolean
  readonly traces: TraceSettings
  /** Keys that seal stored secrets, as text; null: not given. */
  readonly keyRing: string | null
  /** Absolute path of a file with such keys; null: that of the data folder, made at the first start. */
  readonly keyRingFile: string | null
  /** Absolute path; null: there is none. */
  readonly configFile: string | null
  readonly cors: { readonly origins: readonly string[] }
  /** Which channels may call private addresses; with `dev` all may. */
  readonly outbound: FileConfig['outbound']
  /** Those of the file; `sandbox` of `dev` is not among them. */
  readonly channels: Readonly<Record<string, ChannelConfig>>
  /** How long entries of the audit are kept. */
  readonly audit: { readonly retainForDays: number }
  readonly limits: {
    /** Items accepted and not ended, of all jobs together. */
    readonly maxPendingItems: number
    /** Maximum size of the stored data; null: as large as the disk. */
    readonly maxDataBytes: number | null
  }
  /** Those of the file; every other one has the defaults. */
  readonly subscriptions: Readonly<Record<string, SubscriptionLimits>>
}

/** The action that the command line requests. */
export type Command =
  | { readonly action: 'serve'; readonly config: Config }
  | { readonly action: 'help' | 'version' }
  | FolderCommand

type Environment = Readonly<Record<string, string | undefined>>

export const DEFAULT_PORT = 8080
export const MAX_PORT = 65_535
export const DEFAULT_HOST = '127.0.0.1'
/** Read when nothing else is named and it is there. */
const DEFAULT_CONFIG_FILE = './waybill.yaml'
export const MAX_THREADS = 256

export const usage = `waybill-server: takes bulk jobs over HTTP and delivers their items

  waybill-server [options]
  waybill-server backup <file> [--data <folder>] [--force]   copies a data folder into a file, also while a server runs on it
  waybill-server restore <file> [--data <folder>] [--min-epoch <number>]   makes a data folder of a backup
  waybill-server verify [--data <folder>]                     checks the data folder of a server that is stopped
  waybill-server token create --name <name> --scopes <a,b> [--subscription <name>] [--expires-in 90d] [--data <folder>] [--key-ring <file>] [--json]
                                                              makes an access token on the data folder of a server that is stopped, and prints it once
  waybill-server keys rotate [--data <folder>]                adds a new first key to the key ring: the next start seals all secrets with it
  waybill-server keys prune [--data <folder>]                 removes the keys that nothing is sealed with, of a server that is stopped

  --port <number>         port to listen on, 0: a free one            [${DEFAULT_PORT}]
  --host <address>        address to listen on                        [${DEFAULT_HOST}]
  --store <disk|memory|postgres>   where jobs are kept               [disk]
  --database-url <url>    of the store postgres; other users of the machine see flags: better in the environment
  --cluster-address <url> where other servers on the same database reach this one: one works, the others stand by for it
  --data <folder>         folder of the disk store                    [${DEFAULT_DATA_DIR}]
  --config <file>         channels, limits and more, in YAML          [${DEFAULT_CONFIG_FILE}, if it is there]
  --threads <number>      worker threads                              [one a core]
  --metrics-port <number> port for /metrics alone, without a token, 0: a free one   [none]
  --metrics-host <address>  address of that port                      [${DEFAULT_HOST}]
  --no-metrics            counts nothing; /metrics is not there
  --key-ring <file>       keys that seal stored secrets, mode 600     [key-ring in the data folder, made at the first start]
  --dashboard <off|read-only|on>  the pages at /dashboard/            [read-only; on with --dev]
  --dev                   no token required, loopback only, with a channel named sandbox
  --paused                pauses every channel, also new ones: delivers nothing until channels are resumed
  --help, --version

Each may be set in the environment too: WAYBILL_PORT, WAYBILL_HOST, WAYBILL_STORE, WAYBILL_DATABASE_URL, WAYBILL_CLUSTER_ADDRESS, WAYBILL_DATA, WAYBILL_CONFIG, WAYBILL_THREADS,
WAYBILL_METRICS_PORT, WAYBILL_METRICS_HOST, WAYBILL_METRICS, WAYBILL_DASHBOARD and WAYBILL_DEV (true or false). WAYBILL_ADMIN_TOKEN is the admin's token; without it one is made at the first start, in the file
admin-token of the data folder. WAYBILL_KEY_RING is the key ring itself, newest key first; WAYBILL_KEY_RING_FILE is --key-ring.
WAYBILL_CLUSTER_SECRET is what the servers of a cluster prove themselves with to each other.
WAYBILL_PUBLIC_URL is the publicUrl of the configuration file, and takes precedence over it. With OTEL_EXPORTER_OTLP_ENDPOINT spans are sent to a
collector, as OpenTelemetry's variables say.
`

/**
 * Turns flags, environment and configuration file into one checked configuration; a flag beats the environment, which beats the file.
 * @param args the arguments after the program's name
 * @throws ConfigError with the fault and the requirement
 */
export function readCommand(args: readonly string[], env: Environment = process.env): Command {
  const folderCommand = readFolderCommand(args, env)
  if (folderCommand !== null) return folderCommand
  const flags = readFlags(args)
  if (flags.help === true) return { action: 'help' }
  if (flags.version === true) return { action: 'version' }

  /** A setting as it was written, and how to name it in a message. */
  const setting = (name: SettingName): Setting | null => {
    const variable =
      name === 'key-ring' ? 'WAYBILL_KEY_RING_FILE' : `WAYBILL_${name.toUpperCase().replaceAll('-', '_')}`
    if (flags[name] !== undefined) return { name: `--${name}`, value: flags[name] }
    if (env[variable] !== undefined && env[variable] !== '') return { name: variable, value: env[variable] }
    return null
  }

  const configFile = findConfigFile(setting('config'))
  const file: FileConfig = configFile === null ? noFile() : readConfigFile(configFile, env)
  const dev = flags.dev ?? readSwitch('WAYBILL_DEV', env['WAYBILL_DEV'])
  const host = setting('host')?.value ?? DEFAULT_HOST
  if (dev && !isLoopbackAddress(host)) {
    throw new ConfigError(
      `Cannot start as --dev lets everybody in, so --host must be localhost or a loopback address: it is ${host}`,
    )
  }
  const metricsPort = setting('metrics-port')
  const counted = flags.metrics ?? readSwitch('WAYBILL_METRICS', env['WAYBILL_METRICS'], true)
  if (!counted && metricsPort !== null) {
    throw new ConfigError(
      `Cannot start as ${metricsPort.name} needs metrics, so they must be counted: --no-metrics or WAYBILL_METRICS says not to`,
    )
  }
  const config: Config = {
    port: wholeNumber(setting('port'), { min: 0, max: MAX_PORT, otherwise: DEFAULT_PORT }),
    host,
    dataDir: folder(setting('data')),
    threads: wholeNumber(setting('threads'), { min: 1, max: MAX_THREADS, otherwise: availableParallelism() }),
    dev,
    paused: flags.paused ?? false,
    metrics: {
      counted,
      port: metricsPort === null ? null : wholeNumber(metricsPort, { min: 0, max: MAX_PORT, otherwise: 0 }),
      host: setting('metrics-host')?.value ?? DEFAULT_HOST,
    },
    traces: readTraceSettings(env),
    adminToken: readToken(env['WAYBILL_ADMIN_TOKEN']),
    ...keyRingOf(setting('key-ring'), env['WAYBILL_KEY_RING']),
    configFile,
    ...file,
    ...storeOf({ store: setting('store'), url: setting('database-url') }, file),
    dashboard: dashboardOf(setting('dashboard'), { file, dev }),
    cluster: null,
    publicUrl: readPublicUrl(env['WAYBILL_PUBLIC_URL']) ?? file.publicUrl,
  }
  return {
    action: 'serve',
    config: { ...config, cluster: clusterOf(setting('cluster-address'), { file, env, config }) },
  }
}

type SettingName =
  | 'port'
  | 'host'
  | 'store'
  | 'database-url'
  | 'cluster-address'
  | 'data'
  | 'config'
  | 'threads'
  | 'metrics-port'
  | 'metrics-host'
  | 'key-ring'
  | 'dashboard'

interface Setting {
  readonly name: string
  readonly value: string
}

function readFlags(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      allowNegative: true,
      options: {
        port: text,
        host: text,
        store: text,
        'database-url': text,
        'cluster-address': text,
        data: text,
        config: text,
        threads: text,
        'metrics-port': text,
        'metrics-host': text,
        metrics: { type: 'boolean' },
        'key-ring': text,
        dashboard: text,
        dev: { type: 'boolean' },
        paused: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    })
    return values
  } catch (error) {
    throw new ConfigError(`Cannot read the arguments: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function findConfigFile(setting: Setting | null): string | null {
  if (setting !== null) return resolve(setting.value)
  const path = resolve(DEFAULT_CONFIG_FILE)
  return existsSync(path) ? path : null
}

function wholeNumber(setting: Setting | null, wanted: { min: number; max: number; otherwise: number }): number {
  if (setting === null) return wanted.otherwise
  const value = /^\d{1,9}$/.test(setting.value) ? Number(setting.value) : NaN
  if (value >= wanted.min && value <= wanted.max) return value
  throw new ConfigError(
    `Cannot start as ${setting.name} must be a whole number from ${wanted.min} to ${wanted.max}: it is ${JSON.stringify(setting.value)}`,
  )
}

function folder(setting: Setting | null): string {
  const path = resolve(setting?.value ?? DEFAULT_DATA_DIR)
  const fault = folderFault(path)
  if (fault === null) return path
  throw new ConfigError(`Cannot start as ${setting?.name ?? 'the data folder'} must be a folder: ${path} ${fault}`)
}

/** Says why a path cannot be a folder that is used or made, as the end of a sentence; null: it can. */
export function folderFault(path: string): string | null {
  try {
    return statSync(path).isDirectory() ? null : 'is a file'
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ENOENT':
        return isLink(path) ? 'is a link that leads nowhere' : null
      case 'ELOOP':
        return 'is a link that leads nowhere'
      case 'ENOTDIR':
        return 'is inside of a file'
      default:
        return null // whoever makes or opens it says why it cannot be
    }
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

function oneOf<const T extends string>(setting: Setting | null, words: readonly [T, ...T[]]): T {
  if (setting === null) return words[0]
  const word = words.find((candidate) => candidate === setting.value)
  if (word !== undefined) return word
  throw new ConfigError(
    `Cannot start as ${setting.name} must be ${words.join(' or ')}: it is ${JSON.stringify(setting.value)}`,
  )
}

function storeOf(
  { store: kind, url }: { readonly store: Setting | null; readonly url: Setting | null },
  file: FileConfig,
): Pick<Config, 'store' | 'databaseUrl'> {
  const store = kind === null ? (file.store ?? 'disk') : oneOf(kind, storeKinds)
  const databaseUrl = url?.value ?? file.databaseUrl
  const [fault] = storeFaults({ store, databaseUrl, maxDataBytes: file.limits.maxDataBytes })
  if (fault === undefined) return { store, databaseUrl }
  const name = fault.setting === 'maxDataBytes' ? 'limits.maxDataBytes' : (url?.name ?? '--database-url')
  throw new ConfigError(`Cannot start as ${name} ${fault.detail}`)
}

function clusterOf(
  setting: Setting | null,
  { file, env, config }: { file: FileConfig; env: Environment; config: Pick<Config, 'store'> },
): ClusterSettings | null {
  const source = { file: file.cluster, address: setting?.value, secret: env['WAYBILL_CLUSTER_SECRET'] }
  return readCluster({ ...source, store: config.store }, ({ setting: name, detail }) => {
    const names = {
      cluster: setting?.name ?? 'cluster',
      address: setting?.name ?? 'cluster.address',
      listen: 'cluster.listen',
      secret: 'WAYBILL_CLUSTER_SECRET (or the file cluster.secretFile)',
      secretFile: 'cluster.secretFile',
    }
    throw new ConfigError(`Cannot start as ${names[name]} ${detail}`)
  })
}

function dashboardOf(setting: Setting | null, { file, dev }: { file: FileConfig; dev: boolean }): DashboardMode {
  if (setting !== null) return oneOf(setting, dashboardModes)
  return file.dashboard ?? defaultDashboard(dev)
}

function readSwitch(name: string, value: string | undefined, otherwise = false): boolean {
  if (value === undefined || value === '') return otherwise
  if (value === 'false' || value === '0') return false
  if (value === 'true' || value === '1') return true
  throw new ConfigError(`Cannot start as ${name} must be true or false: it is ${JSON.stringify(value)}`)
}

/** Returns the configuration without a file. */
function noFile(): FileConfig {
  return completeFile({}, { base: { folder: '.', name: 'the working directory' }, refuse: () => undefined })
}

export const ADMIN_TOKEN_RULE = '1 to 512 visible ASCII characters without spaces'

export function isAdminToken(token: unknown): token is string {
  return typeof token === 'string' && /^[\x21-\x7e]{1,512}$/.test(token)
}

function readToken(token: string | undefined): string | null {
  if (token === undefined || token === '') return null
  if (isAdminToken(token)) return token
  throw new ConfigError(`Cannot start as WAYBILL_ADMIN_TOKEN must be ${ADMIN_TOKEN_RULE}: it is not`)
}

function readPublicUrl(text: string | undefined): string | null {
  if (text === undefined || text === '') return null
  const fault = publicUrlFault(text)
  if (fault === null) return plainUrl(text)
  throw new ConfigError(`Cannot start as WAYBILL_PUBLIC_URL ${fault}`)
}

/** Says why a key ring cannot be used, as the end of a sentence; null: it can. Repeats nothing of it. */
export function keyRingFault(text: unknown): string | null {
  if (typeof text !== 'string') return 'it is not text'
  const keys = readKeys(text)
  return typeof keys === 'string' ? keys : null
}

function keyRingOf(file: Setting | null, text: string | undefined): Pick<Config, 'keyRing' | 'keyRingFile'> {
  if (file?.name.startsWith('--') === true || text === undefined || text === '') {
    return { keyRing: null, keyRingFile: file === null ? null : resolve(file.value) }
  }
  const fault = keyRingFault(text)
  if (fault !== null) throw new ConfigError(`Cannot start as WAYBILL_KEY_RING must hold keys: ${fault}`)
  if (file !== null)
    throw new ConfigError(
      'Cannot start as only one of WAYBILL_KEY_RING and WAYBILL_KEY_RING_FILE must be set: both are',
    )
  return { keyRing: text, keyRingFile: null }
}

export function isLoopbackAddress(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
