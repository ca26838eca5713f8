import type { ChannelConfig as ChannelRequest } from '@waybill/spec'
import { type CallerChannel, type Channel, isForCallers } from '../limits/channel-registry.ts'
import type { ChannelConfig } from '../model/channel.ts'
import { connectorFaults } from '../connectors/connector-faults.ts'
import { type ChannelFault, channelFaults, type ChannelInput, completeChannel } from '../model/complete-channel.ts'
import { ProblemError, type ProblemPlace } from '../model/errors.ts'
import { privateAddressRefusal } from '../model/outbound-policy.ts'
import { hasMaskedValue, MASKED, plainPayloadUrl, unmaskUrl, escapedToken } from '@waybill/spec/rules'
import type { ChannelSettings } from '../store/channel-store.ts'
import type { HttpPorts } from './http-ports.ts'

/*
 * The settings of a channel that HTTP may change, and the part of them that is stored.
 */

/** @throws ProblemError `channel_not_found` */
export function foundChannel(ports: Pick<HttpPorts, 'channels'>, name: string): CallerChannel {
  const channel = ports.channels.get(name)
  if (channel !== undefined && isForCallers(channel)) return channel
  throw new ProblemError({
    code: 'channel_not_found',
    detail: `Cannot find channel ${name} as there is none of this name`,
  })
}

/** @throws ProblemError `channel_not_settable` for a channel that was not made over the API */
export function requireSettable(channel: Channel): void {
  if (channel.origin === 'api') return
  const where = channel.origin === 'file' ? 'stands in the configuration file' : 'is built in'
  throw new ProblemError({
    code: 'channel_not_settable',
    detail: `Cannot change channel ${channel.name} over HTTP as it must have been made over HTTP: it ${where}`,
  })
}

/** Checks the body before its schema, which would report only that the type is wrong. @throws ProblemError `module_not_settable` */
export function refuseModule(body: unknown): void {
  const connector = (body as { connector?: { type?: unknown } | null } | null)?.connector
  if (connector?.type !== 'module') return
  const detail = 'must be http: a module is code that runs in the server and stands in its configuration file'
  throw new ProblemError({
    code: 'module_not_settable',
    detail: `Cannot set the channel as its connector's type ${detail}`,
    errors: [{ pointer: '/connector/type', detail }],
    errorCount: 1,
  })
}

/** Returns the complete configuration that a request sets. @throws ProblemError `bad_request` */
export async function requestedConfig(
  request: ChannelRequest,
  options: { present: Channel | undefined; ports: Pick<HttpPorts, 'channelReads' | 'config'> },
): Promise<ChannelConfig> {
  const { present, ports } = options
  const { url, ...connector } = unmasked(request.connector.url, request.connector.headers, connectorSecrets(present))
  const config = completeChannel({
    ...request,
    connector: { ...request.connector, url, headers: connector.headers },
    credentials: connector.credentials,
    payload: request.payload == null ? null : requestedPayload(request.payload, present),
  })
  const faults = [...channelFaults(config), ...connectorFaults(config)]
  const called = { url, allowed: request.connector.allowPrivateAddresses === true }
  faults.push(...(await addressFaults(called, { at: '/connector', name: 'url', isSound: faults.length === 0, ports })))
  if (config.payload !== null) {
    const { resolveUrl, allowPrivateAddresses: allowed } = config.payload
    const asked = { url: plainPayloadUrl(resolveUrl), allowed }
    const isSound = faults.length === 0
    faults.push(...(await addressFaults(asked, { at: '/payload', name: 'resolveUrl', isSound, ports })))
  }
  refuse(faults)
  return config
}

function requestedPayload(
  payload: NonNullable<ChannelRequest['payload']>,
  present: Channel | undefined,
): NonNullable<ChannelInput['payload']> {
  const { url, headers, credentials } = unmasked(payload.resolveUrl, payload.headers, payloadSecrets(present))
  return { ...payload, resolveUrl: url, headers, credentials }
}

