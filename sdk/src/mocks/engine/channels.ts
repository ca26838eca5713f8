import type { Channel, ChannelConfig } from '@waybill/spec'
import { completeRequests, parsePayloadUrl, readRules, type RuleFault, ruleFaults } from '@waybill/spec/rules'
import { connectorSecrets, payloadSecrets, refuseUnsendable, unmasked } from './channel-secrets.ts'
import { createFifo } from './fifo.ts'
import { limits } from './limits.ts'
import type { CompleteChannel, MockChannel } from './mock-job.ts'
import { badRequest, MockProblem } from '../show/problems.ts'

/** The channels of a mock, by name. */
export type Channels = Map<string, MockChannel>

export function createChannel(name: string, origin: Channel['origin'], config: CompleteChannel): MockChannel {
  return {
    name,
    origin,
    config,
    credentials: new Map(),
    paused: false,
    runningCalls: 0,
    allowedAtMs: 0,
    blockedUntilMs: 0,
    lastError: null,
    ready: createFifo(),
    due: createFifo(),
    pump: null,
  }
}

/** The channel that a server started with `--dev` always has; without its rate limit, so that tests need not wait. */
export function sandboxChannel(): MockChannel {
  const { concurrency, retry, maxRetryAfterMs, circuit, parkForSeconds, timeoutMs } = limits.channelDefaults
  const connector = { type: 'sandbox', timeoutMs } as const
  return createChannel('sandbox', 'builtin', {
    connector,
    rateLimit: null,
    concurrency,
    retry,
    maxRetryAfterMs,
    rateLimitHeaders: null,
    circuit,
    parkForSeconds,
    trace: null,
    redact: [],
    itemSchema: null,
    payload: null,
  })
}

/**
 * Fills in the defaults.
 * @param present what the channel is now: masked values keep theirs
 * @throws MockProblem `bad_request` for what the schema cannot see
 */
export function completeConfig(request: ChannelConfig, present?: MockChannel): CompleteChannel {
  const defaults = limits.channelDefaults
  const { connector, rateLimit = null, concurrency, retry, maxRetryAfterMs, circuit, parkForSeconds } = request
  const { rateLimitHeaders = null, trace = null, redact = [], itemSchema = null } = request
  const config: CompleteChannel = {
    connector: {
      type: 'http',
      ...unmasked(connector, connectorSecrets(present)),
      batchSize: connector.batchSize ?? defaults.batchSize,
      timeoutMs: connector.timeoutMs ?? defaults.timeoutMs,
      allowPrivateAddresses: connector.allowPrivateAddresses ?? false,
      ...(connector.request && { request: completeRequests(connector.request) }),
    },
    rateLimit: rateLimit && { burst: defaults.burst, unit: 'calls', ...rateLimit },
    concurrency: concurrency ?? defaults.concurrency,
    retry: { ...defaults.retry, ...retry, backoff: { ...defaults.retry.backoff, ...retry?.backoff } },
    maxRetryAfterMs: maxRetryAfterMs ?? defaults.maxRetryAfterMs,
    rateLimitHeaders,
    circuit: circuit === null ? null : { ...defaults.circuit, ...circuit },
    parkForSeconds: parkForSeconds ?? defaults.parkForSeconds,
    trace,
    redact: [...redact],
    itemSchema,
    payload: request.payload == null ? null : completePayload(request.payload, request, present),
  }
  refuseUnsendable(config.connector.headers ?? {}, '/connector/headers')
  refuseUnsendable(config.payload?.headers ?? {}, '/payload/headers')
  refuseNonsense(config)
  return config
}

/** A mock keeps the setting and resolves nothing: its calls are answered whatever the item's data. */
function completePayload(
  payload: NonNullable<ChannelConfig['payload']>,
  { connector, retry }: ChannelConfig,
  present: MockChannel | undefined,
): CompleteChannel['payload'] {
  const defaults = limits.channelDefaults
  const { url, headers } = unmasked({ url: payload.resolveUrl, headers: payload.headers }, payloadSecrets(present))
  return {
    resolveUrl: url,
    batchSize: payload.batchSize ?? defaults.batchSize,
    timeoutMs: payload.timeoutMs ?? defaults.timeoutMs,
    headers,
    retry: {
      maxAttempts: payload.retry?.maxAttempts ?? retry?.maxAttempts ?? defaults.retry.maxAttempts!,
      backoff: { ...defaults.retry.backoff, ...retry?.backoff, ...payload.retry?.backoff },
    },
    allowPrivateAddresses: payload.allowPrivateAddresses ?? connector.allowPrivateAddresses ?? false,
  }
}

function refuseNonsense({ rateLimit, connector, retry, payload }: CompleteChannel): void {
  const url = payload === null ? null : parsePayloadUrl(payload.resolveUrl, { isBatch: (payload.batchSize ?? 1) > 1 })
  if (typeof url === 'string') throw badRequest('set the channel', { pointer: '/payload/resolveUrl', detail: url })

  const burst = rateLimit?.burst ?? limits.channelDefaults.burst
  if (rateLimit?.unit === 'items' && (connector.batchSize ?? 1) > burst) {
    const detail = `must be at least the connector's batchSize ${connector.batchSize}: current value is ${burst}`
    throw badRequest('set the channel', { pointer: '/rateLimit/burst', detail })
  }
  const fault = ruleFault(retry.rules ?? [])
  if (fault !== null) throw badRequest('set the channel', { ...fault, pointer: `/retry/rules${fault.pointer}` })
}

/** The first range of statuses that can match nothing. */
export function ruleFault(rules: NonNullable<CompleteChannel['retry']['rules']>): RuleFault | null {
  return ruleFaults(readRules(rules))[0] ?? null
}

/** @throws MockProblem `channel_not_found` */
export function foundChannel(channels: Channels, name: string): MockChannel {
  const channel = channels.get(name)
  if (channel !== undefined) return channel
  throw new MockProblem('channel_not_found', `Cannot find channel ${name} as there is none of this name`)
}

/** @throws MockProblem `channel_not_settable` for a channel that was not made over the API */
export function requireSettable({ name, origin }: MockChannel): void {
  if (origin === 'api') return
  const where = origin === 'file' ? 'stands in the configuration file' : 'is built in'
  throw new MockProblem(
    'channel_not_settable',
    `Cannot change channel ${name} as it must have been made over HTTP: it ${where}`,
  )
}
