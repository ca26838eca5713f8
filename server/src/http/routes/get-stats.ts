import { hasScope } from '../../model/caller.ts'
import { ProblemError } from '../../model/errors.ts'
import { READ_CACHE_CONTROL, sendJsonText, serializeAll } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

/** The `default` of the parameters. */
const DEFAULT_WINDOW_SECONDS = 600
const DEFAULT_STEP_SECONDS = 10

export const getStats: OperationHandler<'getStats', 'stats'> = async ({ ports, query, caller, reply, shareKey }) => {
  const { windowSeconds = DEFAULT_WINDOW_SECONDS, stepSeconds = DEFAULT_STEP_SECONDS, channel, subscriptions } = query
  const isOfAll = subscriptions === 'all'
  if (isOfAll && !hasScope(caller, 'admin')) {
    const detail = 'Cannot carry out getStats of all subscriptions as the token must have the scope admin: it does not'
    throw new ProblemError({ code: 'forbidden', detail })
  }
  const { channels, ...head } = await ports.stats.read({
    ...{ windowSeconds, stepSeconds, channels: channel, caller: shareKey },
    subscription: isOfAll ? null : caller.subscription,
  })
  const entries = await serializeAll(channels, shareKey)
  const json = `${JSON.stringify(head).slice(0, -1)},"channels":[${entries.join()}]}`
  return sendJsonText(reply.header('cache-control', READ_CACHE_CONTROL), 200, json)
}
