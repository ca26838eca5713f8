import type { WebhookEndpointId } from '../model/ids.ts'
import type { JobWebhooksRecord } from '../model/job-webhook-origins.ts'
import type { WebhookEndpointRecord } from '../model/webhook-endpoint.ts'
import { MASKED, maskUrl } from '@waybill/spec/rules'
import type { ChannelConfig, PayloadConfig } from '../model/channel.ts'
import type { CredentialsKey, StoredCredentials } from '../model/channel-credentials.ts'
import type { KeyRing } from '../secrets/key-ring.ts'

/*
 * The secrets of channels as stores keep them: sealed, each for its place alone, beside what may be read by everybody who has the files.
 */

export type SecretBox = Pick<KeyRing, 'seal' | 'open'>

/** A channel's configuration without its secrets, and these. */
export interface SealedConfig {
  /** Secrets read `***`, credentials are missing. */
  readonly config: ChannelConfig
  readonly secrets: string
}

/** Takes the secrets out of a channel's configuration: its URLs whole, header values, credentials. */
export function sealConfig(name: string, config: ChannelConfig, box: SecretBox): SealedConfig {
  const { connector, payload, credentials } = config
  const secrets: ConfigSecrets = {
    ...(connector.type === 'http' && { url: connector.url, headers: connector.headers }),
    credentials,
    payload: payload && { url: payload.resolveUrl, headers: payload.headers, credentials: payload.credentials },
  }
  return {
    config: {
      ...config,
      connector:
        connector.type === 'http'
          ? { ...connector, url: maskUrl(connector.url), headers: masked(connector.headers) }
          : connector,
      credentials: {},
      payload: payload && withoutSecrets(payload),
    },
    secrets: box.seal(JSON.stringify(secrets), contextOfChannel(name)),
  }
}

/** Puts the secrets back. @throws SecretError */
export function openConfig(name: string, { config, secrets }: SealedConfig, box: SecretBox): ChannelConfig {
  const { url, headers, credentials, payload } = JSON.parse(box.open(secrets, contextOfChannel(name))) as ConfigSecrets
  const { connector } = config
  return {
    ...config,
    connector:
      connector.type === 'http' && url !== undefined ? { ...connector, url, headers: headers ?? {} } : connector,
    credentials,
    payload:
      config.payload && payload
        ? { ...config.payload, resolveUrl: payload.url, headers: payload.headers, credentials: payload.credentials }
        : config.payload,
  }
}

/** Stored credentials that have not been opened. */
export interface SealedCredentials extends CredentialsKey {
  readonly updatedAtMs: number
  readonly sealed: string
}

export function sealCredentials(stored: StoredCredentials, box: SecretBox): SealedCredentials {
  const { channel, subscription, target, updatedAtMs, origin, credentials } = stored
  const key = { channel, subscription, target }
  return { ...key, updatedAtMs, sealed: box.seal(JSON.stringify({ origin, credentials }), contextOfCredentials(key)) }
}

/** @throws SecretError */
export function openCredentials(
  key: CredentialsKey,
  sealed: string,
  box: SecretBox,
): Pick<StoredCredentials, 'origin' | 'credentials'> {
  return JSON.parse(box.open(sealed, contextOfCredentials(key))) as Pick<StoredCredentials, 'origin' | 'credentials'>
}

interface ConfigSecrets {
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly credentials: ChannelConfig['credentials']
  readonly payload: {
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly credentials: ChannelConfig['credentials']
  } | null
}

function contextOfChannel(name: string): string {
  return `channel/${name}`
}

function contextOfCredentials({ channel, subscription, target }: CredentialsKey): string {
  return `channel/${channel}/${target}/${subscription}`
}

function withoutSecrets(payload: PayloadConfig): PayloadConfig {
  return {
    ...payload,
    resolveUrl: maskUrl(payload.resolveUrl),
    headers: masked(payload.headers),
    credentials: {},
  }
}

function masked(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, MASKED]))
}

/** An endpoint as it is stored: its URL may have a token in it. */
export function sealEndpoint(endpoint: WebhookEndpointRecord, keyRing: Pick<KeyRing, 'seal'>): WebhookEndpointRecord {
  return { ...endpoint, url: keyRing.seal(endpoint.url, endpointUrlContext(endpoint.id)) }
}

/** Seals the settings of webhooks of jobs as they are stored. */
export function sealJobWebhooks(webhooks: JobWebhooksRecord, keyRing: Pick<KeyRing, 'seal'>): JobWebhooksRecord {
  return { ...webhooks, urlKey: keyRing.seal(webhooks.urlKey, urlKeyContext(webhooks.subscription)) }
}

export function urlKeyContext(subscription: string): string {
  return `job-webhooks/${subscription}/urls`
}

export function endpointUrlContext(id: WebhookEndpointId): string {
  return `webhook-endpoint/${id}/url`
}
