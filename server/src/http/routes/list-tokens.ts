import { cutPage, serializeAll } from '../answer/json-answer.ts'
import { sendPage } from '../answer/send-page.ts'
import { tokenView } from '../answer/token-view.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listTokens: OperationHandler<'listTokens', 'tokens' | 'pageTokens'> = async (call) => {
  const { limits, ports, caller, query } = call
  const subscription = caller.scopes === 'all' ? null : caller.subscription
  const scope = ['listTokens', subscription]
  const { tokens, more } = ports.tokens.list({
    subscription,
    limit: Math.min(query.pageSize ?? limits.defaultPageSize, limits.maxPageSize),
    beforeId: ports.pageTokens.cursorOf(query.pageToken, scope),
  })
  const { entries, last } = cutPage(await serializeAll(tokens.map(tokenView), call.shareKey), limits.maxPageBytes)
  const isMore = more || last < tokens.length - 1
  return sendPage(call, {
    name: 'tokens',
    entries,
    nextPageToken: isMore ? ports.pageTokens.tokenOf(tokens[last]!.id, scope) : null,
  })
}
