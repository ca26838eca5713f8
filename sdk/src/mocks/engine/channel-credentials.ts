import type { Credentials, CredentialsEntry } from '@waybill/spec'
import { plainPayloadUrl } from '@waybill/spec/rules'
import { badRequest, MockProblem } from '../show/problems.ts'
import { limits } from './limits.ts'
import type { CompleteChannel, MockChannel, MockCredentials } from './mock-job.ts'

/** Names credentials of a channel. */
export type CredentialsKey = Pick<CredentialsEntry, 'subscription' | 'target'>

/**
 * Sets credentials of a channel; a mock keeps only what it shows of them.
 * @throws MockProblem `bad_request`, `credentials_limit_reached`
 */
export function setCredentials(
  channel: MockChannel,
  key: CredentialsKey,
  { request, nowMs }: { readonly request: Credentials; readonly nowMs: number },
): CredentialsEntry {
  const sentTo = originOf(channel.config, key.target)
  if (sentTo === undefined) {
    const detail = `Cannot set ${describe(channel, key)} as target must be connector while the channel has no payload: it is payload`
    throw new MockProblem('bad_request', detail)
  }
  refuseUnusable(request)
  const value = limits.maxCredentialsPerChannel
  if (!channel.credentials.has(nameOf(key)) && channel.credentials.size >= value) {
    const detail = `Cannot set credentials of channel ${channel.name} as it must have fewer than ${value}: current value is ${value}`
    throw new MockProblem('credentials_limit_reached', detail, {
      members: { limit: { name: 'maxCredentialsPerChannel', value } },
    })
  }
  const made: MockCredentials = { ...key, type: request.type, sentTo, updatedAt: new Date(nowMs).toISOString() }
  channel.credentials.set(nameOf(key), made)
  return entryOf(channel, made)
}

/** @throws MockProblem `credentials_not_found` */
export function deleteCredentials(channel: MockChannel, key: CredentialsKey): void {
  if (channel.credentials.delete(nameOf(key))) return
  const detail = `Cannot delete ${describe(channel, key)} as they must have been set over the API: there are none`
  throw new MockProblem('credentials_not_found', detail)
}

/** Removes the credentials that do not belong to where a channel leads now. */
export function dropCredentials(channel: MockChannel): void {
  for (const [name, one] of channel.credentials) if (!isInUse(channel, one)) channel.credentials.delete(name)
}

/** The credentials of a channel by subscription, then target. */
export function credentialsOf(channel: MockChannel): CredentialsEntry[] {
  const compare = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1)
  return [...channel.credentials.values()]
    .sort((a, b) => compare(a.subscription, b.subscription) || compare(a.target, b.target))
    .map((one) => entryOf(channel, one))
}

function entryOf(channel: MockChannel, one: MockCredentials): CredentialsEntry {
  return { ...one, origin: 'api', inUse: isInUse(channel, one) }
}

function isInUse({ config }: MockChannel, { target, sentTo }: MockCredentials): boolean {
  return originOf(config, target) === sentTo
}

function originOf(
  { connector, payload }: CompleteChannel,
  target: CredentialsEntry['target'],
): string | null | undefined {
  if (target === 'payload') return payload === null ? undefined : new URL(plainPayloadUrl(payload.resolveUrl)).origin
  return connector.url === undefined ? null : new URL(connector.url).origin
}

/** @throws MockProblem `bad_request` for credentials that no call can send */
function refuseUnusable(request: Credentials): void {
  const [pointer, sent] =
    request.type === 'bearer'
      ? ['/token', request.token]
      : request.type === 'header'
        ? ['/value', request.value]
        : ['', '']
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(sent)) {
    throw badRequest('set credentials', { pointer, detail: 'must have only characters that a header can carry' })
  }
  if (request.type === 'oauth2_client_credentials' && !/^https?:\/\/[^/]/.test(request.tokenUrl)) {
    throw badRequest('set credentials', { pointer: '/tokenUrl', detail: 'must be an absolute http or https URL' })
  }
}

function nameOf({ subscription, target }: CredentialsKey): string {
  return `${target} ${subscription}`
}

function describe({ name }: MockChannel, { subscription, target }: CredentialsKey): string {
  return `credentials of subscription ${subscription} for the ${target} of channel ${name}`
}
