import type { DeadLetter, Item } from '@waybill/spec'
import { errorAdvice } from '@waybill/spec/rules'
import { deadLetterFilter } from '../request/dead-letter-filter.ts'
import { readItemsOf } from '../answer/failed-items.ts'
import { cutPage, serializeAll } from '../answer/json-answer.ts'
import { sendPage } from '../answer/send-page.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listDeadLetters: OperationHandler<'listDeadLetters', 'pageTokens' | 'store' | 'itemReads'> = async (
  call,
) => {
  const { limits, ports } = call
  const { subscription } = call.caller
  const { channel, jobId, code, group, partitionKey, retried = true, pageSize } = call.query
  const scope = ['listDeadLetters', subscription, channel, jobId, code, group, partitionKey, retried]
  const cursor = ports.pageTokens.cursorOf(call.query.pageToken, scope)
  const { partitionKey: _, ...filter } = deadLetterFilter(
    { channels: channel, jobIds: jobId, codes: code, groups: group, partitionKey },
    {
      caller: call.caller,
      place: { parameter: 'partitionKey' },
      redacts: (name) => ports.itemReads.redacts(name),
    },
  )
  const limit = Math.min(pageSize ?? limits.defaultPageSize, limits.maxPageSize)
  const letters = await ports.store.listDeadLetters({
    ...{ ...filter, caller: call.shareKey },
    limit: limit + 1,
    ...(cursor !== null && { beforeSeq: Number(cursor) }),
    ...(!retried && { notRetried: true }),
  })

  const shown = letters.slice(0, limit)
  const items = await readItemsOf(shown, call)
  const views = items.map((found): DeadLetter | null => {
    // Another key may share its hash; a job may have been deleted meanwhile.
    if (found === null || (partitionKey !== undefined && found[1].partitionKey !== partitionKey)) return null
    const [letter, item] = found
    const { channel, code } = letter
    return { channel, code, failedAt: new Date(letter.failedAtMs).toISOString(), advice: adviceFor(item), item }
  })
  const { entries, last } = cutPage(await serializeAll(views, call.shareKey), limits.maxPageBytes)
  const isMore = last < letters.length - 1
  return sendPage(call, {
    name: 'deadLetters',
    entries,
    nextPageToken: isMore ? ports.pageTokens.tokenOf(String(letters[last]!.seq), scope) : null,
  })
}

/** Returns the advice for a failed item. */
function adviceFor({ error, retriedAs }: Item): string {
  if (retriedAs !== null) return `Already retried: see job ${retriedAs}`
  return error === null ? 'Try the item again' : errorAdvice(error)
}
