import { hasScope } from '../../model/caller.ts'
import { sendPage } from '../answer/send-page.ts'
import { serializeAll } from '../answer/json-answer.ts'
import { serverViews } from '../answer/server-view.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listServers: OperationHandler<'listServers', 'listServers' | 'epoch' | 'order' | 'clock'> = async (
  call,
) => {
  const { ports, caller } = call
  const views = serverViews(await ports.listServers(), {
    epoch: ports.epoch,
    order: { checks: ports.order.checks, violations: ports.order.violations },
    nowMs: ports.clock.nowMs(),
    isAdmin: hasScope(caller, 'admin'),
  })
  return sendPage(call, { name: 'servers', entries: await serializeAll(views, call.shareKey), nextPageToken: null })
}
