import type { Operation } from '@waybill/spec'
import type { MockWorld } from '../engine/mock-world.ts'
import type { RequestsLeft } from '../engine/subscriptions.ts'
import { pendingItemsOf } from './capacity.ts'

/** Sets the headers of the caller's quotas, where there are any: of requests, and of pending items on operations that take new ones. */
export function setQuotaHeaders(
  headers: Headers,
  options: {
    readonly operation: Operation
    readonly world: MockWorld
    readonly requests: RequestsLeft | null
    /** When there may be more pending items. */
    readonly pendingResetSeconds?: number
  },
): void {
  const { operation, world, requests, pendingResetSeconds = 0 } = options
  const policies: string[] = []
  const lefts: string[] = []
  const add = (name: string, policy: string, left: number, waitSeconds: number): void => {
    policies.push(`"${name}";${policy}`)
    lefts.push(`"${name}";r=${left}${left === 0 && waitSeconds > 0 ? `;t=${Math.ceil(waitSeconds)}` : ''}`)
  }
  if (requests !== null) {
    const { rate, left, waitSeconds } = requests
    const windowSeconds = Math.max(1, Math.ceil((rate.burst * 60) / rate.perMinute))
    add('requests', `q=${rate.burst};w=${windowSeconds}`, left, waitSeconds * world.delayFactor)
  }
  const { maxPendingItems } = world.quota
  if (maxPendingItems !== null && operation.problemCodes.includes('quota_exceeded')) {
    const left = Math.max(0, maxPendingItems - pendingItemsOf(world))
    add('pending-items', `q=${maxPendingItems};qu="items"`, left, pendingResetSeconds)
  }
  if (policies.length === 0) return
  headers.set('RateLimit-Policy', policies.join(', '))
  headers.set('RateLimit', lefts.join(', '))
}
