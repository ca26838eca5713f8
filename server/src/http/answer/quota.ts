import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpPorts } from '../http-ports.ts'

/** The code of operations that take new items, or open jobs for them. */
const OF_ITEMS = 'quota_exceeded'

/** A quota, as its policy and what is left of it: items of the two structured fields. */
interface ReportedQuota {
  readonly policy: string
  readonly left: string
}

/**
 * Reports what is left of the caller's quotas (draft-ietf-httpapi-ratelimit-headers-10), where there are any: of requests on every answer, of pending items on those of operations that
 * take new ones. A later call replaces what an earlier one has set.
 */
export function setQuotaHeaders(
  request: FastifyRequest,
  reply: Pick<FastifyReply, 'header'>,
  ports: Pick<HttpPorts, 'subscriptions' | 'pendingItemsOf'>,
): void {
  const quotas = [ofRequests(request), ofPendingItems(request, ports)].filter((quota) => quota !== null)
  if (quotas.length === 0) return
  reply.header('ratelimit-policy', quotas.map(({ policy }) => policy).join(', '))
  reply.header('ratelimit', quotas.map(({ left }) => left).join(', '))
}

function ofRequests({ requestsLeft }: FastifyRequest): ReportedQuota | null {
  if (requestsLeft === null) return null
  const { left, waitSeconds, rate } = requestsLeft
  const windowSeconds = Math.max(1, Math.ceil((rate.burst * 60) / rate.perMinute))
  return quotaOf('requests', { policy: `q=${rate.burst};w=${windowSeconds}`, left, waitSeconds })
}

function ofPendingItems(
  { caller, pendingResetSeconds, routeOptions }: FastifyRequest,
  ports: Pick<HttpPorts, 'subscriptions' | 'pendingItemsOf'>,
): ReportedQuota | null {
  if (routeOptions.config.operation?.problemCodes.includes(OF_ITEMS) !== true) return null
  const { maxPendingItems } = ports.subscriptions.get(caller.subscription)
  if (maxPendingItems === null || caller.actor === 'anonymous') return null
  const left = Math.max(0, maxPendingItems - ports.pendingItemsOf(caller.subscription))
  return quotaOf('pending-items', {
    policy: `q=${maxPendingItems};qu="items"`,
    left,
    waitSeconds: pendingResetSeconds,
  })
}

/** @param quota.waitSeconds until there may be more; 0: not known */
function quotaOf(
  name: string,
  { policy, left, waitSeconds }: { readonly policy: string; readonly left: number; readonly waitSeconds: number },
): ReportedQuota {
  const reset = left === 0 && waitSeconds > 0 ? `;t=${Math.ceil(waitSeconds)}` : ''
  return { policy: `"${name}";${policy}`, left: `"${name}";r=${left}${reset}` }
}
