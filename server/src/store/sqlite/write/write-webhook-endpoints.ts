import { conflict } from '../../store-error.ts'
import { webhookChannel } from '../../../model/webhook-event.ts'
import type { SealedSecret } from '../../../model/webhook-endpoint.ts'
import type { DeliveringJob } from '../../webhook-delivery-store.ts'
import { jobSecretsOf } from '../../rows/job-rows.ts'
import type { WriteStatements } from '../tables/statements.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import type { Handlers, WriteDeps } from './write-deps.ts'
import { insertWebhookEvents } from './write-webhook-events.ts'

/** The calls that make, change and remove webhook endpoints. */
export function webhookEndpointCalls({
  sql,
  erasure,
}: WriteDeps): Handlers<
  Pick<WriteCalls, 'saveWebhookEndpoint' | 'updateWebhookEndpoint' | 'removeWebhookEndpoint' | 'saveJobWebhooks'>
> {
  const erased = { result: null, committed: () => void (erasure.walHoldsDeleted = true) }
  return {
    saveWebhookEndpoint({ endpoint: { secrets, url, ...endpoint }, events }) {
      const { id } = endpoint
      erasure.run(() => {
        if (sql.updateWebhookEndpoint.run(JSON.stringify(endpoint), url, id).changes === 0)
          sql.insertWebhookEndpoint.run(id, JSON.stringify(endpoint), url)
        sql.removeWebhookSecrets.run(id)
      })
      insertSecrets(sql, id, secrets)
      insertWebhookEvents(sql, events)
      return erased
    },
    updateWebhookEndpoint({ endpoint, events }) {
      const { changes } = sql.updateWebhookRecord.run(JSON.stringify(endpoint), endpoint.id)
      if (changes === 0) throw conflict(`change webhook endpoint ${endpoint.id}`, 'it must be stored', 'not there')
      insertWebhookEvents(sql, events)
      return { result: null }
    },
    saveJobWebhooks({ webhooks: { secrets, urlKey, ...record }, change: { unchangedSecrets, forgotten } }) {
      const { subscription } = record
      const text = JSON.stringify(record)
      for (const target of forgotten) sql.deleteChannel.run(webhookChannel(target))
      if (unchangedSecrets && sql.updateJobWebhooks.run(text, subscription).changes > 0) return { result: null }
      const owner = jobSecretsOf(subscription)
      erasure.run(() => {
        sql.saveJobWebhooks.run(subscription, text, urlKey)
        sql.removeWebhookSecrets.run(owner)
      })
      insertSecrets(sql, owner, secrets)
      return erased
    },
    removeWebhookEndpoint({ id }) {
      erasure.run(() => {
        sql.removeWebhookEndpoint.run(id)
        sql.removeWebhookSecrets.run(id)
        sql.deleteChannel.run(webhookChannel(id))
        sql.dropBacklog.run(id)
      })
      return erased
    },
  }
}

/** The last one of an owner is the current one. */
function insertSecrets(sql: WriteStatements, owner: string, secrets: readonly SealedSecret[]): void {
  for (const { endsWith, createdAtMs, expiresAtMs, sealed } of secrets.toReversed())
    sql.insertWebhookSecret.run(owner, endsWith, createdAtMs, expiresAtMs, sealed)
}

/** Notes which jobs of the open transaction deliver which events. */
export function insertDeliveries(sql: WriteStatements, jobs: readonly DeliveringJob[]): void {
  for (const { ref, endpoint, events } of jobs)
    for (const [index, seq] of events.entries()) sql.insertWebhookDelivery.run(ref, index, endpoint, seq)
}
