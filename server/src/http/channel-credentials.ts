import type { Credentials, CredentialsEntry } from '@waybill/spec'
import { escapedToken, plainPayloadUrl } from '@waybill/spec/rules'
import { connectorFaults } from '../connectors/connector-faults.ts'
import type { Channel } from '../limits/channel-registry.ts'
import type { ChannelConfig } from '../model/channel.ts'
import { type CredentialsKey, isInUse, originOf, type StoredCredentials } from '../model/channel-credentials.ts'
import { type ChannelFault, channelFaults } from '../model/complete-channel.ts'
import { ProblemError } from '../model/errors.ts'
import type { HttpPorts } from './http-ports.ts'

/*
 * Credentials of channels, as requests set them and answers show them.
 */

/** "credentials of subscription acme for the connector of channel shop-eu", for messages. */
export function describeCredentials({ channel, subscription, target }: CredentialsKey): string {
  return `credentials of subscription ${subscription} for the ${target} of channel ${channel}`
}

/**
 * Checks credentials as those of a channel are, and binds them to where it leads.
 * @throws ProblemError `bad_request`
 */
export async function requestedCredentials(
  request: Credentials,
  {
    channel,
    key,
    ports,
  }: { channel: Channel; key: CredentialsKey; ports: Pick<HttpPorts, 'channelReads' | 'clock' | 'config'> },
): Promise<StoredCredentials> {
  const origin = originOf(channel.own, key.target)
  if (origin === undefined) {
    throw new ProblemError({
      code: 'bad_request',
      detail: `Cannot set ${describeCredentials(key)} as target must be connector while the channel has no payload: it is payload`,
    })
  }
  const faults = faultsOf(request, { config: channel.own, key })
  if (faults.length === 0) faults.push(...(await tokenUrlFaults(request, { config: channel.own, key, ports })))
  const [first] = faults
  if (first !== undefined) {
    throw new ProblemError({
      code: 'bad_request',
      detail: `Cannot set ${describeCredentials(key)} as ${first.pointer} ${first.detail}`,
      errors: faults,
      errorCount: faults.length,
    })
  }
  return { ...key, origin, credentials: request, updatedAtMs: ports.clock.nowMs() }
}

/** Returns the faults that the same credentials would have in the configuration of the channel. */
function faultsOf(
  request: Credentials,
  { config, key }: { readonly config: ChannelConfig; readonly key: CredentialsKey },
): ChannelFault[] {
  const { payload } = config
  const credentials = { [key.subscription]: request }
  const whole: ChannelConfig =
    key.target === 'connector'
      ? { ...config, credentials }
      : { ...config, payload: payload && { ...payload, credentials } }
  const at = `${key.target === 'connector' ? '' : '/payload'}/credentials/${escapedToken(key.subscription)}`
  return [...channelFaults(whole), ...connectorFaults(whole)]
    .filter(({ pointer }) => pointer.startsWith(`${at}/`))
    .map(({ pointer, detail }) => ({ pointer: pointer.slice(at.length), detail }))
}

/** Token endpoints are called as the channel is. */
async function tokenUrlFaults(
  request: Credentials,
  {
    config,
    key,
    ports,
  }: { config: ChannelConfig; key: CredentialsKey; ports: Pick<HttpPorts, 'channelReads' | 'config'> },
): Promise<ChannelFault[]> {
  const { connector, payload } = config
  const caller = key.target === 'payload' ? payload : connector.type === 'sandbox' ? null : connector
  if (request.type !== 'oauth2_client_credentials' || ports.config.dev || caller?.allowPrivateAddresses !== false)
    return []
  const refusal = await ports.channelReads.refusalOf(new URL(plainPayloadUrl(request.tokenUrl)))
  return refusal === null ? [] : [{ pointer: '/tokenUrl', detail: refusal }]
}

/** Credentials that were set over the API, without their secrets. */
export function storedView(stored: StoredCredentials, config: ChannelConfig): CredentialsEntry {
  const { subscription, target, origin, credentials, updatedAtMs } = stored
  return {
    ...{ subscription, target, type: credentials.type, origin: 'api', sentTo: origin, inUse: isInUse(config, stored) },
    updatedAt: new Date(updatedAtMs).toISOString(),
  }
}

/** All credentials of a channel, without their secrets; those of the file only where none over the API count before them. */
export function credentialsViews(channel: Channel, stored: readonly StoredCredentials[]): CredentialsEntry[] {
  const { own } = channel
  const ofFile = (['connector', 'payload'] as const).flatMap((target): CredentialsEntry[] => {
    const all = target === 'connector' ? own.credentials : (own.payload?.credentials ?? {})
    const isHidden = (name: string): boolean =>
      stored.some((one) => one.subscription === name && one.target === target && isInUse(own, one))
    return Object.entries(all)
      .filter(([name]) => !isHidden(name))
      .flatMap(([subscription, one]) =>
        one === null
          ? []
          : {
              ...{
                subscription,
                target,
                type: one.type,
                origin: 'file',
                sentTo: originOf(own, target) ?? null,
                inUse: true,
              },
              updatedAt: null,
            },
      )
  })
  const views = [...stored.map((one) => storedView(one, own)), ...ofFile]
  return views.sort((a, b) => compare(a.subscription, b.subscription) || compare(a.target, b.target))
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1
}
