import type { Channel as ChannelView, ChannelConnector } from '@waybill/spec'
import type { CallerChannel, Channel } from '../../limits/channel-registry.ts'
import type { PayloadConfig } from '../../model/channel.ts'
import { channelLinks, errorAdvice, writeRules } from '@waybill/spec/rules'
import { MASKED, maskUrl } from '@waybill/spec/rules'
import type { Clock } from '../../runtime/clock.ts'
import { type Caller, hasScope } from '../../model/caller.ts'
import { type ChannelLiveState, CONNECTOR_UNAVAILABLE } from '../../progress/channel-reads.ts'
import type { HttpPorts } from '../http-ports.ts'

/** The public Channel: its configuration without secrets, and its state now. Figures that all subscriptions add to are null for a caller without `admin` (SEC-1). */
export function channelView(
  channel: CallerChannel,
  live: ChannelLiveState,
  { ports, caller }: { readonly ports: Pick<HttpPorts, 'clock' | 'paths'>; readonly caller: Pick<Caller, 'scopes'> },
): ChannelView {
  const { clock, paths } = ports
  const seesAll = hasScope(caller, 'admin')
  const { config, name } = channel
  return {
    name,
    origin: channel.origin,
    connector: connectorView(config.connector),
    rateLimit: config.rateLimit,
    concurrency: config.concurrency,
    retry: {
      maxAttempts: config.retry.maxAttempts,
      backoff: config.retry.backoff,
      rules: writeRules(config.retry.rules),
    },
    maxRetryAfterMs: config.maxRetryAfterMs,
    rateLimitHeaders: config.rateLimitHeaders,
    circuit: config.circuit,
    parkForSeconds: config.parkForSeconds,
    trace: config.trace,
    redact: [...(config.redact ?? [])],
    itemSchema: config.itemSchema,
    payload: config.payload === null ? null : payloadView(config.payload),
    state: channelState(channel, live, { clock, seesAll }),
    links: channelLinks(name, paths),
  }
}

/** The state of a channel. @param to.seesAll whether figures that all subscriptions add to are shown */
export function channelState(
  channel: CallerChannel,
  live: ChannelLiveState,
  { clock, seesAll }: { readonly clock: Clock; readonly seesAll: boolean },
): ChannelView['state'] {
  return {
    paused: channel.gate.paused,
    blockedUntil: wallTime(channel.gate.blockedUntilUs, clock),
    circuit: circuitView(channel, clock),
    lastError: errorView(live.lastError, { seesAll, redact: channel.own.redact ?? [] }),
    runningCalls: seesAll ? live.runningCalls : null,
    itemsPerSecond: Math.round(live.itemsPerSecond * 100) / 100,
    counts: { pending: live.pending, waiting: live.waiting, running: live.running },
    waiting: live.reasons.map(({ reason, items, untilMs }) => ({
      reason,
      items,
      until: untilMs === null ? null : new Date(untilMs).toISOString(),
    })),
    degraded: seesAll ? standstillView(live.standstill) : null,
  }
}

function standstillView(standstill: ChannelLiveState['standstill']): ChannelView['state']['degraded'] {
  if (standstill === null) return null
  const { sinceMs, readyItems, runningCalls } = standstill
  return { since: new Date(sinceMs).toISOString(), readyItems, runningCalls }
}

const LOAD_ADVICE = 'Correct the module of the channel: it is loaded again by itself'

/** Why a connector cannot be loaded is the operator's business: it may name files. What a target system says may repeat values that are not shown. */
function errorView(
  error: ChannelLiveState['lastError'],
  { seesAll, redact }: { readonly seesAll: boolean; readonly redact: readonly string[] },
): ChannelView['state']['lastError'] {
  if (error === null) return null
  const { atMs, code, status, untilMs } = error
  const detail = (code === CONNECTOR_UNAVAILABLE || redact.length > 0) && !seesAll ? null : error.detail
  const until = untilMs === null ? null : new Date(untilMs).toISOString()
  const advice =
    code === CONNECTOR_UNAVAILABLE ? LOAD_ADVICE : errorAdvice({ code, status, retryable: (status ?? 0) >= 500 })
  return { at: new Date(atMs).toISOString(), code, status, detail, advice, until }
}

function circuitView({ config, circuit }: Channel, clock: Clock): ChannelView['state']['circuit'] {
  if (config.circuit === null) return null
  const state = circuit.state(clock.monotonicUs())
  return { state, until: state === 'open' ? wallTime(circuit.openUntilUs, clock) : null }
}

function connectorView(connector: CallerChannel['config']['connector']): ChannelConnector {
  switch (connector.type) {
    case 'http':
      return {
        type: 'http',
        url: maskUrl(connector.url),
        headers: maskedHeaders(connector.headers),
        batchSize: connector.batchSize,
        timeoutMs: connector.timeoutMs,
        allowPrivateAddresses: connector.allowPrivateAddresses,
        ...(connector.request !== null && { request: connector.request }),
        ...(connector.response !== null && { response: connector.response }),
      }
    case 'module': // its path is the operator's business
      return {
        type: 'module',
        batchSize: connector.batchSize,
        timeoutMs: connector.timeoutMs,
        allowPrivateAddresses: connector.allowPrivateAddresses,
      }
    case 'sandbox':
      return { type: 'sandbox', timeoutMs: connector.timeoutMs }
  }
}

/** Its credentials are not shown, as those of the channel are not. */
function payloadView({ credentials: _secret, ...payload }: PayloadConfig): NonNullable<ChannelView['payload']> {
  return { ...payload, resolveUrl: maskUrl(payload.resolveUrl), headers: maskedHeaders(payload.headers) }
}

function maskedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, MASKED]))
}

/** A monotonic time on the wall clock; null when it has passed. */
function wallTime(untilUs: number, clock: Clock): string | null {
  const leftMs = (untilUs - clock.monotonicUs()) / 1000
  return leftMs <= 0 || !Number.isFinite(leftMs) ? null : new Date(clock.nowMs() + leftMs).toISOString()
}
