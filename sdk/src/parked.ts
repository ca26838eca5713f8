import type { ParkedDecision, ParkedPlace, ParkedReceipt } from '@waybill/spec'
import type { ChannelName, JobId, ParkedItem } from './ids.ts'
import type { Calls } from './client.ts'
import type { CallOptions } from './job-handle.ts'
import { readPages } from './pages.ts'

/** Which parked items to list. */
export interface ParkedFilter extends CallOptions {
  channel?: ChannelName
  jobId?: JobId
  /** Items fetched by one request, 1 to 1000. @default 100 */
  pageSize?: number
}

/** Items that wait for a person's decision and hold their partition key. */
export interface Parked {
  /** The oldest job first, in index order, fetched page by page as you go on. */
  list(filter?: ParkedFilter): AsyncIterable<ParkedItem>

  /**
   * Decides on up to 500 parked items, named by what `list` gave or by job and index. `retry`: tried again, with as many attempts as
   * at first; `skip`: it ends `failed`, and the next item of its key goes on; `skip_key`: as `skip`, and those behind it in its key
   * end `cancelled`. Items that are not parked, or no longer, are left as they are and named in `notParked`, also when that is all of them: nothing is thrown.
   *
   * It is not sent again when its answer is lost: an item that was decided on may be parked anew meanwhile.
   */
  resolve(
    items: readonly (ParkedItem | ParkedPlace)[],
    decision: ParkedDecision['decision'],
    options?: CallOptions,
  ): Promise<ParkedReceipt>
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

    async resolve(items, decision, { signal } = {}) {
      const places = items
        .map((item) => ('item' in item ? item.item : item))
        .map(({ jobId, index }) => ({ jobId, index }))
      const call = raw.POST('/v1/parked/resolve', { body: { items: places, decision }, signal })
      return (await read('resolve parked items', call)).data
    },
  }
}
