import type { ItemStatus, OperationId, WebhookEventType } from '@waybill/spec'
import type { FastifyReply } from 'fastify'
import type { JobId, JobRef, WebhookEndpointId } from '../../model/ids.ts'
import type { WebhookDeliveryPlace } from '../../store/webhook-delivery-store.ts'
import type { Call } from '../operation-handler.ts'
import { sendPage } from './send-page.ts'

/** The parameters of a list of deliveries. */
export interface DeliveryFilters {
  readonly endpointId?: readonly string[] | undefined
  readonly eventType?: readonly WebhookEventType[] | undefined
  readonly status?: readonly ItemStatus[] | undefined
  readonly include?: readonly 'body'[] | undefined
  readonly pageSize?: number | undefined
  readonly pageToken?: string | undefined
}

type DeliveriesCall = Pick<
  Call<OperationId, 'webhooks' | 'pageTokens'>,
  'operation' | 'ports' | 'limits' | 'caller' | 'shareKey' | 'reply'
>

/** Answers with a page of deliveries. @param wish.jobIds only of events of these jobs; undefined: of all */
export async function sendDeliveries(
  call: DeliveriesCall,
  { filters, jobIds }: { readonly filters: DeliveryFilters; readonly jobIds: readonly JobId[] | undefined },
): Promise<FastifyReply> {
  const { operation, ports, limits, caller, shareKey } = call
  const { subscription } = caller
  const { endpointId, eventType, status, include = [] } = filters
  const scope = [operation.operationId, subscription, jobIds, endpointId, eventType, status]
  const { deliveries, next } = await ports.webhooks.deliveries.page({
    ...{ subscription, caller: shareKey, jobIds, types: eventType, statuses: status },
    endpointIds: endpointId as readonly WebhookEndpointId[] | undefined,
    limit: Math.min(filters.pageSize ?? limits.defaultPageSize, limits.maxPageSize),
    maxBytes: limits.maxPageBytes,
    behind: placeAt(ports.pageTokens.cursorOf(filters.pageToken, scope)),
    bodies: include.includes('body'),
  })
  return sendPage(call, {
    name: 'deliveries',
    entries: deliveries,
    nextPageToken: next === null ? null : ports.pageTokens.tokenOf(`${next.ref}.${next.index}`, scope),
  })
}

function placeAt(cursor: string | null): WebhookDeliveryPlace | null {
  if (cursor === null) return null
  const [ref, index] = cursor.split('.').map(Number) as [number, number]
  return { ref: ref as JobRef, index }
}
