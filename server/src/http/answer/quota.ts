import type { FastifyReply } from 'fastify'
import type { Caller } from '../../model/caller.ts'
import { subscriptionsOf } from '../../model/subscription.ts'
import type { HttpPorts } from '../http-ports.ts'

interface Asking {
  readonly ports: Pick<HttpPorts, 'config' | 'pendingItemsOf'>
  readonly caller: Pick<Caller, 'subscription'>
}

const NAME = '"pending-items"'

/**
 * Reports the remainder of the caller's quota on pending items (draft-ietf-httpapi-ratelimit-headers), where there is one.
 * @param resetSeconds when there may be more, if that is known
 */
export function setQuotaHeaders(
  reply: Pick<FastifyReply, 'header'>,
  { ports, caller: { subscription } }: Asking,
  resetSeconds?: number,
): void {
  const { maxPendingItems } = subscriptionsOf(ports.config.subscriptions).get(subscription)
  if (maxPendingItems === null) return
  const left = Math.max(0, maxPendingItems - ports.pendingItemsOf(subscription))
  const reset = resetSeconds === undefined ? '' : `;t=${Math.ceil(resetSeconds)}`
  reply.header('ratelimit-policy', `${NAME};q=${maxPendingItems};qu="items"`)
  reply.header('ratelimit', `${NAME};r=${left}${reset}`)
}
