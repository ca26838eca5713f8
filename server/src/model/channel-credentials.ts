import { plainPayloadUrl } from '@waybill/spec/rules'
import { type ChannelConfig, type Credentials, type CredentialsBySubscription, SHARED_CREDENTIALS } from './channel.ts'

/** The calls that credentials are for: those of the connector, or those that resolve payloads. */
export type CredentialsTarget = 'connector' | 'payload'

/** Names credentials of a channel: there are at most one of a subscription for each target. */
export interface CredentialsKey {
  readonly channel: string
  /** `*`: of every subscription that has none of its own. */
  readonly subscription: string
  readonly target: CredentialsTarget
}

/** Credentials that were set over the API. */
export interface StoredCredentials extends CredentialsKey {
  /** Of the URL that they were set for: they are sent nowhere else. Null: the connector has no URL. */
  readonly origin: string | null
  readonly credentials: Credentials
  readonly updatedAtMs: number
}

/** The origin that a channel's calls lead to; null: its connector has no URL, undefined: there are no such calls. */
export function originOf({ connector, payload }: ChannelConfig, target: CredentialsTarget): string | null | undefined {
  if (target === 'payload') return payload === null ? undefined : new URL(plainPayloadUrl(payload.resolveUrl)).origin
  return connector.type === 'http' ? new URL(connector.url).origin : null
}

/** Whether a channel leads where these credentials belong. */
export function isInUse(
  config: ChannelConfig,
  { origin, target }: Pick<StoredCredentials, 'origin' | 'target'>,
): boolean {
  return originOf(config, target) === origin
}

/**
 * Returns a configuration with the stored credentials that belong to where it leads, over its own. A subscription whose own lead elsewhere has none there,
 * not even those that all share: it was decided that it acts as itself.
 */
export function withCredentials(config: ChannelConfig, stored: Iterable<StoredCredentials>): ChannelConfig {
  const all = [...stored]
  if (all.length === 0) return config
  const over = (own: CredentialsBySubscription, target: CredentialsTarget): CredentialsBySubscription => {
    const ofTarget = all.filter((one) => one.target === target)
    const unused = ofTarget.filter((one) => one.subscription !== SHARED_CREDENTIALS && !isInUse(config, one))
    return Object.fromEntries([
      ...unused.map((one) => [one.subscription, null] as const),
      ...Object.entries(own),
      ...ofTarget.filter((one) => isInUse(config, one)).map((one) => [one.subscription, one.credentials] as const),
    ])
  }
  const { credentials, payload } = config
  return {
    ...config,
    credentials: over(credentials, 'connector'),
    payload: payload && { ...payload, credentials: over(payload.credentials, 'payload') },
  }
}
