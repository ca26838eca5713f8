import type { Item, WebhookAttempt, WebhookDelivery } from '@waybill/spec'
import { isJobWebhookTarget } from '../model/job-webhook-origins.ts'
import type { StoredWebhookDelivery } from '../store/webhook-delivery-store.ts'

/** Attempts of a delivery that are shown, the last ones. */
const MAX_ATTEMPTS_SHOWN = 100

/** An event on its way to an endpoint, as answers show it. @param of.item the item that delivers it, with its log */
export function deliveryView(
  row: StoredWebhookDelivery,
  { item, isDisabled }: { readonly item: Item; readonly isDisabled: boolean },
): WebhookDelivery {
  const { waiting, error, status } = item
  const log = item.log ?? []
  const attempts = log.map((attempt): WebhookAttempt => {
    const { startedAt, durationMs, verdict, code } = attempt
    const answer = verdict === 'succeeded' ? answerOf(item) : attempt.status === null ? null : attempt.detail
    return {
      ...{ attempt: attempt.attempt, startedAt, durationMs, status: attempt.status, code, answer },
      verdict: verdict as WebhookAttempt['verdict'],
    }
  })
  const reason = waiting !== null && isDisabled ? 'endpoint_disabled' : (waiting?.reason ?? null)
  return {
    id: `whd_${row.deliveringJob.slice('job_'.length)}_${row.index}`,
    endpointId: isJobWebhookTarget(row.endpoint) ? null : row.endpoint,
    event: {
      ...{ id: row.eventId, type: row.type, jobId: row.jobId },
      timestamp: new Date(row.atMs).toISOString(),
      ...(row.body !== null && { body: row.body }),
    },
    status,
    attempts: item.attempts,
    nextAttemptAt: isDisabled ? null : (waiting?.until ?? null),
    reason: status === 'failed' ? (error?.code ?? null) : reason,
    log: attempts.slice(-MAX_ATTEMPTS_SHOWN),
  }
}

/** The answer to a call that succeeded. */
function answerOf({ result }: Item): string | null {
  return typeof result === 'string' ? result : null
}
