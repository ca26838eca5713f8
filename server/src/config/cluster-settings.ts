import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { StoreKind } from './store-settings.ts'

/** How a server takes part in a cluster, as a configuration file has it. */
export interface ClusterInput {
  readonly address?: string
  readonly listen?: string
  readonly secretFile?: string
  readonly leaseSeconds?: number
}

/** How a server takes part in a cluster of servers on one database. */
export interface ClusterSettings {
  /** Where the other servers reach the peer port of this one: an origin such as `http://10.0.0.5:7071`. */
  readonly address: string
  /** Where the peer port listens; host null: on all addresses of the machine. */
  readonly listen: { readonly host: string | null; readonly port: number }
  /** Equal on all servers; never in a log, an error or the database. */
  readonly secret: string
  /** How long the active server may be silent before another one takes its place. */
  readonly leaseSeconds: number
}

/** Where something is wrong, as a path of names, and the end of a sentence that repeats no secret. */
export interface ClusterFault {
  readonly setting: 'cluster' | 'address' | 'listen' | 'secret' | 'secretFile'
  readonly detail: string
}

/** As long as a SHA-256: whoever records a token of the peer port must not find its secret by trying. */
export const MIN_SECRET_LENGTH = 32
const MAX_SECRET_LENGTH = 4096
/** Two to three beats may be lost before a server that lives is judged dead. */
const DEFAULT_LEASE_SECONDS = 10

export const clusterProperty = {
  type: 'object',
  additionalProperties: false,
  properties: {
    address: { type: 'string', minLength: 1, maxLength: 512 },
    listen: { type: 'string', minLength: 1, maxLength: 512 },
    secretFile: { type: 'string', minLength: 1, maxLength: 4096 },
    leaseSeconds: { type: 'integer', minimum: 1, maximum: 60 },
  },
}

/** @param value valid by `clusterProperty` @param folder where relative paths begin */
export function clusterFile(value: ClusterInput | undefined, folder: string): ClusterInput | null {
  if (value === undefined) return null
  const { secretFile } = value
  return { ...value, ...(secretFile !== undefined && { secretFile: resolve(folder, secretFile) }) }
}

export interface ClusterSource {
  /** Of the configuration file; null: it has none. */
  readonly file: ClusterInput | null
  /** Of a flag or the environment. */
  readonly address: string | undefined
  /** Of the environment. */
  readonly secret: string | undefined
  readonly store: StoreKind
}

/** Completes the settings of a cluster; null: there are none. @param refuse throws */
export function readCluster(
  { file, address: given, secret: ofEnvironment, store }: ClusterSource,
  refuse: (fault: ClusterFault) => never,
): ClusterSettings | null {
  if (file === null && given === undefined) return null
  if (store !== 'postgres')
    return refuse({ setting: 'cluster', detail: `must not be set unless store is postgres: it is ${store}` })
  const address = originOf(given ?? file?.address)
  if (address === null) {
    const detail =
      'must be a URL such as http://10.0.0.5:7071 at which the other servers reach this one, with scheme, host and port alone: it is not'
    return refuse({ setting: 'address', detail })
  }
  const listen = listenOf(file?.listen, address)
  if (listen === null) {
    return refuse({ setting: 'listen', detail: 'must be a host and a port such as 10.0.0.5:7071: it is not' })
  }
  const secret = secretOf(file?.secretFile, ofEnvironment, refuse)
  return { address, listen, secret, leaseSeconds: file?.leaseSeconds ?? DEFAULT_LEASE_SECONDS }
}

/** The origin of a URL that has nothing else, and leads to a host that others can reach. */
function originOf(text: string | undefined): string | null {
  const match = /^http:\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+):(\d{1,5})\/?$/i.exec(text ?? '')
  if (match === null || !URL.canParse(match[0]) || Number(match[2]) === 0) return null
  const { hostname } = new URL(match[0])
  return hostname === '0.0.0.0' || hostname === '[::]' ? null : `http://${hostname}:${Number(match[2])}`
}

function listenOf(text: string | undefined, address: string): ClusterSettings['listen'] | null {
  if (text === undefined) return { host: null, port: Number(/:(\d+)$/.exec(address)![1]) }
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+)):(\d{1,5})$/i.exec(text)
  const port = Number(match?.[3] ?? 0)
  return match === null || port === 0 || port > 65_535 ? null : { host: match[1] ?? match[2]!, port }
}

function secretOf(
  file: string | undefined,
  ofEnvironment: string | undefined,
  refuse: (fault: ClusterFault) => never,
): string {
  const setting = file === undefined ? 'secret' : 'secretFile'
  const text = file === undefined ? (ofEnvironment ?? '') : readSecret(file)
  if (text === null) return refuse({ setting, detail: `must be a file that this user may read: ${file} is none` })
  const secret = text.trim()
  if (secret.length >= MIN_SECRET_LENGTH && secret.length <= MAX_SECRET_LENGTH) return secret
  const detail = `must hold ${MIN_SECRET_LENGTH} to ${MAX_SECRET_LENGTH} characters, the same on all servers: it has ${secret.length}`
  return refuse({ setting, detail })
}

function readSecret(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
