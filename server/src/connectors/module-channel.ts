import type { ModuleConnectorConfig } from '../model/channel.ts'
import type { Logger } from '../runtime/logger.ts'
import { ChannelSecrets } from './channel-secrets.ts'
import type { Call, ConnectorSetup, ItemAnswer } from './connector.ts'
import { answerOfThrown, unreadResponseOf } from './module-answer.ts'
import { ModuleRequests } from './module-requests.ts'
import type { SecretMask } from './secret-mask.ts'
import { type CallLease, isLeaseEnded, permanentLease } from './call-lease.ts'
import { withheld } from './withheld.ts'

/** Bytes that are read of a refused response: of them the first KiB is kept, after secrets were hidden. */
const MAX_REFUSAL_BYTES = 64 * 1024

/** The means of a module's channel on its thread, whichever function the module has. */
export class ModuleChannel {
  readonly logger: Logger
  readonly lease: CallLease
  readonly requests: ModuleRequests
  readonly #secrets: ChannelSecrets
  readonly #maxRetryAfterMs: number
  readonly #throttle: ConnectorSetup['throttle']
  readonly #nowMs: () => number

  constructor(config: ModuleConnectorConfig, setup: ConnectorSetup) {
    this.logger = setup.logger
    this.lease = setup.lease ?? permanentLease
    this.#secrets = new ChannelSecrets(setup.config.connector)
    this.requests = new ModuleRequests(config, setup, this.#secrets)
    this.#maxRetryAfterMs = setup.config.maxRetryAfterMs
    this.#throttle = setup.throttle
    this.#nowMs = setup.nowMs ?? Date.now
  }

  close(): Promise<void> {
    return this.requests.close()
  }

  maskFor(call: Call): SecretMask {
    return this.#secrets.maskFor(call.credentials, null)
  }

  /** Returns the answer for an error; a promise only while the rest of a refused response is read, at most until the call's time is up. */
  thrown(error: unknown, call: Call): ItemAnswer | Promise<ItemAnswer> {
    if (isLeaseEnded(error)) return withheld
    const time = { nowMs: this.#nowMs(), maxRetryAfterMs: this.#maxRetryAfterMs }
    const answer = answerOfThrown(error, { ...time, mask: this.maskFor(call) })
    const { httpStatus, retryAtMs } = answer
    // Applies to the whole channel: its gate closes before anything else happens.
    if (retryAtMs > 0 && (httpStatus === 429 || httpStatus === 503)) this.#throttle(retryAtMs)
    const response = unreadResponseOf(error)
    if (response === null) return answer
    return readBeginning(response, call.signal).then((body) =>
      body === '' ? answer : answerOfThrown(error, { ...time, mask: this.maskFor(call), body }),
    )
  }
}

/** The first bytes of a response's body as text; never rejects. */
async function readBeginning(response: Response, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = []
  try {
    const reader = response.body!.getReader()
    const stop = (): void => void reader.cancel().catch(() => {})
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    for (let bytes = 0; bytes < MAX_REFUSAL_BYTES;) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value as Uint8Array)
      bytes += (value as Uint8Array).length
    }
    signal.removeEventListener('abort', stop)
    stop()
  } catch {
    // What came until the connection broke is what there is.
  }
  return Buffer.concat(chunks).toString('utf8', 0, MAX_REFUSAL_BYTES)
}
