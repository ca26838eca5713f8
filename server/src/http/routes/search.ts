import type { SearchHit as HitView, SearchLinks } from '@waybill/spec'
import type { ApiPaths } from '@waybill/spec/rules'
import { type Caller, hasScope } from '../../model/caller.ts'
import { ProblemError } from '../../model/errors.ts'
import type { JobId } from '../../model/ids.ts'
import type { SearchHit, SearchKind, SearchPlace } from '../../store/search-store.ts'
import { readItemsOf } from '../answer/failed-items.ts'
import { READ_CACHE_CONTROL, sendJson } from '../answer/json-answer.ts'
import type { Call, OperationHandler } from '../operation-handler.ts'

const MAX_HITS = 50
const MAX_TEXT_BYTES = 256
/** Jobs and chunks that a request looks at: half a second of the store's reader at most, a few ms at a time. */
const MAX_JOBS = 10_000
const MAX_CHUNKS = 5000

/** In the order of hits; and the scope that is needed beside that of the operation. */
const scopeOf = {
  job: 'jobs:read',
  execution: 'jobs:read',
  error_code: 'dead-letters:read',
  metadata: 'jobs:read',
  item: 'items:read',
  partition_key: 'items:read',
} as const

type Search = Call<'search', 'store' | 'pageTokens' | 'progress' | 'itemReads' | 'paths'>

export const search: OperationHandler<'search', 'store' | 'pageTokens' | 'progress' | 'itemReads' | 'paths'> = async (
  call,
) => {
  const { ports, query, caller } = call
  const { q: text, kind } = query
  if (Buffer.byteLength(text) > MAX_TEXT_BYTES) throw tooLong(text)
  const kinds = kindsOf(caller).filter((one) => kind?.includes(one) !== false)
  const scope = ['search', caller.subscription, text, kinds]
  const cursor = ports.pageTokens.cursorOf(query.pageToken, scope)
  const { hits, next } = await ports.store.search({
    ...{
      subscription: caller.subscription,
      caller: call.shareKey,
      text,
      kinds,
      limit: MAX_HITS,
      maxJobs: MAX_JOBS,
      maxChunks: MAX_CHUNKS,
    },
    from: cursor === null ? null : placeOf(cursor),
  })
  const views = await showHits(hits, call)
  call.reply.header('cache-control', READ_CACHE_CONTROL)
  return sendJson(call.reply, 200, {
    hits: views,
    searched: kinds,
    complete: next === null,
    ...(next !== null && { nextPageToken: ports.pageTokens.tokenOf(cursorOf(next), scope) }),
  })
}

function kindsOf(caller: Caller): SearchKind[] {
  return (Object.keys(scopeOf) as SearchKind[]).filter((kind) => hasScope(caller, scopeOf[kind]))
}

/** Reads the statuses of what was found; leaves out what was deleted meanwhile, and items of which only the hash is the same. */
async function showHits(hits: readonly SearchHit[], call: Search): Promise<HitView[]> {
  const { ports, caller, query } = call
  const ofItems = hits.flatMap(({ jobId, index, kind }) =>
    jobId === null || index === null ? [] : [{ jobId, index, kind }],
  )
  const items = (await readItemsOf(ofItems, call)).values()
  const statuses = new Map<JobId, string | undefined>()
  for (const { jobId } of hits) {
    if (jobId !== null && !statuses.has(jobId))
      statuses.set(jobId, (await ports.progress.find(jobId, caller.subscription))?.job.status)
  }
  return hits.flatMap((hit) => {
    const { kind, value, jobId, index, channel, field, atMs } = hit
    const item = jobId === null || index === null ? null : items.next().value?.[1]
    const isFound = item === null || (kind === 'item' ? item?.id : item?.partitionKey) === query.q
    if (!isFound || (jobId !== null && statuses.get(jobId) === undefined)) return []
    const status = item?.status ?? (jobId === null ? null : statuses.get(jobId)!)
    const at = new Date(atMs).toISOString()
    return { kind, value, jobId, index, channel, field, status, at, links: linksOf(hit, ports.paths) }
  })
}

function linksOf({ kind, value, jobId, index, channel }: SearchHit, paths: ApiPaths): SearchLinks {
  if (kind === 'execution') return { self: paths.execution(value) }
  if (jobId === null) return { self: paths.deadLettersOfCode(channel!, value) }
  const job = paths.job(jobId)
  if (index === null) return { self: job }
  return { self: kind === 'item' ? `${job}/items/${index}` : paths.itemsOfKey(jobId, value), job }
}

function cursorOf({ jobId, chunk, keyFound }: SearchPlace): string {
  return `${jobId}/${chunk}/${keyFound ? 1 : 0}`
}

function placeOf(cursor: string): SearchPlace {
  const [jobId, chunk, keyFound] = cursor.split('/')
  return { jobId: jobId as JobId, chunk: Number(chunk), keyFound: keyFound === '1' }
}

function tooLong(text: string): ProblemError {
  const detail = `must be at most ${MAX_TEXT_BYTES} bytes of UTF-8: it has ${Buffer.byteLength(text)}`
  return new ProblemError({
    code: 'bad_request',
    detail: `Cannot search as q ${detail}`,
    errors: [{ parameter: 'q', detail }],
    errorCount: 1,
  })
}
