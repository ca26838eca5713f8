import type { JobId, JobRef, WebhookEndpointId, WebhookEventId } from '../../../model/ids.ts'
import type { WebhookEventType } from '../../../model/webhook-event.ts'
import type {
  LatestWebhookDelivery,
  StoredWebhookDelivery,
  WebhookDeliveriesQuery,
} from '../../webhook-delivery-store.ts'
import type { ReadStatements } from '../tables/statements.ts'

interface DeliveryRow {
  readonly ref: number
  readonly endpoint: string
  readonly item_index: number
  readonly delivering_job: string
  readonly id: string
  readonly type: string
  readonly job_id: string | null
  readonly at_ms: number
  readonly body: string | null
}

export function listWebhookDeliveries(
  sql: ReadStatements,
  { subscription, limit, behind, jobIds, bodies }: WebhookDeliveriesQuery,
): StoredWebhookDelivery[] {
  const place = [behind?.ref ?? Number.MAX_SAFE_INTEGER, behind?.index ?? 0] as const
  const parameters = [subscription, ...place, bodies ? 1 : 0, limit] as const
  const rows =
    jobIds === undefined
      ? sql.webhookDeliveries.all(...parameters)
      : newest(
          jobIds.flatMap((id) => sql.webhookDeliveriesOfJob.all(...parameters, id) as unknown as DeliveryRow[]),
          limit,
        )
  return (rows as unknown as DeliveryRow[]).map((row) => ({
    ref: row.ref as JobRef,
    endpoint: row.endpoint as WebhookEndpointId,
    index: row.item_index,
    deliveringJob: row.delivering_job as JobId,
    eventId: row.id as WebhookEventId,
    type: row.type as WebhookEventType,
    jobId: row.job_id as JobId | null,
    atMs: row.at_ms,
    body: row.body,
  }))
}

/** The newest deliveries of several jobs, each of which gives its own in order. */
function newest(rows: readonly DeliveryRow[], limit: number): DeliveryRow[] {
  return rows.toSorted((a, b) => b.ref - a.ref || b.item_index - a.item_index).slice(0, limit)
}

export function latestWebhookDeliveries(
  sql: ReadStatements,
  { endpoint, events }: { readonly endpoint: string; readonly events: readonly number[] },
): LatestWebhookDelivery[] {
  return events.flatMap((seq) => {
    const latest = sql.latestWebhookDelivery.get(seq, endpoint) as LatestWebhookDelivery | undefined
    if (latest !== undefined) return latest
    return sql.isInNoJob.get(seq, endpoint) === undefined ? [] : { eventSeq: seq, index: 0, deliveringJob: null }
  })
}
