import type { IncomingMessage } from 'node:http'

const callers = new WeakMap<IncomingMessage, string>()

/** Notes who sent a request that another server of the cluster forwarded. @param address '' if it has none */
export function noteForwardedCaller(request: IncomingMessage, address: string): void {
  callers.set(request, address)
}

/** Returns the address of the caller of a forwarded request; undefined: it was not forwarded. */
export function forwardedCaller(request: IncomingMessage): string | undefined {
  return callers.get(request)
}
