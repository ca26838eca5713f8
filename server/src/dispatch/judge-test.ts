import { type Judgement, judgeFailedCall } from '@waybill/spec/rules'
import type { ItemAnswer } from '../connectors/connector.ts'
import { memberText } from '../connectors/item-line.ts'
import type { ChannelConfig } from '../model/channel.ts'
import type { ItemError, ItemWarning, OutcomeDetail } from '../model/item.ts'
import {
  FLAG_PERMANENT,
  FLAG_RETRY_AFTER,
  FLAG_RETRY_LATER,
  FLAG_RETRYABLE,
  FLAG_UNRESOLVED,
} from '../model/outcome-batch.ts'

/** How an item would have ended, or continued, after its first call. */
export interface TestedOutcome {
  readonly verdict: 'succeeded' | Judgement['verdict']
  /** When the next call would start at the latest, wall ms; null: there would be none. */
  readonly retryAtMs: number | null
  readonly error: ItemError | null
  readonly warnings: readonly ItemWarning[]
  /** JSON text; null: there is none. Never parsed: it may be nested deeper than can be written again. */
  readonly result: string | null
}

/** Judges the first call of an item by the retry rules of its channel, as the outcomes stage does while the circuit is closed. */
export function judgeTest(
  answer: ItemAnswer,
  { retry, payload }: Pick<ChannelConfig, 'retry' | 'payload'>,
  nowMs: number,
): TestedOutcome {
  const { detail, flags } = answer
  const { error = null, warnings = [] } = detail === null ? {} : (JSON.parse(detail) as OutcomeDetail)
  const result = detail === null ? null : (memberText(detail, 'result') ?? null)
  if (answer.succeeded) return { verdict: 'succeeded', retryAtMs: null, error: null, warnings, result }
  const call = {
    code: error?.code ?? '',
    httpStatus: answer.httpStatus,
    attempt: 1,
    throttledBefore: 0,
    outageAttemptsBefore: 0,
    retryAfterMs: (flags & FLAG_RETRY_AFTER) === 0 ? 0 : answer.retryAtMs,
    retryLater: (flags & FLAG_RETRY_LATER) !== 0,
    retryable: (flags & FLAG_RETRYABLE) !== 0 ? true : (flags & FLAG_PERMANENT) !== 0 ? false : null,
    outage: null,
    unresolved: (flags & FLAG_UNRESOLVED) === 0 ? null : { failuresBefore: 0, retry: payload?.retry ?? retry },
  }
  // The longest of the random waits.
  const { verdict, retryAtMs } = judgeFailedCall({ retry, onExhausted: 'fail' }, call, { nowMs, random: 1 })
  const isRepeated = verdict === 'retry' || verdict === 'throttled'
  return { verdict, retryAtMs: isRepeated ? retryAtMs : null, error, warnings, result }
}
