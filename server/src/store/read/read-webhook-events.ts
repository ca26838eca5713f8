import type { JobId, WebhookEndpointId, WebhookEventId } from '../../model/ids.ts'
import type { StoredWebhookEvent, WebhookEventType } from '../../model/webhook-event.ts'
import type { WebhookEventsQuery, WebhookReadLimit } from '../webhook-event-store.ts'
import { all, type AskValue, type Reading, type StatementName } from './asking.ts'

interface EventRow {
  readonly seq: number
  readonly id: string
  readonly subscription: string
  readonly type: string
  readonly job_id: string | null
  readonly channel: string | null
  readonly at_ms: number
  readonly endpoints: string
  readonly body: string
  readonly job_url: string | null
}

/** Events that are looked at before others have their turn. */
const EVENTS_A_STEP = 500
/** Events read at once where their size may end the read. */
const EVENTS_A_TURN = 64

/** Lists events that were not forwarded. */
export function listWaitingWebhookEvents(limit: WebhookReadLimit): Reading<StoredWebhookEvent[]> {
  return readWithin(limit, 'waitingWebhookEvents')
}

/** Lists the events in the backlog of an endpoint. */
export function listWebhookBacklog({
  endpoint,
  ...limit
}: WebhookReadLimit & { readonly endpoint: string }): Reading<StoredWebhookEvent[]> {
  return readWithin(limit, 'webhookBacklog', endpoint)
}

/** Lists events of a subscription step by step: those that do not match are read, too. */
export function* listWebhookEvents({
  subscription,
  limit,
  afterSeq = 0,
  ...filter
}: WebhookEventsQuery): Reading<StoredWebhookEvent[]> {
  const found: StoredWebhookEvent[] = []
  for (let seq = afterSeq; ;) {
    const rows: readonly EventRow[] = yield* all<EventRow>('webhookEventsOf', subscription, seq, EVENTS_A_STEP)
    for (const row of rows) {
      if (!matches(row, filter)) continue
      found.push(eventOfRow(row))
      if (found.length === limit) return found
    }
    if (rows.length < EVENTS_A_STEP) return found
    seq = rows.at(-1)!.seq
  }
}

function matches(
  { at_ms: atMs, type, endpoints }: EventRow,
  { sinceMs = -Infinity, untilMs = Infinity, types, endpoint }: Omit<WebhookEventsQuery, 'subscription' | 'limit'>,
): boolean {
  if (atMs < sinceMs || atMs >= untilMs) return false
  if (types !== undefined && !types.includes(type as WebhookEventType)) return false
  return endpoint === undefined || (JSON.parse(endpoints) as string[]).includes(endpoint)
}

function* readWithin(
  { maxEvents, maxBytes }: WebhookReadLimit,
  statement: StatementName,
  ...values: AskValue[]
): Reading<StoredWebhookEvent[]> {
  const found: StoredWebhookEvent[] = []
  let bytes = 0
  for (let seq = 0; found.length < maxEvents;) {
    const limit = Math.min(maxEvents - found.length, EVENTS_A_TURN)
    const rows: readonly EventRow[] = yield* all<EventRow>(statement, seq, limit, ...values)
    for (const row of rows) {
      bytes += row.body.length
      if (found.length > 0 && bytes > maxBytes) return found
      found.push(eventOfRow(row))
    }
    if (rows.length < limit) return found
    seq = rows.at(-1)!.seq
  }
  return found
}

function eventOfRow(row: EventRow): StoredWebhookEvent {
  return {
    seq: row.seq,
    id: row.id as WebhookEventId,
    subscription: row.subscription,
    type: row.type as WebhookEventType,
    jobId: row.job_id as JobId | null,
    channel: row.channel,
    atMs: row.at_ms,
    body: row.body,
    endpoints: JSON.parse(row.endpoints) as WebhookEndpointId[],
    ...(row.job_url !== null && { jobUrl: row.job_url }),
  }
}
