import type { Credentials } from '../model/channel.ts'
import type { Action } from '../model/job.ts'
import type { Logger } from '../runtime/logger.ts'

/** An item as a connector of your own gets it: a plain, frozen object. */
export interface DeliverableItem {
  /** Its place in the job, 0 and up. */
  readonly index: number
  readonly id: string
  /** The key that orders it under the job's `partitionBy`; null with `job` and `none`. */
  readonly partitionKey: string | null
  readonly action: Action
  /** The item's `data` as the client sent it; null: none. */
  readonly data: unknown
  /** Number of this call in the life of the item, 1 and up. */
  readonly attempt: number
  /** The same for every call of the item, over restarts too: pass it on, so that a repeat is recognised. */
  readonly idempotencyKey: string
}

/** The job of a call's items. */
export interface DeliveryJob {
  readonly id: string
  readonly subscription: string
  readonly channel: string
  readonly objectType: string
  /** The action of all items of this call. */
  readonly action: Action
}

/** The options of a call's `fetch`: those of the platform's, and `authorize`. */
export interface ConnectorRequestInit extends RequestInit {
  /**
   * Sends the credentials of the call (`context.credentials`): their header, an access token (renewed once when it is refused with 401), or a signature. The
   * body of a request with a token or a signature is held in memory. With `redirect: 'follow'` it is refused.
   * @default false
   */
  readonly authorize?: boolean
}

/**
 * As the platform's `fetch`, through the connections of the channel: private addresses are refused unless the channel allows them, and at most the channel's `concurrency`
 * of connections lead to an origin. Requests end with their call: when its time is up, or when it has returned. Redirects are returned as they are unless `redirect` says otherwise; the address of
 * each one that is followed is checked. `traceparent` and `user-agent` are added where they are missing.
 * @throws Error whose `code` is `connection_failed`: no connection, or it broke; `token_request_failed`: no access token; `no_credentials`: `authorize` without credentials
 * @throws TypeError the request cannot be made as it is
 */
export type ConnectorFetch = (input: string | URL | Request, init?: ConnectorRequestInit) => Promise<Response>

/** The context of a call. */
export interface BatchContext {
  /** Aborted when the call's time (`timeoutMs`) is up. A call still running `abortGraceMs` later loses its worker thread. */
  readonly signal: AbortSignal
  /**
   * The time that the call has at this moment: of its `timeoutMs`, or until the job's `deadlineAt` if that comes first. Whole ms, 1 and up; pass it
   * on, so that whoever you call stops when nobody waits any more.
   */
  readonly timeLeftMs: number
  /** The channel's term, which grows with every start of the server: with `attempt` it orders the calls of an item. Terms of different channels are not comparable. */
  readonly epoch: number
  /** Of the job's subscription, else the channel's default; null: none are configured. */
  readonly credentials: Credentials | null
  /** The W3C `traceparent` of the call, for clients of your own; `fetch` adds it. */
  readonly traceparent: string
  /** Writes to the server's log. Never log secrets or item data. */
  readonly logger: Logger
  readonly job: DeliveryJob
  /** Requests of the call. A connector that does not use it pays nothing for it. */
  readonly fetch: ConnectorFetch
}

export interface ItemContext extends BatchContext {
  /** Number of this call in the life of the item, 1 and up. */
  readonly attempt: number
  readonly idempotencyKey: string
}

/** Delivers one item at a time. */
export interface ItemConnector {
  /**
   * Delivers one item. Its return value (JSON below 64 KiB) is the item's result; it throws when the item was not delivered.
   * @throws PermanentError the item fails permanently; RetryLater: not before a time; HttpStatusError: by its status; anything else: by the channel's retry rules
   */
  deliverItem(item: DeliverableItem, context: ItemContext): unknown
}

/** Delivers up to `batchSize` items of one job and one action at once. */
export interface BatchConnector {
  /**
   * Delivers items and returns one result for each, in their order; an `Error` in a result's place fails that item, a throw fails all of them.
   * A list of another length is invalid: all items have failed.
   */
  deliverBatch(
    items: readonly DeliverableItem[],
    context: BatchContext,
  ): readonly unknown[] | Promise<readonly unknown[]>
}

/**
 * Types a connector of your own: `export default defineConnector({...})`. Adds nothing else: a plain object does as well.
 * @param connector an object with exactly one of `deliverItem` and `deliverBatch`
 * @example
 * export default defineConnector({
 *   async deliverItem(item, { fetch, idempotencyKey }) {
 *     const url = `https://shop.example/products/${encodeURIComponent(item.id)}`
 *     const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey }
 *     throwForStatus(await fetch(url, { method: 'PUT', headers, body: JSON.stringify(item.data), authorize: true }))
 *   },
 * })
 */
export function defineConnector<T extends ItemConnector | BatchConnector>(connector: T): T {
  return connector
}
