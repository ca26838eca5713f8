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
    saveWebhookEndpoint({ endpoint, events }) {
      const { changes } = erasure.run(() => sql.updateWebhookEndpoint.run(JSON.stringify(endpoint), endpoint.id))
      if (changes === 0) sql.insertWebhookEndpoint.run(endpoint.id, JSON.stringify(endpoint))
      insertWebhookEvents(sql, events)
      return changes === 0 ? { result: null } : erased
    },
    removeWebhookEndpoint({ id }) {
      erasure.run(() => {
        sql.removeWebhookEndpoint.run(id)
        sql.deleteChannel.run(webhookChannel(id))
        sql.dropBacklog.run(id)
      })
      return erased
    },
  }
}

/** Notes which jobs of the open transaction deliver which events. */
export function insertDeliveries(sql: WriteStatements, jobs: readonly DeliveringJob[]): void {
  for (const { ref, subscription, endpoint, events } of jobs)
    for (const [index, seq] of events.entries())
      sql.insertWebhookDelivery.run(ref, index, subscription, endpoint, seq)
}
