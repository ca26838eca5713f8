import type { WebhookEventDraft } from '../../../model/webhook-event.ts'
import { conflict } from '../../store-error.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import type { EndpointCount, EndpointEvents, WebhookForward } from '../../webhook-event-store.ts'
import type { Transaction } from '../thread/transaction.ts'
import { type AskRows, done, type Plan } from '../thread/plan.ts'
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
export function webhookCalls({ ask }: WriteDeps): Handlers<WebhookCalls> {
  return {
    appendWebhookEvents({ events }) {
      return (transaction) => {
        insertWebhookEvents(transaction, events)
        return done
      }
    },

    forwardWebhookEvents({ forward }) {
      return (transaction) => {
        forwardEvents(transaction, forward)
        return done
      }
    },

    dropWebhookBacklog({ endpoint }) {
      return (transaction) => {
        const dropped = transaction.run('DELETE FROM waybill.webhook_backlog WHERE endpoint = $1', endpoint)
        return { result: (found) => found[dropped]?.count ?? 0 }
      }
    },

    purgeWebhookEvents: (purge) => purgeEvents(ask, purge),
  }
}

/** Adds events to a transaction. */
export function insertWebhookEvents(transaction: Transaction, events: readonly WebhookEventDraft[]): void {
  for (const { id, subscription, type, jobId, channel, atMs, body, endpoints, ...rest } of events) {
    const { once = null, jobUrl = null, beforeEnd = false } = rest
    transaction.run(
      INSERT_EVENT,
      ...[id, subscription, type, jobId, channel, atMs, JSON.stringify(endpoints), once, body, jobUrl],
      beforeEnd ? 1 : 0,
    )
  }
}

/** Events that were forwarded before, or are in no backlog that they are to leave, make the transaction fail with `conflict`. */
export function forwardEvents(transaction: Transaction, { taken, atMs, held, released }: WebhookForward): void {
  if (taken.length > 0) {
    const refused = () =>
      conflict(`forward webhook events ${taken.join(', ')}`, 'they must wait', 'forwarded, or not there')
    transaction.require(TAKE_EVENTS, [atMs, taken], refused, taken.length)
  }
  forEachEndpoint(held, (endpoint, seqs) => {
    transaction.run(
      'INSERT INTO waybill.webhook_backlog (endpoint, seq) SELECT $1::text, unnest($2::bigint[])',
      endpoint,
      seqs,
    )
  })
  forEachEndpoint(released, (endpoint, seqs) => {
    const refused = () =>
      conflict(`release webhook events ${seqs.join(', ')}`, `they must be in the backlog of ${endpoint}`, 'not in it')
    const release = 'DELETE FROM waybill.webhook_backlog WHERE endpoint = $1 AND seq = ANY ($2::bigint[])'
    transaction.require(release, [endpoint, seqs], refused, seqs.length)
  })
}

function forEachEndpoint(list: readonly EndpointEvents[], visit: (endpoint: string, seqs: readonly number[]) => void) {
  for (const { endpoint, events } of list) if (events.length > 0) visit(endpoint, events)
}

async function purgeEvents(
  ask: AskRows,
  { forwardedBeforeMs, maxOfSubscription }: WriteCalls['purgeWebhookEvents']['args'],
): Promise<Plan<WriteCalls['purgeWebhookEvents']['result']>> {
  const old = await ask<{ seq: number }>(OLD_EVENTS, forwardedBeforeMs, PURGED_EVENTS_A_CALL)
  const full = await ask<{ subscription: string; events: number }>(
    FULL_SUBSCRIPTIONS,
    maxOfSubscription,
    PURGED_SUBSCRIPTIONS_A_CALL,
  )
  const beyond: { seq: number }[] = []
  for (const { subscription, events } of full) {
    const limit = Math.min(events - maxOfSubscription, PURGED_EVENTS_A_CALL)
    beyond.push(...(await ask<{ seq: number }>(OLDEST_EVENTS, subscription, limit)))
  }
  const seqs = [...new Set([...old, ...beyond].map(({ seq }) => seq))]
  const more = old.length === PURGED_EVENTS_A_CALL || beyond.length > 0
  return (transaction) => {
    if (seqs.length === 0) return { result: () => ({ removed: 0, dropped: [], more }) }
    const dropped = transaction.run(DROP_EVENTS, seqs)
    transaction.run('DELETE FROM waybill.webhook_events WHERE seq = ANY ($1::bigint[])', seqs)
    return {
      result: (found) => ({
        removed: seqs.length,
        dropped: [...((found[dropped]?.rows ?? []) as readonly EndpointCount[])],
        more,
      }),
    }
  }
}

const INSERT_EVENT = `INSERT INTO waybill.webhook_events (id, subscription, type, job_id, channel, at_ms, endpoints, once, body, job_url)
  SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::double precision, $7::text, $8::text, $9::text, $10::text
  WHERE $11::int = 0 OR EXISTS (SELECT 1 FROM waybill.jobs WHERE id = $4 AND phase <> 'ended') ON CONFLICT (once) DO NOTHING`

const TAKE_EVENTS = `UPDATE waybill.webhook_events SET forwarded_at_ms = $1
  WHERE seq = ANY ($2::bigint[]) AND forwarded_at_ms IS NULL`

const OLD_EVENTS = `SELECT seq FROM waybill.webhook_events WHERE forwarded_at_ms <= $1 ORDER BY forwarded_at_ms, seq LIMIT $2`

const FULL_SUBSCRIPTIONS = `SELECT subscription, count(*) AS events FROM waybill.webhook_events
  GROUP BY subscription HAVING count(*) > $1::bigint LIMIT $2`

const OLDEST_EVENTS = `SELECT e.seq FROM waybill.webhook_events e WHERE e.subscription = $1 AND e.forwarded_at_ms IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM waybill.webhook_backlog b WHERE b.seq = e.seq) ORDER BY e.seq LIMIT $2`

const DROP_EVENTS = `WITH gone AS (DELETE FROM waybill.webhook_backlog WHERE seq = ANY ($1::bigint[]) RETURNING endpoint)
  SELECT endpoint, count(*) AS events FROM gone GROUP BY endpoint`
