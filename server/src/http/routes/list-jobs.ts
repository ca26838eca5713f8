import type { JobId } from '../../model/ids.ts'
import { sendPage } from '../answer/send-page.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listJobs: OperationHandler<'listJobs', 'progress' | 'pageTokens'> = async (call) => {
  const { limits } = call
  const { status, channel, executionId, source, createdAfter, createdBefore, deadlineAtRisk, pageSize } = call.query
  const scope = [
    'listJobs',
    call.caller.subscription,
    status,
    channel,
    executionId,
    source,
    createdAfter,
    createdBefore,
    deadlineAtRisk,
  ]
  const page = await call.ports.progress.list({
    subscription: call.caller.subscription,
    caller: call.shareKey,
    limit: Math.min(pageSize ?? limits.defaultPageSize, limits.maxPageSize),
    maxBytes: limits.maxPageBytes,
    ...(status && { statuses: status }),
    ...(channel && { channels: channel }),
    ...(executionId !== undefined && { executionId }),
    ...(source && { sources: source }),
    ...(createdAfter !== undefined && { createdAfterMs: Date.parse(createdAfter) }),
    ...(createdBefore !== undefined && { createdBeforeMs: Date.parse(createdBefore) }),
    ...(deadlineAtRisk === true && { deadlineAtRisk }),
    ...beforeOf(call.ports.pageTokens.cursorOf(call.query.pageToken, scope)),
  })
  return sendPage(call, {
    name: 'jobs',
    entries: page.jobs.map((job) => job.json),
    nextPageToken: page.nextBeforeId === null ? null : call.ports.pageTokens.tokenOf(page.nextBeforeId, scope),
  })
}

function beforeOf(cursor: string | null): { beforeId?: JobId } {
  return cursor === null ? {} : { beforeId: cursor as JobId }
}
