import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import {
  ADMIN_TOKEN_RULE,
  type Config,
  DEFAULT_HOST,
  DEFAULT_PORT,
  folderFault,
  isAdminToken,
  isLoopbackAddress,
  keyRingFault,
  MAX_PORT,
  MAX_THREADS,
} from './config.ts'
import { completeFile, type ConfigFault, type FileConfig, MAX_CONFIG_FAULTS } from './config/complete-file.ts'
import { defaultDashboard } from './model/dashboard-mode.ts'
import { ConfigError } from './config/config-error.ts'
import { type ConfigFile, configProperties } from './config/config-schema.ts'
import { DEFAULT_DATA_DIR } from './config/folder-command.ts'
import {
  DEFAULT_SERVICE_NAME,
  DEFAULT_TRACE_RATIO,
  type TraceSettings,
  traceUrlFault,
} from './config/trace-settings.ts'
import { type FindFaults, schemaCompiler } from './runtime/schema-faults.ts'
import { storeFaults } from './config/store-settings.ts'

/** The input of `createConfig`: the fields of the configuration file, and those that flags and environment set. */
export interface ConfigInput extends Omit<ConfigFile, 'cluster'> {
  /** Seen from `baseDir`. @default 'waybill-data' */
  readonly dataDir?: string | undefined
  /** @default one a core */
  readonly threads?: number | undefined
  /** Lets every request of this machine in, without a token, and adds the channel `sandbox`. @default false */
  readonly dev?: boolean | undefined
  /** Every channel is paused at the start. @default false */
  readonly paused?: boolean | undefined
  /** Required unless `dev` is true. */
  readonly adminToken?: string | undefined
  /** Keys that seal stored secrets, newest first: 32 bytes each in base64. @default those of `keyRingFile` */
  readonly keyRing?: string | undefined
  /** A file with such keys that only this user can read, seen from `baseDir`. @default `key-ring` in `dataDir`, made at the first start */
  readonly keyRingFile?: string | undefined
  /** For whoever listens with it. @default '127.0.0.1' */
  readonly host?: string | undefined
  /** For whoever listens with it; 0: a free one. @default 8080 */
  readonly port?: number | undefined
  /**
   * Whether metrics are counted, where they are read without a token beside `/metrics`, and whether the counters of items have the label `subscription`.
   * @default counted, no port of its own, no such label
   */
  readonly metrics?:
    | {
        readonly counted?: boolean
        readonly port?: number | null
        readonly host?: string
        readonly subscriptionLabel?: boolean
      }
    | undefined
  /** Where spans go (the URL of a collector, OTLP over HTTP) and the share of calls with one. @default nowhere, 0.01, `waybill-server` */
  readonly traces?: Partial<TraceSettings> | undefined
  /** Where relative paths begin: `dataDir` and the modules of channels. @default the working directory */
  readonly baseDir?: string | undefined
}

/** Of `inputSchema`; made when it is first asked, in some 100 ms. */
let findFaults: FindFaults | null = null

const text = { type: 'string', minLength: 1, maxLength: 4096 }
const wholeNumber = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum })
const inputSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...configProperties,
    dataDir: text,
    threads: wholeNumber(1, MAX_THREADS),
    dev: { type: 'boolean' },
    paused: { type: 'boolean' },
    adminToken: {}, // looked at below: no message may repeat it
    keyRing: {}, // as adminToken
    keyRingFile: text,
    host: text,
    port: wholeNumber(0, MAX_PORT),
    metrics: {
      type: 'object',
      additionalProperties: false,
      properties: {
        counted: { type: 'boolean' },
        port: { anyOf: [wholeNumber(0, MAX_PORT), { type: 'null' }] },
        host: text,
        subscriptionLabel: { type: 'boolean' },
      },
    },
    traces: {
      type: 'object',
      additionalProperties: false,
      properties: {
        url: { anyOf: [text, { type: 'null' }] },
        ratio: { type: 'number', minimum: 0, maximum: 1 },
        serviceName: text,
      },
    },
    baseDir: text,
  },
}

/**
 * Makes the configuration that `createServer` and `waybillPlugin` take, checked and complete as that of the command is. Reads neither
 * the environment nor a file; a member that is `undefined` counts as absent.
 * @throws ConfigError names each faulty field by its JSON Pointer
 */
