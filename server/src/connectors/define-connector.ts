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

/** The context of a call. */
export interface BatchContext {
  /** Aborted when the call's time (`timeoutMs`) is up. A call still running `abortGraceMs` later loses its worker thread. */
  readonly signal: AbortSignal
  /** The server's start number: with `attempt` it orders the calls of an item. */
  readonly epoch: number
  /** Of the job's subscription, else the channel's default; null: none are configured. */
  readonly credentials: Credentials | null
  /** Writes to the server's log. Never log secrets or item data. */
  readonly logger: Logger
  readonly job: DeliveryJob
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
   * @throws PermanentError the item fails permanently; RetryLater: not before a time; anything else: by the channel's retry rules
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
 *   async deliverItem(item, { signal, idempotencyKey }) {
 *     await shop.save(item.id, item.data, { signal, idempotencyKey })
 *   },
 * })
 */
export function defineConnector<T extends ItemConnector | BatchConnector>(connector: T): T {
  return connector
}

/** Thrown (or returned in a batch) by a connector: the item fails permanently, whatever the retry rules' defaults. */
export class PermanentError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PermanentError'
  }
}

/** Thrown (or returned in a batch) by a connector: not delivered now; the next call comes after `delayMs` at the earliest. No failure: does not count as an attempt, up to 20 times per item. */
export class RetryLater extends Error {
  readonly delayMs: number

  /** @param delayMs 0 to 86,400,000 (24 h) */
  constructor(delayMs: number, message = 'Retry later', options?: ErrorOptions) {
    super(message, options)
    this.name = 'RetryLater'
    this.delayMs = delayMs
  }
}
