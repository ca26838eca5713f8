import { sendPage } from '../answer/send-page.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listExecutions: OperationHandler<'listExecutions', 'executions' | 'pageTokens'> = async (call) => {
  const { limits, ports } = call
  const { subscription } = call.caller
  const { status, channel, source, createdAfter, createdBefore, pageSize, pageToken } = call.query
  const scope = ['listExecutions', subscription, status, channel, source, createdAfter, createdBefore]
  const page = await ports.executions.list({
    ...{ subscription, caller: call.shareKey },
    limit: Math.min(pageSize ?? limits.defaultPageSize, limits.maxPageSize),
    maxBytes: limits.maxPageBytes,
    ...{ statuses: status, channels: channel, sources: source },
    ...(createdAfter !== undefined && { createdAfterMs: Date.parse(createdAfter) }),
    ...(createdBefore !== undefined && { createdBeforeMs: Date.parse(createdBefore) }),
    cursor: ports.pageTokens.cursorOf(pageToken, scope),
  })
  return sendPage(call, {
    name: 'executions',
    entries: page.executions,
    nextPageToken: page.nextCursor === null ? null : ports.pageTokens.tokenOf(page.nextCursor, scope),
  })
}
