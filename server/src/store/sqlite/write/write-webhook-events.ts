import { conflict } from '../../store-error.ts'
import type { WebhookEventDraft } from '../../../model/webhook-event.ts'
import type { EndpointCount, EndpointEvents, WebhookForward } from '../../webhook-event-store.ts'
import type { WriteStatements } from '../tables/statements.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import type { Handlers, WriteDeps } from './write-deps.ts'

type WebhookCalls = Pick<
  WriteCalls,
  'appendWebhookEvents' | 'forwardWebhookEvents' | 'dropWebhookBacklog' | 'purgeWebhookEvents'
>

/** Events that one call of a purge looks at: commits wait behind it. */
const PURGED_EVENTS_A_CALL = 500
/** Subscriptions of which one call removes events. */
const PURGED_SUBSCRIPTIONS_A_CALL = 10

/** The calls of the outbox of webhook events. */
export function webhookCalls({ sql, erasure }: WriteDeps): Handlers<WebhookCalls> {
  return {
    appendWebhookEvents({ events }) {
      insertWebhookEvents(sql, events)
      return { result: null }
    },

    forwardWebhookEvents({ forward }) {
      forwardEvents(sql, forward)
      return { result: null }
    },

    dropWebhookBacklog({ endpoint }) {
      return { result: Number(sql.dropBacklog.run(endpoint).changes) }
    },

    purgeWebhookEvents(purge) {
      const result = erasure.run(() => purgeEvents(sql, purge))
      return { result, ...(result.removed > 0 && { committed: () => void (erasure.walHoldsDeleted = true) }) }
    },
  }
}

/** Writes events into the open transaction. */
export function insertWebhookEvents(sql: WriteStatements, events: readonly WebhookEventDraft[]): void {
  for (const { id, subscription, type, jobId, channel, atMs, body, endpoints, ...rest } of events) {
    const { once = null, jobUrl = null, beforeEnd = false } = rest
    sql.insertWebhookEvent.run(
      ...[id, subscription, type, jobId, channel, atMs, JSON.stringify(endpoints), once, body, jobUrl],
      beforeEnd ? 1 : 0,
    )
  }
}

/** @throws StoreError `conflict`: an event was forwarded before, or is in no backlog that it is to leave */
export function forwardEvents(sql: WriteStatements, { taken, atMs, held, released }: WebhookForward): void {
  for (const seq of taken)
    if (sql.takeWebhookEvent.run(atMs, seq).changes === 0)
      throw conflict(`forward webhook event ${seq}`, 'it must wait', 'forwarded, or not there')
  forEachEvent(held, (endpoint, seq) => sql.holdWebhookEvent.run(endpoint, seq))
  forEachEvent(released, (endpoint, seq) => {
    if (sql.releaseWebhookEvent.run(endpoint, seq).changes === 0)
      throw conflict(`release webhook event ${seq}`, `it must be in the backlog of ${endpoint}`, 'not in it')
  })
}

function forEachEvent(list: readonly EndpointEvents[], visit: (endpoint: string, seq: number) => void): void {
  for (const { endpoint, events } of list) for (const seq of events) visit(endpoint, seq)
}

function purgeEvents(
  sql: WriteStatements,
  { forwardedBeforeMs, maxOfSubscription }: WriteCalls['purgeWebhookEvents']['args'],
): WriteCalls['purgeWebhookEvents']['result'] {
  const old = sql.listOldEvents.all(forwardedBeforeMs, PURGED_EVENTS_A_CALL) as unknown as { seq: number }[]
  const full = sql.listFullSubscriptions.all(maxOfSubscription, PURGED_SUBSCRIPTIONS_A_CALL) as unknown as {
    subscription: string
    events: number
  }[]
  const beyond = full.flatMap(({ subscription, events }) => {
    const limit = Math.min(events - maxOfSubscription, PURGED_EVENTS_A_CALL)
    return sql.listOldestEvents.all(subscription, limit) as unknown as { seq: number }[]
  })
  const seqs = new Set([...old, ...beyond].map(({ seq }) => seq))
  const dropped = new Map<string, number>()
  for (const seq of seqs) {
    for (const { endpoint } of sql.dropFromBacklogs.all(seq) as unknown as { endpoint: string }[])
      dropped.set(endpoint, (dropped.get(endpoint) ?? 0) + 1)
    sql.deleteWebhookEvent.run(seq)
  }
  return {
    removed: seqs.size,
    dropped: Array.from(dropped, ([endpoint, events]) => ({ endpoint, events })) as EndpointCount[],
    more: old.length === PURGED_EVENTS_A_CALL || beyond.length > 0,
  }
}
