import { operations, type OperationId } from '@waybill/spec'
import { limits } from './limits.ts'
import type { MockClock } from './mock-clock.ts'
import { MockProblem } from '../show/problems.ts'

/** Faults of the way between client and server, each for some of the next requests. */
export interface MockFaults {
  rateLimit(options?: RateLimitFault): void
  loseResponse(operationId: OperationId, times?: number): void
  dropStream(options?: DroppedStream): void
  outage(options?: Outage): void
  /** Returns the fault of a request before it is handled; null: none. @throws MockProblem */
  refuse(operationId: OperationId): 'network error' | null
  /** Whether the answer to this request is lost. */
  losesResponse(operationId: OperationId): boolean
  /** Returns after how much the stream that now begins breaks off; null: it does not. */
  takeDrop(): DroppedStream | null
}

export interface RateLimitFault {
  /** @default 1; with virtual time 0, as the client waits in real time */
  readonly retryAfterSeconds?: number
  /** How many of the next requests that submit work are answered 429. @default 1 */
  readonly times?: number
}

/** Breaks off an answer that is streamed: results and events. */
export interface DroppedStream {
  /** After this many results or events. @default 1 */
  readonly afterItems?: number
  /** After this many bytes, in the middle of a line if need be. */
  readonly afterBytes?: number
  /** How many of the next streams. @default 1 */
  readonly times?: number
}

export interface Outage {
  /** How many of the next requests. @default 1, without `forMs` */
  readonly times?: number
  /** All requests for so long, in milliseconds. */
  readonly forMs?: number
  /** The client's view of the fault: a response 503 with `Retry-After: 1` (with virtual time 0), or no response at all. @default 'unavailable' */
  readonly as?: 'unavailable' | 'network-error'
}

/** @param defaultRetrySeconds what `Retry-After` says where nobody has said otherwise */
export function createFaults(clock: MockClock, defaultRetrySeconds: number): MockFaults {
  const lost = new Map<OperationId, number>()
  let limited: { retryAfterSeconds: number; times: number } = { retryAfterSeconds: 0, times: 0 }
  let dropped: { drop: DroppedStream; times: number } | null = null
  let down: { times: number; untilMs: number; as: Outage['as'] } = { times: 0, untilMs: 0, as: 'unavailable' }

  function refuseOutage(operationId: OperationId): 'network error' | null {
    const canSayStopping = operations[operationId].problemCodes.includes('stopping')
    const isDown = down.times > 0 || clock.nowMs() < down.untilMs
    if (!isDown || (down.as !== 'network-error' && !canSayStopping)) return null
    if (down.times > 0) down.times--
    if (down.as === 'network-error') return 'network error'
    throw new MockProblem('stopping', 'Cannot take this request as the server is shutting down', {
      retryAfterSeconds: defaultRetrySeconds,
    })
  }

  function refuseLimited(operationId: OperationId): void {
    if (limited.times === 0 || !operations[operationId].problemCodes.includes('quota_exceeded')) return
    limited.times--
    const { retryAfterSeconds } = limited
    throw new MockProblem('quota_exceeded', 'Cannot take new work as this subscription has too many items pending', {
      retryAfterSeconds,
      members: { limit: { name: 'maxPendingItems', value: limits.maxPendingItems } },
    })
  }

  return {
    rateLimit({ retryAfterSeconds = defaultRetrySeconds, times = 1 } = {}) {
      limited = { retryAfterSeconds, times }
    },
    loseResponse(operationId, times = 1) {
      if (!Object.hasOwn(operations, operationId)) {
        const known = Object.keys(operations).join(', ')
        throw new TypeError(
          `Cannot lose a response as operation must be one of ${known}: current value is ${String(operationId)}`,
        )
      }
      lost.set(operationId, times)
    },
    dropStream({ times = 1, ...drop } = {}) {
      dropped = { drop, times }
    },
    outage({ forMs = 0, times = forMs > 0 ? 0 : 1, as = 'unavailable' } = {}) {
      down = { times, untilMs: clock.nowMs() + forMs, as }
    },
    refuse(operationId) {
      const refusal = refuseOutage(operationId)
      if (refusal === null) refuseLimited(operationId)
      return refusal
    },
    losesResponse(operationId) {
      const times = lost.get(operationId) ?? 0
      if (times > 0) lost.set(operationId, times - 1)
      return times > 0
    },
    takeDrop() {
      if (dropped === null || dropped.times === 0) return null
      dropped.times--
      return dropped.drop
    },
  }
}
