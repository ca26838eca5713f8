import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ChannelConfig, PrivateAddressPolicy } from '../model/channel.ts'
import { connectorFaults } from '../connectors/connector-faults.ts'
import { channelFaults, type ChannelInput, completeChannel } from '../model/complete-channel.ts'
import type { EgressProxy } from '../model/egress.ts'
import type { DashboardMode } from '../model/dashboard-mode.ts'
import { MAX_PENDING_ITEMS } from '../model/limits.ts'
import { completeSubscription, type SubscriptionLimits } from '../model/subscription.ts'
import type { ConfigFile } from './config-schema.ts'
import type { StoreKind } from './store-settings.ts'
import { clusterFile, type ClusterInput } from './cluster-settings.ts'
import { egressProxyFaults, readEgressProxy } from './egress-proxy.ts'
import { networkFaults, type NetworkSettings, networkSettings } from './network-settings.ts'

/** The settings of a configuration file, with all defaults. */
export interface FileConfig extends NetworkSettings {
  readonly channels: Readonly<Record<string, ChannelConfig>>
  readonly cors: { readonly origins: readonly string[] }
  readonly outbound: {
    readonly allowPrivateAddresses: PrivateAddressPolicy
    /** Connections of channels go through it; null: directly. */
    readonly proxy: EgressProxy | null
  }
  readonly audit: { readonly retainForDays: number }
  /** Null: not set. */
  readonly dashboard: DashboardMode | null
  readonly subscriptionLabel: boolean
  readonly store: StoreKind | null
  readonly databaseUrl: string | null
  /** Null: not set. */
  readonly cluster: ClusterInput | null
  readonly limits: { readonly maxPendingItems: number; readonly maxDataBytes: number | null }
  readonly subscriptions: Readonly<Record<string, SubscriptionLimits>>
}

/** A fault of a configuration: where (JSON Pointer), and what is required. */
export interface ConfigFault {
  readonly pointer: string
  readonly detail: string
}

/** At most this many faults are reported at once: fixing the first ones often fixes the rest. */
export const MAX_CONFIG_FAULTS = 10

/** A quarter: incidents are looked into weeks later. */
const DEFAULT_AUDIT_DAYS = 90

/** Where the paths of modules begin, and what a message calls that. */
export interface PathBase {
  readonly folder: string
  readonly name: string
}

/**
 * Fills in the defaults, and checks what one field demands of another.
 * @param value valid by `configSchema`
 * @param refuse throws if there are faults
 */
export function completeFile(
  value: ConfigFile,
  { base, refuse }: { readonly base: PathBase; readonly refuse: (faults: readonly ConfigFault[]) => void },
): FileConfig {
  const policy = value.outbound?.allowPrivateAddresses ?? 'file-only'
  const channels: Record<string, ChannelConfig> = {}
  const faults: ConfigFault[] = [...networkFaults(value, base), ...egressProxyFaults(value.outbound?.proxy)]
  for (const [name, input] of Object.entries(value.channels ?? {})) {
    const channel = completeChannel(fromBase(input, base.folder))
    const inChannel = [
      ...channelFaults(channel),
      ...connectorFaults(channel),
      ...moduleFaults(channel, base),
      ...addressFaults(channel, policy),
    ]
    faults.push(...inChannel.map(({ pointer, detail }) => ({ pointer: `/channels/${name}${pointer}`, detail })))
    channels[name] = channel
  }
  refuse(faults)
  return {
    channels,
    cors: { origins: value.cors?.origins ?? [] },
    outbound: { allowPrivateAddresses: policy, proxy: readEgressProxy(value.outbound?.proxy) },
    audit: { retainForDays: value.audit?.retainForDays ?? DEFAULT_AUDIT_DAYS },
    dashboard: value.dashboard ?? null,
    subscriptionLabel: value.metrics?.subscriptionLabel ?? false,
    store: value.store ?? null,
    databaseUrl: value.databaseUrl ?? null,
    cluster: clusterFile(value.cluster, base.folder),
    limits: {
      maxPendingItems: value.limits?.maxPendingItems ?? MAX_PENDING_ITEMS,
      maxDataBytes: value.limits?.maxDataBytes ?? null,
    },
    subscriptions: Object.fromEntries(
      Object.entries(value.subscriptions ?? {}).map(([name, input]) => [name, completeSubscription(input)]),
    ),
    ...networkSettings(value, base),
  }
}

function fromBase(input: ChannelInput, folder: string): ChannelInput {
  const { connector } = input
  if (connector.type !== 'module') return input
  return { ...input, connector: { ...connector, path: resolve(folder, connector.path) } }
}

function moduleFaults({ connector }: ChannelConfig, base: PathBase): ConfigFault[] {
  if (connector.type !== 'module' || existsSync(connector.path)) return []
  return [
    {
      pointer: '/connector/path',
      detail: `must be a file, seen from ${base.name}: there is no ${connector.path}`,
    },
  ]
}

function addressFaults({ connector, payload }: ChannelConfig, policy: PrivateAddressPolicy): ConfigFault[] {
  if (policy !== 'never') return []
  const detail = 'must be false while outbound.allowPrivateAddresses is never: current value is true'
  const ofConnector = connector.type !== 'sandbox' && connector.allowPrivateAddresses ? ['/connector'] : []
  const ofPayload = payload?.allowPrivateAddresses === true ? ['/payload'] : []
  // By default the payload's is the connector's.
  const [first] = [...ofConnector, ...ofPayload]
  return first === undefined ? [] : [{ pointer: `${first}/allowPrivateAddresses`, detail }]
}
