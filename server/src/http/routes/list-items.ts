import { hasScope } from '../../model/caller.ts'
import type { JobId } from '../../model/ids.ts'
import type { ItemPageAnswer } from '../../progress/item-reads.ts'
import { TimeSlice } from '../../runtime/time-slice.ts'
import { ItemsJson } from '../answer/item-json.ts'
import { foundJob } from '../answer/job-answer.ts'
import { READ_CACHE_CONTROL } from '../answer/json-answer.ts'
import type { Call, OperationHandler } from '../operation-handler.ts'

/** Reads that one page may cost: a filter that matches little must not scan a whole job in one request. */
const MAX_READS = 20

/** The ports that it uses. */
type ListItemsPorts = 'pageTokens' | 'itemReads'

export const listItems: OperationHandler<'listItems', ListItemsPorts> = async (call) => {
  const { status, partitionKey, id, include = [] } = call.query
  const scope = ['listItems', call.caller.subscription, call.path.jobId, status, partitionKey, id, [...include].sort()]
  const cursor = call.ports.pageTokens.cursorOf(call.query.pageToken, scope)
  const { items, nextIndex, release } = await readPage(call, cursor === null ? 0 : Number(cursor))
  const slice = new TimeSlice(call.shareKey)
  const json = new ItemsJson()
  for (const [n, item] of items.entries()) {
    json.text(n === 0 ? '{"items":[' : ',').item(item)
    if (slice.over) await slice.next()
  }
  release?.()
  if (items.length === 0) json.text('{"items":[')
  json.text(
    nextIndex === null
      ? ']}'
      : `],"nextPageToken":${JSON.stringify(call.ports.pageTokens.tokenOf(String(nextIndex), scope))}}`,
  )
  call.reply.header('cache-control', READ_CACHE_CONTROL)
  return json.send(call.reply)
}

/** One read of the store looks at a bounded number of items: continues while none was found. */
async function readPage(call: Call<'listItems', ListItemsPorts>, fromIndex: number): Promise<ItemPageAnswer> {
  const { limits } = call
  const { itemReads } = call.ports
  const { status, partitionKey, id, include = [], pageSize } = call.query
  let nextIndex = fromIndex
  for (let reads = 1; ; reads++) {
    const page = await itemReads.page({
      jobId: call.path.jobId as JobId,
      subscription: call.caller.subscription,
      caller: call.shareKey,
      unredacted: hasScope(call.caller, 'admin'),
      fromIndex: nextIndex,
      limit: Math.min(pageSize ?? limits.defaultPageSize, limits.maxPageSize),
      maxBytes: limits.maxPageBytes,
      statuses: status,
      partitionKey,
      id,
      include: { data: include.includes('data'), log: include.includes('log') },
    })
    const found = foundJob(page, call.path.jobId)
    if (found.items.length > 0 || found.nextIndex === null || reads === MAX_READS) return found
    nextIndex = found.nextIndex
  }
}
