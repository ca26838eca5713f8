import type { JobId, WebhookEndpointId } from '../model/ids.ts'
import type { ItemStatus } from '../model/item.ts'
import { isJobWebhookTarget } from '../model/job-webhook-origins.ts'
import { WEBHOOK_SUBSCRIPTION, type WebhookEventType } from '../model/webhook-event.ts'
import { deliveryView } from '../progress/delivery-view.ts'
import type { ItemReads } from '../progress/item-reads.ts'
import type {
  StoredWebhookDelivery,
  WebhookDeliveryPlace,
  WebhookDeliveryStore,
} from '../store/webhook-delivery-store.ts'
import type { JobWebhooks } from './job-webhooks.ts'
import type { WebhookEndpoints } from './webhook-endpoints.ts'

/** Deliveries that are read side by side: enough to keep the store's reader busy, few enough to leave capacity for others. */
const READS_AT_ONCE = 16
/** Deliveries that one page looks at: with filters that few of them match it ends before it is full. */
const MAX_LOOKED_AT = 2000

export interface WebhookDeliveriesOptions {
  readonly store: WebhookDeliveryStore
  readonly endpoints: WebhookEndpoints
  readonly jobWebhooks: Pick<JobWebhooks, 'of'>
  readonly itemReads: Pick<ItemReads, 'items'>
}

export interface DeliveriesQuery {
  readonly subscription: string
  /** Divides what all callers share. */
  readonly caller: string
  readonly limit: number
  /** The page ends when the JSON of its deliveries reaches this. */
  readonly maxBytes: number
  readonly behind: WebhookDeliveryPlace | null
  readonly jobIds?: readonly JobId[] | undefined
  readonly endpointIds?: readonly WebhookEndpointId[] | undefined
  readonly types?: readonly WebhookEventType[] | undefined
  readonly statuses?: readonly ItemStatus[] | undefined
  readonly bodies: boolean
}

/** A page, perhaps empty although others follow. */
export interface DeliveriesPage {
  /** Each as JSON. */
  readonly deliveries: readonly string[]
  /** The last delivery that was looked at; null: there are no others behind it. */
  readonly next: WebhookDeliveryPlace | null
}

/** The log of deliveries: which event went to which endpoint, what became of it, and each attempt. Of other subscriptions' nothing is seen (SEC-1). */
export class WebhookDeliveries {
  readonly #options: WebhookDeliveriesOptions

  constructor(options: WebhookDeliveriesOptions) {
    this.#options = options
  }

  /** Deliveries to endpoints that there are and to webhooks of jobs, newest first. */
  async page(query: DeliveriesQuery): Promise<DeliveriesPage> {
    const { subscription, limit, jobIds, bodies } = query
    const deliveries: string[] = []
    let bytes = 0
    let { behind } = query
    for (let looked = 0; looked < MAX_LOOKED_AT; looked += READS_AT_ONCE) {
      const rows = await this.#options.store.listWebhookDeliveries({
        ...{ subscription, limit: READS_AT_ONCE, bodies },
        ...(behind !== null && { behind }),
        ...(jobIds !== undefined && { jobIds }),
      })
      const shown = await this.#views(rows, query)
      for (const [n, one] of shown.entries()) {
        behind = rows[n]!
        if (one === null || query.statuses?.includes(one.status) === false) continue
        const json = JSON.stringify(one)
        deliveries.push(json)
        bytes += json.length
        if (deliveries.length === limit || bytes >= query.maxBytes) return { deliveries, next: placeOf(behind) }
      }
      if (rows.length < READS_AT_ONCE) return { deliveries, next: null }
    }
    return { deliveries, next: behind && placeOf(behind) }
  }

  #isWanted({ endpoint, type }: StoredWebhookDelivery, { endpointIds, types }: DeliveriesQuery): boolean {
    if (!isJobWebhookTarget(endpoint) && this.#options.endpoints.find(endpoint) === undefined) return false
    return endpointIds?.includes(endpoint) !== false && types?.includes(type) !== false
  }

  /** Null: it is not asked for, or the job that delivers it was removed meanwhile. */
  async #views(
    rows: readonly StoredWebhookDelivery[],
    query: DeliveriesQuery,
  ): Promise<(ReturnType<typeof deliveryView> | null)[]> {
    const { itemReads, endpoints, jobWebhooks } = this.#options
    const indexes = new Map<JobId, number[]>()
    for (const row of rows) {
      if (this.#isWanted(row, query))
        indexes.set(row.deliveringJob, [...(indexes.get(row.deliveringJob) ?? []), row.index])
    }
    const reader = { subscription: WEBHOOK_SUBSCRIPTION, caller: query.caller }
    const reads = Array.from(
      indexes,
      async ([jobId, of]) => [jobId, await itemReads.items({ jobId, indexes: of, ...reader })] as const,
    )
    const items = new Map(await Promise.all(reads))
    return rows.map((row) => {
      const item = this.#isWanted(row, query) ? items.get(row.deliveringJob)?.get(row.index) : undefined
      if (item === undefined) return null
      const isDisabled = isJobWebhookTarget(row.endpoint)
        ? jobWebhooks.of(query.subscription).state === 'disabled'
        : endpoints.find(row.endpoint)?.record.state === 'disabled'
      return deliveryView(row, { item, isDisabled })
    })
  }
}

function placeOf({ ref, index }: WebhookDeliveryPlace): WebhookDeliveryPlace {
  return { ref, index }
}
