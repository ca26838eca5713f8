import { createHmac } from 'node:crypto'
import { dirname, relative } from 'node:path'
import type { ChannelConfig } from '../model/channel.ts'
import { clusterKey } from './peer-tokens.ts'

/** Settings that differ from server to server: where it listens, and what its machine has. */
const OF_ONE_SERVER: ReadonlySet<string> = new Set([
  ...[
    'host',
    'port',
    'dataDir',
    'configFile',
    'keyRing',
    'keyRingFile',
    'threads',
    'tls',
    'databaseUrl',
    'metrics',
    'traces',
  ],
  'cluster',
])

/** The part of a configuration that its hash depends on. */
interface HashedConfig {
  readonly channels: Readonly<Record<string, ChannelConfig>>
  readonly configFile: string | null
  readonly cluster: { readonly secret: string; readonly leaseSeconds: number }
}

/**
 * Returns a hash of what must be equal on all servers of a cluster, also of secrets: it is an HMAC with a key of the cluster's secret, so that
 * whoever reads it learns nothing of them.
 * @param keyIds of the key ring, newest first
 */
export function configHash(config: HashedConfig, keyIds: readonly string[]): string {
  const { channels, configFile, cluster } = config
  const folder = configFile === null ? null : dirname(configFile)
  const hashed: Record<string, unknown> = { keyIds, leaseSeconds: cluster.leaseSeconds }
  for (const [name, value] of Object.entries(config)) if (!OF_ONE_SERVER.has(name)) hashed[name] = value
  // A module has the same place beside the file on every machine.
  hashed['channels'] = Object.entries(channels).map(([name, channel]) => {
    const { connector } = channel
    if (connector.type !== 'module' || folder === null) return [name, channel]
    return [name, { ...channel, connector: { ...connector, path: relative(folder, connector.path) } }]
  })
  const text = JSON.stringify(hashed, sorted)
  return createHmac('sha256', clusterKey(cluster.secret, 'config hash 1')).update(text).digest('hex').slice(0, 32)
}

/** Members of an object in the order of their names. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}
