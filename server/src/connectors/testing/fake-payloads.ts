import { DEFAULT_TIMEOUT_MS } from '../../model/limits.ts'
import { defaultRetry, type PayloadConfig } from '../../model/channel.ts'

/** The configuration of a payload at an origin. */
export function payloadConfig(origin: string, options: Partial<PayloadConfig> = {}): PayloadConfig {
  return {
    resolveUrl: `${origin}/${(options.batchSize ?? 1) > 1 ? 'bulk/{objectType}' : '{objectType}/{id}'}`,
    batchSize: 1,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    headers: {},
    retry: { maxAttempts: defaultRetry.maxAttempts, backoff: defaultRetry.backoff },
    allowPrivateAddresses: true,
    credentials: {},
    ...options,
  }
}
