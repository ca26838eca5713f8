import type { DeadLetterGroup as GroupView, Item } from '@waybill/spec'
import { type ApiPaths, deadLetterGroupId, errorAdvice, errorLine } from '@waybill/spec/rules'
import type { DeadLetterGroup } from '../../store/outcome-store.ts'
import { readItemsOf } from '../answer/failed-items.ts'
import { READ_CACHE_CONTROL, sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { deadLetterFilter } from '../request/dead-letter-filter.ts'

/** Failed items that a request counts: about a second of the store's reader on a busy machine, a few ms at a time. */
const MAX_LETTERS = 100_000
/** Of each group one item is read. */
const MAX_GROUPS = 200

export const listDeadLetterGroups: OperationHandler<
  'listDeadLetterGroups',
  'pageTokens' | 'store' | 'itemReads' | 'paths'
> = async (call) => {
  const { ports, query, caller } = call
  const { channel, jobId, code, group, partitionKey, retried = true } = query
  const scope = ['listDeadLetterGroups', caller.subscription, channel, jobId, code, group, partitionKey, retried]
  const cursor = ports.pageTokens.cursorOf(query.pageToken, scope)
  const { partitionKey: _, ...filter } = deadLetterFilter(
    { channels: channel, jobIds: jobId, codes: code, groups: group, partitionKey },
    { caller, place: { parameter: 'partitionKey' }, redacts: (name) => ports.itemReads.redacts(name) },
  )
  const { groups, nextBeforeSeq } = await ports.store.groupDeadLetters({
    ...{ ...filter, caller: call.shareKey },
    ...{ maxLetters: MAX_LETTERS, maxGroups: MAX_GROUPS },
    ...(cursor !== null && { beforeSeq: Number(cursor) }),
    ...(!retried && { notRetried: true }),
  })
  const examples = await readItemsOf(
    groups.map(({ newest }) => newest),
    call,
  )
  const views = groups.map((one, n) => groupView(one, examples[n]?.[1], ports.paths))
  call.reply.header('cache-control', READ_CACHE_CONTROL)
  return sendJson(call.reply, 200, {
    groups: views.sort((a, b) => b.count - a.count || b.lastFailedAt.localeCompare(a.lastFailedAt)),
    complete: nextBeforeSeq === null,
    ...(nextBeforeSeq !== null && { nextPageToken: ports.pageTokens.tokenOf(String(nextBeforeSeq), scope) }),
  })
}

/** @param item undefined: its job was deleted meanwhile */
function groupView(group: DeadLetterGroup, item: Item | undefined, paths: ApiPaths): GroupView {
  const { channel, code, count, retried, newest } = group
  const id = deadLetterGroupId(group.error)
  return {
    id,
    channel,
    code,
    detail: errorLine(item?.error?.detail),
    count,
    retried,
    firstFailedAt: new Date(group.firstFailedAtMs).toISOString(),
    lastFailedAt: new Date(group.lastFailedAtMs).toISOString(),
    example: { jobId: newest.jobId, index: newest.index },
    advice: errorAdvice(item?.error ?? { code, status: null, retryable: false }),
    links: {
      items: paths.deadLettersOfGroup({ id, channel, code }),
      example: `${paths.job(newest.jobId)}/items/${newest.index}`,
    },
  }
}
