import type { AuditSeq } from '../../model/audit.ts'
import type { JobId } from '../../model/ids.ts'
import { auditView } from '../answer/audit-view.ts'
import { cutPage, serializeAll } from '../answer/json-answer.ts'
import { sendPage } from '../answer/send-page.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listAudit: OperationHandler<'listAudit', 'audit' | 'pageTokens'> = async (call) => {
  const { limits, ports, caller, query } = call
  const subscription = caller.scopes === 'all' ? null : caller.subscription
  const { actor, action, jobId, channel, createdAfter, createdBefore } = query
  const scope = ['listAudit', subscription, actor, action, jobId, channel, createdAfter, createdBefore]
  const cursor = ports.pageTokens.cursorOf(query.pageToken, scope)
  const found = await ports.audit.list({
    subscription,
    limit: Math.min(query.pageSize ?? limits.defaultPageSize, limits.maxPageSize),
    ...(cursor !== null && { beforeSeq: Number(cursor) as AuditSeq }),
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(jobId !== undefined && { jobId: jobId as JobId }),
    ...(channel !== undefined && { channel }),
    ...(createdAfter !== undefined && { createdAfterMs: Date.parse(createdAfter) }),
    ...(createdBefore !== undefined && { createdBeforeMs: Date.parse(createdBefore) }),
  })
  const texts = await serializeAll(found.entries.map(auditView), call.shareKey)
  const { entries, last } = cutPage(texts, limits.maxPageBytes)
  const next = last < found.entries.length - 1 ? found.entries[last]!.seq : found.next
  return sendPage(call, {
    name: 'entries',
    entries,
    nextPageToken: next === null ? null : ports.pageTokens.tokenOf(String(next), scope),
  })
}
