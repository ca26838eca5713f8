import { type ChannelConfig, defaultRetry, type HttpConnectorConfig } from '../../model/channel.ts'
import type { OutcomeDetail } from '../../model/item.ts'
import { silentLogger } from '../../runtime/logger.ts'
import type { Call, ConnectorSetup, ItemAnswer } from '../connector.ts'
import { callItemOf } from './fake-call-item.ts'
import { HttpConnector } from '../http-connector.ts'

/** A connector that delivers to an origin, as a channel of 4 calls at once. */
export function httpConnector(
  origin: string,
  options: Partial<HttpConnectorConfig> = {},
  throttle: (untilMs: number) => void = () => {},
  channel: Partial<ChannelConfig> = {},
  setup: Partial<ConnectorSetup> = {},
): HttpConnector {
  const http: HttpConnectorConfig = {
    type: 'http',
    url: `${origin}/deliver?shop=eu`,
    headers: { 'X-Shop': 'eu' },
    batchSize: 1,
    timeoutMs: 5000,
    request: null,
    response: null,
    allowPrivateAddresses: true,
    ...options,
  }
  const config: ChannelConfig = {
    connector: http,
    rateLimit: null,
    concurrency: 4,
    retry: defaultRetry,
    circuit: null,
    maxRetryAfterMs: 3_600_000,
    rateLimitHeaders: null,
    itemSchema: null,
    payload: null,
    ...channel,
    parkForSeconds: 86_400,
    trace: null,
    credentials: {},
  }
  return new HttpConnector(http, {
    channel: 'shop-eu',
    config,
    allowPrivateAddresses: false,
    logger: silentLogger,
    throttle,
    ...setup,
  })
}

/** A call of these lines. */
export function callOf(lines: string[], options: Partial<Call> = {}): Call {
  return {
    job: {
      jobId: 'job_0192f0c1a2b37c4d8e9fa0b1c2d3e4f5',
      subscription: 'acme',
      channel: 'shop-eu',
      objectType: 'product',
      action: 'update',
      partitionBy: 'item',
    },
    items: lines.map((line, n) => callItemOf(line, { index: 40 + n, attempt: 1 + n })),
    epoch: 7,
    credentials: null,
    signal: new AbortController().signal,
    timeLeftMs: 5000,
    timedOut: false,
    onTimedOut: null,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
    tracestate: null,
    ...options,
  }
}

/** Returns the detail of an answer. */
export function detailOf(answer: ItemAnswer | undefined): OutcomeDetail {
  return answer?.detail == null ? {} : (JSON.parse(answer.detail) as OutcomeDetail)
}
