import type { Agent, Dispatcher } from 'undici'
import { Lease } from '../runtime/lease.ts'

/** Whether calls may start; asked right before each. */
export type CallLease = Pick<Lease, 'holds' | 'shared'>

/** Of stores that no other server has. */
export const permanentLease: CallLease = Lease.permanent()

/** A request that was not sent, or not to its end, as this server lost its lease: another one may be calling in its place. */
export class LeaseEnded extends Error {
  constructor() {
    super('The lease of this server ended before the request was sent')
    this.name = 'LeaseEnded'
    made.add(this)
  }
}

const made = new WeakSet<object>()

/** Whether something thrown is a `LeaseEnded`. Asks it nothing: a module may throw what throws when it is looked at. */
export function isLeaseEnded(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && made.has(thrown)
}

/** A body beyond this is sent in slices of this size, bytes. */
const SLICE_BYTES = 16 * 1024

/**
 * Returns a body as it is sent under a lease that may end: a large one in slices, so that what a process was sending when it was frozen never arrives whole.
 * Null: it is sent at once.
 */
export function slicedBody(body: string | Buffer | null, lease: CallLease): Slices | null {
  if (lease.shared === null || body === null || body.length <= SLICE_BYTES) return null
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return { length: bytes.length, slices: slicesOf(bytes, lease) }
}

export interface Slices {
  readonly length: number
  readonly slices: Iterable<Buffer>
}

function* slicesOf(bytes: Buffer, lease: CallLease): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    if (!lease.holds()) throw new LeaseEnded()
    yield bytes.subarray(at, at + SLICE_BYTES)
  }
}

/** The same connections, for requests that a module makes: each is checked right before it is sent. */
export function underLease(agent: Agent, lease: CallLease): Dispatcher {
  if (lease.shared === null) return agent
  return agent.compose((dispatch) => (options, handler) => dispatch(options, new CheckedHandler(handler, lease)))
}

class CheckedHandler implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler
  readonly #lease: CallLease

  constructor(handler: Dispatcher.DispatchHandler, lease: CallLease) {
    this.#handler = handler
    this.#lease = lease
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context)
    if (!this.#lease.holds()) controller.abort(new LeaseEnded())
  }

  onRequestUpgrade(...args: Parameters<NonNullable<Dispatcher.DispatchHandler['onRequestUpgrade']>>): void {
    this.#handler.onRequestUpgrade?.(...args)
  }

  onResponseStart(...args: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>): void {
    this.#handler.onResponseStart?.(...args)
  }

  onResponseData(...args: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseData']>>): void {
    this.#handler.onResponseData?.(...args)
  }

  onResponseEnd(...args: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseEnd']>>): void {
    this.#handler.onResponseEnd?.(...args)
  }

  onResponseError(...args: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseError']>>): void {
    this.#handler.onResponseError?.(...args)
  }
}
