import type { RetryConfig } from '../model/channel.ts'
import type { OutcomeDetail } from '../model/item.ts'
import {
  FLAG_PERMANENT,
  FLAG_RETRY_AFTER,
  FLAG_RETRYABLE,
  type OutcomeBatch,
  OutcomeView,
  Verdict,
} from '../model/outcome-batch.ts'
import { judgeFailedCall } from './retry-verdict.ts'

/** Writes a verdict into every record that has none yet; successes come with theirs and cost nothing here. */
export function judgeBatch(
  batch: OutcomeBatch,
  options: { retry: RetryConfig; nowMs: number; random: () => number },
): void {
  const view = new OutcomeView(batch)
  for (let n = 0; n < view.count; n++) {
    if (view.verdict(n) !== Verdict.unjudged) continue
    const flags = view.flags(n)
    const judgement = judgeFailedCall(
      options.retry,
      {
        code: errorCode(view.detail(n)),
        httpStatus: view.httpStatus(n),
        attempt: view.attempt(n),
        throttledBefore: view.throttled(n),
        retryAfterMs: (flags & FLAG_RETRY_AFTER) === 0 ? 0 : view.retryAtMs(n),
        retryable: (flags & FLAG_RETRYABLE) !== 0 ? true : (flags & FLAG_PERMANENT) !== 0 ? false : null,
      },
      { nowMs: options.nowMs, random: options.random() },
    )
    view.judge(n, judgement)
  }
}

const decoder = new TextDecoder()

function errorCode(detail: Uint8Array | null): string {
  if (detail === null) return ''
  return (JSON.parse(decoder.decode(detail)) as OutcomeDetail).error?.code ?? ''
}
