import type { StatementSync } from 'node:sqlite'
import type { JobId, WebhookEndpointId, WebhookEventId } from '../../../model/ids.ts'
import type { StoredWebhookEvent, WebhookEventType } from '../../../model/webhook-event.ts'
import type { EndpointCount, WebhookEventsQuery, WebhookReadLimit } from '../../webhook-event-store.ts'
import type { ReadStatements } from '../tables/statements.ts'
import type { ReadCalls } from '../../thread/messages.ts'

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

type WebhookReads = 'listWaitingWebhookEvents' | 'listWebhookBacklog' | 'countWebhookBacklogs'

/** Creates the handlers of the forwarder's reads. */
export function webhookReads(sql: ReadStatements): {
  readonly [Name in WebhookReads]: (args: ReadCalls[Name]['args']) => ReadCalls[Name]['result']
} {
  return {
    listWaitingWebhookEvents: (limit) => readWithin(limit, sql.waitingWebhookEvents, []),
    listWebhookBacklog: ({ endpoint, ...limit }) => readWithin(limit, sql.webhookBacklog, [endpoint]),
    countWebhookBacklogs: () => sql.countBacklogs.all() as unknown as EndpointCount[],
  }
}

/** Lists events of a subscription step by step: those that do not match are read, too. */
export function* listWebhookEvents(
  sql: ReadStatements,
  { subscription, limit, afterSeq = 0, ...filter }: WebhookEventsQuery,
): Generator<void, StoredWebhookEvent[]> {
  const found: StoredWebhookEvent[] = []
  for (let seq = afterSeq; ;) {
    const rows = sql.webhookEventsOf.all(subscription, seq, EVENTS_A_STEP) as unknown as EventRow[]
    for (const row of rows) {
      if (!matches(row, filter)) continue
      found.push(eventOfRow(row))
      if (found.length === limit) return found
    }
    if (rows.length < EVENTS_A_STEP) return found
    seq = rows.at(-1)!.seq
    yield
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

function readWithin(
  { maxEvents, maxBytes }: WebhookReadLimit,
  statement: StatementSync,
  parameters: readonly string[],
): StoredWebhookEvent[] {
  const found: StoredWebhookEvent[] = []
  let bytes = 0
  for (const row of statement.iterate(...parameters, maxEvents) as unknown as Iterable<EventRow>) {
    bytes += row.body.length
    if (found.length > 0 && bytes > maxBytes) break
    found.push(eventOfRow(row))
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