/** Returns the fault of an address that the channel may not call. @param where.isSound nothing else is wrong, so that a name is worth looking up */
async function addressFaults(
  { url, allowed }: { readonly url: string; readonly allowed: boolean },
  where: {
    readonly at: string
    readonly name: string
    readonly isSound: boolean
    readonly ports: Pick<HttpPorts, 'channelReads' | 'config'>
  },
): Promise<ChannelFault[]> {
  const { at, name, isSound, ports } = where
  if (allowed) {
    const refusal = privateAddressRefusal('api', ports.config)
    return refusal === null ? [] : [{ pointer: `${at}/allowPrivateAddresses`, detail: refusal }]
  }
  if (!isSound || ports.config.dev) return []
  const refusal = await ports.channelReads.refusalOf(new URL(url))
  return refusal === null ? [] : [{ pointer: `${at}/${name}`, detail: refusal }]
}

/** Returns the stored settings of a channel: the configuration only if it was made over the API, the pause mark for all. */
export function storedChannel(channel: Channel, paused: boolean): ChannelSettings {
  return { name: channel.name, config: channel.origin === 'api' ? channel.own : null, paused }
}

/** A URL with secrets of a channel that is stored. */
interface StoredSecrets {
  /** Where the URL stands in the channel; JSON Pointers. */
  readonly urlAt: string
  readonly headersAt: string
  /** Null: there is none. */
  readonly stored: {
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly credentials: ChannelConfig['credentials']
  } | null
}

function connectorSecrets(present: Channel | undefined): StoredSecrets {
  const at = { urlAt: '/connector/url', headersAt: '/connector/headers' }
  const { connector, credentials } = present?.own ?? {}
  return { ...at, stored: connector?.type === 'http' ? { ...connector, credentials: credentials ?? {} } : null }
}

function payloadSecrets(present: Channel | undefined): StoredSecrets {
  const at = { urlAt: '/payload/resolveUrl', headersAt: '/payload/headers' }
  const payload = present?.own.payload ?? null
  return { ...at, stored: payload === null ? null : { ...payload, url: payload.resolveUrl } }
}

/**
 * Puts stored secrets in place of the masked values of a request. They belong to the origin that they were set for: a URL that leads elsewhere
 * keeps none of them.
 * @throws ProblemError `bad_request` for a masked value that stands for none
 */
function unmasked(
  url: string,
  headers: Readonly<Record<string, string>> | undefined,
  { urlAt, headersAt, stored }: StoredSecrets,
): NonNullable<StoredSecrets['stored']> {
  const origin = stored === null ? null : originOf(stored.url)
  const kept = stored !== null && originOf(url) === origin ? stored : null
  const refusal =
    stored === null || kept !== null
      ? `must be a value: there is none stored that ${MASKED} could keep`
      : `must be a value: ${MASKED} keeps the stored one only while the origin of ${urlAt.split('/').pop()!} is ${origin}`
  return {
    url: unmaskedUrl(url, kept?.url ?? null, { pointer: urlAt, detail: `${refusal} (in its path or query)` }),
    headers: unmaskedHeaders(headers ?? {}, kept?.headers ?? {}, { pointer: headersAt, detail: refusal }),
    credentials: kept?.credentials ?? {},
  }
}

function originOf(url: string): string | null {
  const plain = plainPayloadUrl(url)
  return URL.canParse(plain) ? new URL(plain).origin : null
}

/** A masked value stands for the one that is stored. */
function unmaskedHeaders(
  headers: Readonly<Record<string, string>>,
  stored: Readonly<Record<string, string>>,
  { pointer, detail }: ChannelFault,
): Record<string, string> {
  const faults: ProblemPlace[] = []
  const entries = Object.entries(headers).map(([name, value]) => {
    if (value !== MASKED) return [name, value] as const
    if (!Object.hasOwn(stored, name)) faults.push({ pointer: `${pointer}/${escapedToken(name)}`, detail })
    return [name, stored[name] ?? ''] as const
  })
  refuse(faults)
  return Object.fromEntries(entries)
}

function unmaskedUrl(url: string, stored: string | null, fault: ChannelFault): string {
  if (!hasMaskedValue(url)) return url
  const whole = stored === null ? null : unmaskUrl(url, stored)
  if (whole === null) refuse([fault])
  return whole ?? url
}

function refuse(faults: readonly ProblemPlace[]): void {
  const first = faults[0]
  if (first === undefined) return
  throw new ProblemError({
    code: 'bad_request',
    detail: `Cannot set the channel as ${first.pointer} ${first.detail}`,
    errors: faults,
    errorCount: faults.length,
  })
}
