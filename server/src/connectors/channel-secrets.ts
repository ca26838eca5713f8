import type { ChannelConfig, ConnectorConfig, Credentials, PayloadConfig } from '../model/channel.ts'
import { plainPayloadUrl, urlSecrets } from '@waybill/spec/rules'
import { basicCredentials } from './credentials.ts'
import { SecretMask } from './secret-mask.ts'

/** Headers whose values are public by definition. */
export const PUBLIC_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'user-agent',
])
/** Access tokens of the same credentials that are hidden at once: a late answer may echo one before the last. */
const MAX_TOKENS = 8

interface Masked {
  readonly mask: SecretMask
  /** Headers of calls that had an access token, the last one first. */
  readonly authorizations: readonly string[]
}

/** The masks of a channel's calls, or of its requests for payloads: they hide what a call sends, so that an answer that echoes it brings no secret into the store. */
export class ChannelSecrets {
  readonly #own: readonly string[]
  readonly #withoutCredentials: SecretMask
  readonly #masks = new Map<Credentials, Masked>()

  constructor(config: ConnectorConfig | PayloadConfig) {
    this.#own = 'resolveUrl' in config ? payloadSecrets(config) : connectorSecrets(config)
    this.#withoutCredentials = new SecretMask(this.#own)
  }

  /** @param authorization header that an access token made; null when there is none yet, or none is needed */
  maskFor(credentials: Credentials | null, authorization: string | null): SecretMask {
    if (credentials === null) return this.#withoutCredentials
    const present = this.#masks.get(credentials)
    const seen = present?.authorizations ?? []
    if (present !== undefined && (authorization === null || authorization === seen[0])) return present.mask
    const others = seen.filter((one) => one !== authorization)
    const authorizations = (authorization === null ? others : [authorization, ...others]).slice(0, MAX_TOKENS)
    const secrets = [...this.#own, ...credentialSecrets(credentials), ...authorizations.flatMap(headerSecrets)]
    const mask = new SecretMask(secrets)
    this.#masks.set(credentials, { mask, authorizations })
    return mask
  }
}

/** Every secret of a channel's configuration. */
export function channelSecrets({ connector, credentials, payload }: ChannelConfig): string[] {
  const all = [...Object.values(credentials), ...Object.values(payload?.credentials ?? {})].filter(
    (one) => one !== null,
  )
  const own = [...connectorSecrets(connector), ...(payload === null ? [] : payloadSecrets(payload))]
  return [...own, ...all.flatMap(credentialSecrets)]
}

function connectorSecrets(connector: ConnectorConfig): string[] {
  if (connector.type !== 'http') return []
  return requestSecrets(connector.url, connector.headers)
}

function payloadSecrets({ resolveUrl, headers }: PayloadConfig): string[] {
  return requestSecrets(plainPayloadUrl(resolveUrl), headers)
}

function requestSecrets(url: string, headers: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(headers).filter(([name]) => !PUBLIC_HEADERS.has(name.toLowerCase()))
  return [...values.flatMap(([, value]) => headerSecrets(value)), ...urlSecrets(url)]
}

/** A part of a header that is shorter is a setting (`lang=en`), and may be a common word. */
const MIN_PART_LENGTH = 8

/** Returns a value and its parts, each of which an answer may show alone: the credentials after its scheme, a password in it, values of cookies and parameters. */
function headerSecrets(value: string): string[] {
  const [, scheme = '', rest] = /^(basic|bearer|token|apikey) +(.+)$/i.exec(value) ?? []
  const values = [...value.matchAll(/=\s*"?([^\s;,"]+)/g)].map(([, part]) => part!)
  const secrets = [value, ...values.filter(({ length }) => length >= MIN_PART_LENGTH)]
  if (rest === undefined) return secrets
  const [, password = ''] = scheme.toLowerCase() === 'basic' ? (/:(.+)$/s.exec(decoded(rest)) ?? []) : []
  return [...secrets, rest, ...(password === '' ? [] : [password])]
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString()
}

/** Returns the secrets of credentials, in the forms in which they are sent. */
export function credentialSecrets(credentials: Credentials): string[] {
  switch (credentials.type) {
    case 'bearer':
      return [credentials.token]
    case 'basic':
      return [credentials.password, basicCredentials(credentials.username, credentials.password)]
    case 'header':
      return headerSecrets(credentials.value)
    case 'hmac':
      return [credentials.secret]
    case 'oauth2_client_credentials': {
      const { clientId, clientSecret, tokenUrl } = credentials
      const basic = basicCredentials(formEncoded(clientId), formEncoded(clientSecret))
      return [clientSecret, basic, ...urlSecrets(tokenUrl)]
    }
  }
}

/** As client ids and secrets are encoded before they become `Basic` credentials (RFC 6749, section 2.3.1). */
function formEncoded(text: string): string {
  return encodeURIComponent(text)
    .replace(/[-_.!~*'()]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}
