import type { ChannelConfig, PrivateAddressPolicy } from './channel.ts'

export interface OutboundRules {
  readonly outbound: { readonly allowPrivateAddresses: PrivateAddressPolicy }
  /** All channels may call private addresses. */
  readonly dev: boolean
}

/** Why a channel from this origin may not set `allowPrivateAddresses`, as the end of a sentence; null: it may. */
export function privateAddressRefusal(origin: 'file' | 'api', { outbound, dev }: OutboundRules): string | null {
  const { allowPrivateAddresses: policy } = outbound
  if (dev || policy === 'allowed' || (policy === 'file-only' && origin === 'file')) return null
  const whose =
    policy === 'never' ? 'this server allows no private addresses' : 'only the configuration file may allow them'
  return `must be false: ${whose} (outbound.allowPrivateAddresses is ${policy})`
}

/** A channel without a permission that it may not have: it was given before the operator forbade it. */
export function withinRules(config: ChannelConfig, origin: 'file' | 'api', rules: OutboundRules): ChannelConfig {
  if (!mayCallPrivate(config) || privateAddressRefusal(origin, rules) === null) return config
  const { connector, payload } = config
  return {
    ...config,
    connector: connector.type === 'http' ? { ...connector, allowPrivateAddresses: false } : connector,
    payload: payload?.allowPrivateAddresses === true ? { ...payload, allowPrivateAddresses: false } : payload,
  }
}

function mayCallPrivate({ connector, payload }: ChannelConfig): boolean {
  return (connector.type === 'http' && connector.allowPrivateAddresses) || payload?.allowPrivateAddresses === true
}
