import type { SearchHit, SearchKind } from '@waybill/spec'
import type { Calls } from '../client.ts'
import type { CallOptions } from '../job-handle.ts'
import { toList } from '../transport/pages.ts'

export interface SearchOptions extends CallOptions {
  /** Only hits of these kinds. @default all that the token may see */
  kind?: SearchKind | readonly SearchKind[]
  /** How many hits at most. @default 50 */
  limit?: number
  /** How many requests are made at most; each looks through up to 10,000 jobs or 5,000,000 items, the newest first. @default 5 */
  maxRequests?: number
}

export interface SearchFound {
  hits: SearchHit[]
  /** Whether everything was looked at, and is in `hits`. */
  complete: boolean
}

/** Finds by an id or a value. */
export interface Search {
  /**
   * Finds jobs, executions, items, partition keys and error codes by their id, and jobs by a value of their metadata.
   * @param text 1 to 256 bytes
   * @example
   * ```ts
   * const { hits } = await waybill.search('sku-1001')
   * for (const { kind, jobId, index, status } of hits) console.log(kind, jobId, index, status)
   * ```
   */
  search(text: string, options?: SearchOptions): Promise<SearchFound>
}

export function createSearch({ raw, read }: Calls): Search {
  return {
    async search(text, { signal, kind, limit = 50, maxRequests = 5 } = {}) {
      const hits: SearchHit[] = []
      let pageToken: string | undefined
      for (let requests = 0; requests < maxRequests && hits.length < limit; requests++) {
        const query = { q: text, kind: toList(kind), pageToken }
        const page = (await read('search', raw.GET('/v1/search', { params: { query }, signal }))).data
        hits.push(...page.hits)
        pageToken = page.nextPageToken
        if (pageToken === undefined) break
      }
      return { hits: hits.slice(0, limit), complete: pageToken === undefined && hits.length <= limit }
    },
  }
}
