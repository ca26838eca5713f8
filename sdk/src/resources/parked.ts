import type { ParkedDecision, ParkedPlace, ParkedReceipt } from '@waybill/spec'
import type { ChannelName, JobId, ParkedItem } from '../ids.ts'
import type { Calls } from '../client.ts'
import type { CallOptions } from '../job-handle.ts'
import { readPages } from '../transport/pages.ts'

/** Which parked items to list. */
export interface ParkedFilter extends CallOptions {
  channel?: ChannelName
  jobId?: JobId
  /** Items fetched by one request, 1 to 1000. @default 100 */
  pageSize?: number
}

/** New data for one parked item. */
export interface ParkedReplacement {
  decision: 'replace'
  /** As `list` gave it, or its job and index. */
  item: ParkedItem | ParkedPlace
  /** Any JSON, at most 1 MiB with the rest of the item. */
  data: unknown
}

/** Items that wait for a person's decision and hold their partition key. */
export interface Parked {
  /** The oldest job first, in index order, fetched page by page as you iterate. */
  list(filter?: ParkedFilter): AsyncIterable<ParkedItem>

  /**
   * Decides on up to 500 parked items, named by what `list` gave or by job and index. `retry`: tried again, with as many attempts as
   * at first; `skip`: it ends `failed`, and the next item of its key continues; `skip_key`: as `skip`, and those behind it in its key
   * end `cancelled`. Items that are not parked, or no longer, are left as they are and named in `notParked`, also when that is all of them: nothing is thrown.
   *
   * It is not sent again when its answer is lost: an item that was decided on may be parked anew meanwhile.
   */
  resolve(
    items: readonly (ParkedItem | ParkedPlace)[],
    decision: Exclude<ParkedDecision['decision'], 'replace'>,
    options?: CallOptions,
  ): Promise<ParkedReceipt>

  /**
   * Replaces the data of one parked item and retries it, as `retry` does. The item keeps its id, partition key, place and idempotency key. Its
   * `log` keeps the data that was replaced, with the time and the caller. Where `partitionBy` points into the data, the new data must lead to
   * the same partition key. It is not sent again when its answer is lost.
   *
   * @throws {BadRequestError} the item cannot have this data
   * @throws {ConflictError} its data was replaced too often (`replaced_too_often`)
   * @throws {PayloadTooLargeError} the item would be larger than 1 MiB
   *
   * @example
   * await waybill.parked.resolve({ decision: 'replace', item: { jobId, index: 12 }, data: { price: 1990 } })
   */
  resolve(replacement: ParkedReplacement, options?: CallOptions): Promise<ParkedReceipt>
}

export function createParked(calls: Calls): Parked {
  const { raw, read } = calls
  return {
    list({ signal, ...filters } = {}) {
      return readPages(
        async (pageToken) => {
          const call = raw.GET('/v1/parked', { params: { query: { ...filters, pageToken } }, signal })
          return (await read('list parked items', call)).data
        },
        (page) => page.parked,
      )
    },

    async resolve(...args: ResolveItems | ReplaceData) {
      const [body, options] = isReplacement(args)
        ? [{ items: [placeOf(args[0].item)], decision: args[0].decision, data: args[0].data }, args[1]]
        : [{ items: args[0].map(placeOf), decision: args[1] }, args[2]]
      const call = raw.POST('/v1/parked/resolve', { body, signal: options?.signal })
      return (await read('resolve parked items', call)).data
    },
  }
}

type ResolveItems = [
  items: readonly (ParkedItem | ParkedPlace)[],
  decision: ParkedDecision['decision'],
  options?: CallOptions,
]
type ReplaceData = [replacement: ParkedReplacement, options?: CallOptions]

function isReplacement(args: ResolveItems | ReplaceData): args is ReplaceData {
  return !Array.isArray(args[0])
}

function placeOf(item: ParkedItem | ParkedPlace): ParkedPlace {
  const { jobId, index } = 'item' in item ? item.item : item
  return { jobId, index }
}