export function createConfig(input: ConfigInput = {}): Config {
  const given = withoutUndefined(input) as ConfigInput
  findFaults ??= schemaCompiler()(inputSchema)
  refuse(findFaults(given))
  const {
    store = 'disk',
    databaseUrl = null,
    dev = false,
    paused = false,
    host = DEFAULT_HOST,
    port = DEFAULT_PORT,
  } = given
  const { threads = availableParallelism(), adminToken = null, keyRing = null } = given
  const folder = resolve(given.baseDir ?? '.')
  const dataDir = resolve(folder, given.dataDir ?? DEFAULT_DATA_DIR)
  const metrics = { counted: true, port: null, host: DEFAULT_HOST, ...given.metrics }
  const traces = { url: null, ratio: DEFAULT_TRACE_RATIO, serviceName: DEFAULT_SERVICE_NAME, ...given.traces }
  const keyRingFile = given.keyRingFile === undefined ? null : resolve(folder, given.keyRingFile)
  const places = { store, databaseUrl, dataDir, host, port, keyRing, keyRingFile }
  const settings = { ...places, dev, paused, threads, adminToken, metrics, traces }
  refuse([...settingFaults(settings), ...faultsOfStore(given, { store, databaseUrl })])
  const file = completeFile(given, { base: { folder, name: 'baseDir' }, refuse })
  return {
    ...settings,
    configFile: null,
    ...file,
    store,
    databaseUrl,
    cluster: null,
    dashboard: file.dashboard ?? defaultDashboard(dev),
  }
}

function settingFaults({
  adminToken,
  dev,
  host,
  dataDir,
  keyRing,
  keyRingFile,
  traces,
}: Omit<Config, keyof FileConfig | 'configFile'>): ConfigFault[] {
  const faults: ConfigFault[] = []
  if (adminToken === null) {
    if (!dev) faults.push({ pointer: '/adminToken', detail: 'must be set unless dev is true: it is missing' })
  } else if (!isAdminToken(adminToken)) {
    faults.push({ pointer: '/adminToken', detail: `must be ${ADMIN_TOKEN_RULE}: it is not` })
  }
  if (dev && !isLoopbackAddress(host)) {
    const detail = `must be localhost or a loopback address while dev is true: it is ${host}`
    faults.push({ pointer: '/host', detail })
  }
  const urlFault = traces.url === null ? null : traceUrlFault(traces.url)
  if (urlFault !== null) faults.push({ pointer: '/traces/url', detail: urlFault })
  const ringFault = keyRing === null ? null : keyRingFile !== null ? 'keyRingFile is set, too' : keyRingFault(keyRing)
  if (ringFault !== null) faults.push({ pointer: '/keyRing', detail: `must hold keys: ${ringFault}` })
  const fault = folderFault(dataDir)
  if (fault !== null) faults.push({ pointer: '/dataDir', detail: `must be a folder: ${dataDir} ${fault}` })
  return faults
}

function faultsOfStore(
  { limits }: ConfigInput,
  { store, databaseUrl }: Pick<Config, 'store' | 'databaseUrl'>,
): ConfigFault[] {
  const pointers = { databaseUrl: '/databaseUrl', maxDataBytes: '/limits/maxDataBytes' }
  const faults = storeFaults({ store, databaseUrl, maxDataBytes: limits?.maxDataBytes ?? null })
  return faults.map(({ setting, detail }) => ({ pointer: pointers[setting], detail }))
}

function refuse(faults: readonly ConfigFault[]): void {
  if (faults.length === 0) return
  const lines = faults
    .slice(0, MAX_CONFIG_FAULTS)
    .map(({ pointer, detail }) => `Cannot create the configuration as ${pointer === '' ? 'it' : pointer} ${detail}`)
  if (faults.length > MAX_CONFIG_FAULTS) lines.push(`... and ${faults.length - MAX_CONFIG_FAULTS} more`)
  throw new ConfigError(lines.join('\n'))
}

/** A copy, which no later change of the input reaches. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([name, member]) => [name, withoutUndefined(member)]))
}
