import type { AuditEntry } from '@waybill/spec'
import { hasScope } from '../engine/access-tokens.ts'
import { cutPage } from '../show/pages.ts'
import type { OperationHandlers } from './operation-handler.ts'

/** The audit of the mock. */
export const auditHandlers: Pick<OperationHandlers, 'listAudit'> = {
  listAudit({ query, world, caller }) {
    const { actor, action, jobId, channel, createdAfter, createdBefore } = query
    const found = world.audit
      .all()
      .filter(
        (entry) =>
          (hasScope(caller, 'admin') || entry.subscription === caller.subscription) &&
          (actor === undefined || actorOf(entry) === actor) &&
          (action === undefined || entry.action === action) &&
          (jobId === undefined || entry.resource.job === jobId) &&
          (channel === undefined || entry.resource.channel === channel) &&
          (createdAfter === undefined || Date.parse(entry.at) >= Date.parse(createdAfter)) &&
          (createdBefore === undefined || Date.parse(entry.at) < Date.parse(createdBefore)),
      )
    const scope = ['listAudit', actor, action, jobId, channel, createdAfter, createdBefore]
    const page = cutPage(found, query, { scope, idOf: ({ id }) => id })
    return { status: 200, body: { entries: [...page.entries], ...page.next } }
  },
}

function actorOf({ actor }: AuditEntry): string {
  return actor.tokenId ?? actor.kind
}
