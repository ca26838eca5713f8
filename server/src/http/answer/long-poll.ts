import { FairShare } from '../../limits/fair-share.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Call } from '../operation-handler.ts'
import { preferredWaitSeconds } from '../request/prefer.ts'

/** Requests that wait for a change at once: each holds a connection and a timer, some 10 KiB. */
const MAX_LONG_POLLS = 4096

export function longPollShare(clock: Clock): FairShare {
  return new FairShare({ clock, total: MAX_LONG_POLLS })
}

/**
 * The seconds for which a request asked to wait, null for none. Where its caller has all the places that it may have, it does not wait:
 * a preference may be ignored (RFC 7240), and the answer then has the time of the next poll.
 */
export function waitSecondsOf(call: Pick<Call, 'request' | 'reply' | 'shareKey' | 'longPolls'>): number | null {
  const { request, reply, shareKey, longPolls } = call
  varyByPrefer(reply)
  const seconds = preferredWaitSeconds(request.headers.prefer)
  if (seconds === null || reply.raw.closed) return seconds
  const lease = longPolls.tryTake(shareKey)
  if (lease === null) return null
  reply.raw.once('close', lease.release)
  return seconds
}

/** A cache must not return an answer without a wait to a request that waits. */
function varyByPrefer(reply: Pick<Call['reply'], 'getHeader' | 'header'>): void {
  const others = reply.getHeader('vary')
  reply.header('vary', others === undefined ? 'Prefer' : `${String(others)}, Prefer`)
}
