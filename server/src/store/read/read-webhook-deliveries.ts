import type { JobId, JobRef, WebhookEndpointId, WebhookEventId } from '../../model/ids.ts'
import type { WebhookEventType } from '../../model/webhook-event.ts'
import type { LatestWebhookDelivery, StoredWebhookDelivery, WebhookDeliveriesQuery } from '../webhook-delivery-store.ts'
import { all, one, type Reading } from './asking.ts'

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

export function* listWebhookDeliveries({
  subscription,
  limit,
  behind,
  jobIds,
  bodies,
}: WebhookDeliveriesQuery): Reading<StoredWebhookDelivery[]> {
  const place = [behind?.ref ?? Number.MAX_SAFE_INTEGER, behind?.index ?? 0] as const
  const parameters = [subscription, ...place, bodies ? 1 : 0, limit] as const
  let rows: readonly DeliveryRow[]
  if (jobIds === undefined) rows = yield* all<DeliveryRow>('webhookDeliveries', ...parameters)
  else {
    const ofJobs: DeliveryRow[] = []
    for (const id of jobIds) ofJobs.push(...(yield* all<DeliveryRow>('webhookDeliveriesOfJob', ...parameters, id)))
    rows = newest(ofJobs, limit)
  }
  return rows.map((row) => ({
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

export function* latestWebhookDeliveries({
  endpoint,
  events,
}: {
  readonly endpoint: string
  readonly events: readonly number[]
}): Reading<LatestWebhookDelivery[]> {
  const found: LatestWebhookDelivery[] = []
  for (const seq of events) {
    const latest = yield* one<LatestWebhookDelivery>('latestWebhookDelivery', seq, endpoint)
    if (latest !== undefined) found.push(latest)
    else if ((yield* one('isInNoJob', seq, endpoint)) !== undefined)
      found.push({ eventSeq: seq, index: 0, deliveringJob: null })
  }
  return found
}
