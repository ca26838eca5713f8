import {
  type ChannelConfig,
  DEFAULT_MAX_RETRY_AFTER_MS,
  DEFAULT_PARK_SECONDS,
  defaultCircuit,
  defaultRetry,
  type SandboxConnectorConfig,
} from '../model/channel.ts'
import { deliveredQuietly, failed } from './answer.ts'
import type { Call, Connector, ConnectorSetup, ItemAnswer } from './connector.ts'
import { parseItemLine } from './item-line.ts'

/** The answer that `data.sandbox` of an item requests. */
interface SandboxScript {
  /** @default 200 */
  readonly status: number
  /** Sent with the status, as a `Retry-After` would be. */
  readonly retryAfterSeconds: number
  /** @default 5 */
  readonly delayMs: number
  /** Only the first calls of the item are answered so; later ones succeed. @default every call */
  readonly times: number
}

const DEFAULT_DELAY_MS = 5

/** The channel `sandbox` that `--dev` always has: about 5 ms an item, 50 calls a second, and an answer that the item itself scripts. */
export const sandboxChannelConfig: ChannelConfig = {
  connector: { type: 'sandbox', timeoutMs: 10_000 },
  rateLimit: { limit: 50, periodMs: 1000, burst: 10, unit: 'calls' },
  concurrency: 16,
  retry: defaultRetry,
  circuit: defaultCircuit,
  maxRetryAfterMs: DEFAULT_MAX_RETRY_AFTER_MS,
  rateLimitHeaders: null,
  itemSchema: null,
  parkForSeconds: DEFAULT_PARK_SECONDS,
  trace: null,
  credentials: {},
  payload: null,
}

/** Delivers to no target: waits, and answers as the item's `data.sandbox` requests. */
export class SandboxConnector implements Connector {
  readonly batchSize = 1
  readonly #throttle: ConnectorSetup['throttle']
  readonly #maxRetryAfterMs: number

  constructor(_config: SandboxConnectorConfig, setup: ConnectorSetup) {
    this.#throttle = setup.throttle
    this.#maxRetryAfterMs = setup.config.maxRetryAfterMs
  }

  deliver(call: Call): Promise<readonly ItemAnswer[]> {
    const item = call.items[0]!
    const script = readScript(parseItemLine(item.line).data)
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        call.signal.removeEventListener('abort', onAbort)
        resolve([this.#answer(item.attempt > script.times ? { ...script, status: 200 } : script)])
      }, script.delayMs)
      const onAbort = (): void => {
        clearTimeout(timer)
        resolve([interrupted()])
      }
      call.signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  async close(): Promise<void> {}

  #answer({ status, retryAfterSeconds }: SandboxScript): ItemAnswer {
    if (status < 300) return { ...deliveredQuietly, httpStatus: status }
    const retryAtMs = retryAfterSeconds > 0 ? Date.now() + Math.min(retryAfterSeconds * 1000, this.#maxRetryAfterMs) : 0
    if (retryAtMs > 0 && (status === 429 || status === 503)) this.#throttle(retryAtMs)
    return failed({
      code: `http_${status}`,
      origin: 'connector',
      title: `The sandbox answered with status ${status}`,
      detail: `As data.sandbox of the item requested`,
      httpStatus: status,
      retryable: status >= 500 || status === 429,
      retryAtMs,
    })
  }
}

function interrupted(): ItemAnswer {
  return failed({
    code: 'timeout',
    origin: 'engine',
    title: 'No answer in time',
    detail: 'The call of the sandbox was aborted',
    retryable: true,
  })
}

function readScript(data: unknown): SandboxScript {
  const script = isRecord(data) && isRecord(data['sandbox']) ? data['sandbox'] : {}
  return {
    status: Math.trunc(numberIn(script['status'], { from: 200, to: 599, otherwise: 200 })),
    retryAfterSeconds: numberIn(script['retryAfterSeconds'], { from: 0, to: 86_400, otherwise: 0 }),
    delayMs: numberIn(script['delayMs'], { from: 0, to: 3_600_000, otherwise: DEFAULT_DELAY_MS }),
    times: numberIn(script['times'], { from: 0, to: Infinity, otherwise: Infinity }),
  }
}

function numberIn(value: unknown, range: { from: number; to: number; otherwise: number }): number {
  return typeof value === 'number' && value >= range.from && value <= range.to ? value : range.otherwise
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
