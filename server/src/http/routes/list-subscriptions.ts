import { cutPage, serializeAll } from '../answer/json-answer.ts'
import { sendPage } from '../answer/send-page.ts'
import { subscriptionView } from '../answer/subscription-view.ts'
import type { OperationHandler } from '../operation-handler.ts'

const SCOPE = ['listSubscriptions']

export const listSubscriptions: OperationHandler<
  'listSubscriptions',
  'subscriptions' | 'pageTokens' | 'paths'
> = async (call) => {
  const { limits, ports, query } = call
  const { subscriptions, more } = ports.subscriptions.list({
    limit: Math.min(query.pageSize ?? limits.defaultPageSize, limits.maxPageSize),
    afterName: ports.pageTokens.cursorOf(query.pageToken, SCOPE),
  })
  const views = subscriptions.map((subscription) => subscriptionView(subscription, ports))
  const { entries, last } = cutPage(await serializeAll(views, call.shareKey), limits.maxPageBytes)
  const isMore = more || last < subscriptions.length - 1
  return sendPage(call, {
    name: 'subscriptions',
    entries,
    nextPageToken: isMore ? ports.pageTokens.tokenOf(subscriptions[last]!.name, SCOPE) : null,
  })
}
