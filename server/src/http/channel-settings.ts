import type { ChannelConfig as ChannelRequest } from '@waybill/spec'
import type { Channel } from '../limits/channel-registry.ts'
import type { ChannelConfig, HttpConnectorConfig } from '../model/channel.ts'
import { connectorFaults } from '../connectors/connector-faults.ts'
import { channelFaults, completeChannel } from '../model/complete-channel.ts'
import { escapedToken } from '../model/json-walker.ts'
import { ProblemError, type ProblemPlace } from '../model/errors.ts'
import { privateAddressRefusal } from '../model/outbound-policy.ts'
import { hasMaskedValue, MASKED, unmaskUrl } from '@waybill/spec/rules'
import type { ChannelSettings } from '../store/channel-store.ts'
import type { HttpPorts } from './http-ports.ts'

/*
 * The settings of a channel that HTTP may change, and the part of them that is stored.
 */

/** @throws ProblemError `channel_not_found` */
export function foundChannel(ports: Pick<HttpPorts, 'channels'>, name: string): Channel {
  const channel = ports.channels.get(name)
  if (channel !== undefined) return channel
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
  const kept = keptSecrets(request.connector.url, present)
  const url = unmaskedUrl(request.connector.url, kept)
  const connector = { ...request.connector, url, headers: unmaskedHeaders(request.connector.headers ?? {}, kept) }
  const config = completeChannel({ ...request, connector, credentials: kept.credentials })
  const faults = [...channelFaults(config), ...connectorFaults(config)]
  if (connector.allowPrivateAddresses === true) {
    const refusal = privateAddressRefusal('api', ports.config)
    if (refusal !== null) faults.push({ pointer: '/connector/allowPrivateAddresses', detail: refusal })
  } else if (faults.length === 0 && !ports.config.dev) {
    const refusal = await ports.channelReads.refusalOf(new URL(connector.url))
    if (refusal !== null) faults.push({ pointer: '/connector/url', detail: refusal })
  }
  refuse(faults)
  return config
}

/** Returns the stored settings of a channel: the configuration only if it was made over the API, the pause mark for all. */
export function storedChannel(channel: Channel, paused: boolean): ChannelSettings {
  return { name: channel.name, config: channel.origin === 'api' ? channel.config : null, paused }
}

/** Stored secrets of a channel that a request may keep without knowing them. */
interface KeptSecrets {
  /** Null: there is none, or it belongs to another origin. */
  readonly connector: HttpConnectorConfig | null
  readonly credentials: ChannelConfig['credentials']
  /** Why nothing can be kept, as the end of a sentence. */
  readonly refusal: string
}

/** Stored secrets belong to the origin that they were set for: a channel that leads elsewhere keeps none of them. */
function keptSecrets(url: string, present: Channel | undefined): KeptSecrets {
  const stored = present?.config.connector
  if (stored?.type !== 'http') {
    return {
      connector: null,
      credentials: {},
      refusal: `must be a value: there is none stored that ${MASKED} could keep`,
    }
  }
  const { origin } = new URL(stored.url)
  if (URL.canParse(url) && new URL(url).origin === origin) {
    return {
      connector: stored,
      credentials: present!.config.credentials,
      refusal: `must be a value: there is none stored that ${MASKED} could keep`,
    }
  }
  const refusal = `must be a value: ${MASKED} keeps the stored one only while the origin of url is ${origin}`
  return { connector: null, credentials: {}, refusal }
}

/** A masked value stands for the one that is stored. */
function unmaskedHeaders(headers: Readonly<Record<string, string>>, kept: KeptSecrets): Record<string, string> {
  const stored = kept.connector?.headers ?? {}
  const faults: ProblemPlace[] = []
  const entries = Object.entries(headers).map(([name, value]) => {
    if (value !== MASKED) return [name, value] as const
    if (!Object.hasOwn(stored, name)) {
      faults.push({
        pointer: `/connector/headers/${escapedToken(name)}`,
        detail: kept.refusal,
      })
    }
    return [name, stored[name] ?? ''] as const
  })
  refuse(faults)
  return Object.fromEntries(entries)
}

function unmaskedUrl(url: string, kept: KeptSecrets): string {
  if (!hasMaskedValue(url)) return url
  const unmasked = kept.connector === null ? null : unmaskUrl(url, kept.connector.url)
  if (unmasked === null) refuse([{ pointer: '/connector/url', detail: `${kept.refusal} (in its path or query)` }])
  return unmasked ?? url
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
