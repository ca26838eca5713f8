import { webhookChannel } from '../../../model/webhook-event.ts'
import type { DeliveringJob } from '../../webhook-delivery-store.ts'
import type { WriteStatements } from '../tables/statements.ts'
import type { WriteCalls } from '../thread/messages.ts'
import type { Handlers, WriteDeps } from './write-deps.ts'
import { insertWebhookEvents } from './write-webhook-events.ts'

/** The calls that make, change and remove webhook endpoints. */
export function webhookEndpointCalls({
  sql,
  erasure,
}: WriteDeps): Handlers<Pick<WriteCalls, 'saveWebhookEndpoint' | 'removeWebhookEndpoint'>> {
  const erased = { result: null, committed: () => void (erasure.walHoldsDeleted = true) }
  return {
    saveWebhookEndpoint({ endpoint: { secrets, url, ...endpoint }, events }) {
      const { id } = endpoint
      erasure.run(() => {
        if (sql.updateWebhookEndpoint.run(JSON.stringify(endpoint), url, id).changes === 0)
          sql.insertWebhookEndpoint.run(id, JSON.stringify(endpoint), url)
        sql.removeWebhookSecrets.run(id)
      })
      for (const { endsWith, createdAtMs, expiresAtMs, sealed } of secrets.toReversed())
        sql.insertWebhookSecret.run(id, endsWith, createdAtMs, expiresAtMs, sealed)
      insertWebhookEvents(sql, events)
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

/** Notes which jobs of the open transaction deliver which events. */
export function insertDeliveries(sql: WriteStatements, jobs: readonly DeliveringJob[]): void {
  for (const { ref, endpoint, events } of jobs)
    for (const [index, seq] of events.entries()) sql.insertWebhookDelivery.run(ref, index, endpoint, seq)
}
