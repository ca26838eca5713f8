import type { SealedSecret } from '../../../model/webhook-endpoint.ts'
import { webhookChannel } from '../../../model/webhook-event.ts'
import { jobSecretsOf } from '../../rows/job-rows.ts'
import { conflict } from '../../store-error.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import type { DeliveringJob } from '../../webhook-delivery-store.ts'
import type { Transaction } from '../thread/transaction.ts'
import { coverCalls, LONGEST_WEBHOOK_MS } from './cover-calls.ts'
import { done } from '../thread/plan.ts'
import type { Handlers, WriteDeps } from './write-deps.ts'
import { insertWebhookEvents } from './write-webhook-events.ts'

/** The calls that make, change and remove webhook endpoints. */
export function webhookEndpointCalls(
  deps: WriteDeps,
): Handlers<
  Pick<WriteCalls, 'saveWebhookEndpoint' | 'updateWebhookEndpoint' | 'removeWebhookEndpoint' | 'saveJobWebhooks'>
> {
  const { ask } = deps
  return {
    saveWebhookEndpoint({ endpoint: { secrets, url, ...endpoint }, events }) {
      return (transaction) => {
        coverCalls(deps, transaction, LONGEST_WEBHOOK_MS)
        transaction.run(SAVE_ENDPOINT, endpoint.id, JSON.stringify(endpoint), url)
        replaceSecrets(transaction, endpoint.id, secrets)
        insertWebhookEvents(transaction, events)
        return done
      }
    },
    updateWebhookEndpoint({ endpoint, events }) {
      return (transaction) => {
        const update = 'UPDATE waybill.webhook_endpoints SET record = $1 WHERE id = $2'
        transaction.require(update, [JSON.stringify(endpoint), endpoint.id], () =>
          conflict(`change webhook endpoint ${endpoint.id}`, 'it must be stored', 'not there'),
        )
        insertWebhookEvents(transaction, events)
        return done
      }
    },
    async saveJobWebhooks({ webhooks: { secrets, urlKey, ...record }, change: { unchangedSecrets, forgotten } }) {
      const { subscription } = record
      const stored = await ask('SELECT 1 FROM waybill.job_webhooks WHERE subscription = $1', subscription)
      return (transaction) => {
        coverCalls(deps, transaction, LONGEST_WEBHOOK_MS)
        for (const target of forgotten) deleteChannel(transaction, webhookChannel(target))
        if (unchangedSecrets && stored.length > 0) {
          const update = 'UPDATE waybill.job_webhooks SET record = $1 WHERE subscription = $2'
          transaction.run(update, JSON.stringify(record), subscription)
        } else {
          transaction.run(SAVE_JOB_WEBHOOKS, subscription, JSON.stringify(record), urlKey)
          replaceSecrets(transaction, jobSecretsOf(subscription), secrets)
        }
        return done
      }
    },
    removeWebhookEndpoint({ id }) {
      return (transaction) => {
        transaction.run('DELETE FROM waybill.webhook_endpoints WHERE id = $1', id)
        transaction.run('DELETE FROM waybill.webhook_secrets WHERE endpoint = $1', id)
        deleteChannel(transaction, webhookChannel(id))
        transaction.run('DELETE FROM waybill.webhook_backlog WHERE endpoint = $1', id)
        return done
      }
    },
  }
}

/** The last one of an owner is the current one. */
function replaceSecrets(transaction: Transaction, owner: string, secrets: readonly SealedSecret[]): void {
  transaction.run('DELETE FROM waybill.webhook_secrets WHERE endpoint = $1', owner)
  for (const { endsWith, createdAtMs, expiresAtMs, sealed } of secrets.toReversed())
    transaction.run(INSERT_SECRET, owner, endsWith, createdAtMs, expiresAtMs, sealed)
}

/** Forgets the marks of a channel; its places continue while it has jobs. */
function deleteChannel(transaction: Transaction, name: string): void {
  transaction.run(
    `DELETE FROM waybill.channels WHERE name = $1 AND NOT EXISTS (SELECT 1 FROM waybill.jobs WHERE channel = $1)`,
    name,
  )
  transaction.run(EMPTY_CHANNEL, name)
}

/** Notes which jobs of a transaction deliver which events. */
export function insertDeliveries(transaction: Transaction, jobs: readonly DeliveringJob[]): void {
  for (const { ref, endpoint, events } of jobs) transaction.run(INSERT_DELIVERIES, ref, endpoint, events)
}

const SAVE_ENDPOINT = `INSERT INTO waybill.webhook_endpoints (id, record, url) VALUES ($1, $2, $3)
  ON CONFLICT (id) DO UPDATE SET record = excluded.record, url = excluded.url`

const INSERT_SECRET = `INSERT INTO waybill.webhook_secrets (endpoint, ends_with, created_at_ms, expires_at_ms, sealed)
  VALUES ($1, $2, $3, $4, $5)`

const SAVE_JOB_WEBHOOKS = `INSERT INTO waybill.job_webhooks (subscription, record, url_key) VALUES ($1, $2, $3)
  ON CONFLICT (subscription) DO UPDATE SET record = excluded.record, url_key = excluded.url_key`

const EMPTY_CHANNEL = `UPDATE waybill.channels SET config = NULL, secrets = NULL, paused = 0, used = 0, unblocked_at_ms = NULL,
  tat_unit_us = NULL, tat_at_ms = NULL, tat_at_us = NULL, tat_boot_id = NULL WHERE name = $1`

const INSERT_DELIVERIES = `INSERT INTO waybill.webhook_deliveries (ref, item_index, subscription, endpoint, event_seq, job_id)
  SELECT $1::bigint, d.n - 1, e.subscription, $2::text, e.seq, e.job_id
  FROM unnest($3::bigint[]) WITH ORDINALITY AS d (seq, n) JOIN waybill.webhook_events e ON e.seq = d.seq`
