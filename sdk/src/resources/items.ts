import type { ItemDelivery, Receipt } from '@waybill/spec'
import type { Item, Job } from '../ids.ts'
import type { Calls } from '../client.ts'
import type { JobItem } from '../job-handle.ts'
import { type IdempotencyOptions, repeatSafely } from '../transport/repeat-safely.ts'
import type { NewItem } from '../upload/encode-items.ts'

/** One item and where it goes. */
export type NewDelivery<Data = unknown> = Omit<ItemDelivery, 'item'> & { item: NewItem<Data> }

export interface DeliverOptions extends IdempotencyOptions {
  /** How long the server may wait for the item to end before it answers, in seconds, 0 to 30. @default 1 */
  waitSeconds?: number
}

/** The state of one item. */
export type Delivery<Data = unknown, Result = unknown> = Omit<Receipt, 'job' | 'item'> & {
  job: Job
  item: JobItem<Data, Result>
}

/** Single items, without waiting for a job. */
export interface Items {
  /**
   * Delivers one item in the order of its partition key, and gives what became of it: `done` says whether it has ended, which it
   * may have by failing (`item.status`). One that is not done continues by itself: `jobs.attach(delivery.job)` follows it.
   *
   * @throws {BadRequestError} the item is not valid
   * @throws {ConnectionError} {RequestTimeoutError} it may have been delivered or not: repeat it with the error's `idempotencyKey`
   * @example
   * ```ts
   * const { done, item } = await waybill.items.deliver({
   *   channel: 'sandbox',
   *   objectType: 'product',
   *   action: 'update',
   *   item: { id: 'sku-1001', data: { price: 1990 } },
   * })
   * ```
   */
  deliver<Data = unknown, Result = unknown>(
    input: NewDelivery<Data>,
    options?: DeliverOptions,
  ): Promise<Delivery<Data, Result>>
}

export function createItems(calls: Calls): Items {
  return {
    async deliver<Data, Result>(input: NewDelivery<Data>, options: DeliverOptions = {}) {
      const { waitSeconds, signal } = options
      return await repeatSafely('deliver item', options, async (idempotencyKey) => {
        const prefer = waitSeconds === undefined ? {} : { Prefer: `wait=${waitSeconds}` }
        const call = calls.raw.POST('/v1/items', {
          params: { header: { 'Idempotency-Key': idempotencyKey, ...prefer } },
          body: input,
          signal,
          ...calls.via({ timeoutMs: calls.requestTimeoutMs + (waitSeconds ?? 0) * 1000 }),
        })
        const { data } = await calls.read<Receipt>('deliver item', call)
        return { ...data, item: data.item satisfies Item as JobItem<Data, Result> }
      })
    },
  }
}
