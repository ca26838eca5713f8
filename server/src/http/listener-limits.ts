/**
 * A connection on which nothing moves is cut after this: an upload that stopped (body-stream.ts answers it sooner), a download
 * that the client does not read. Long-polls (30 s) and event streams (a heartbeat every 15 s) stay well below.
 */
export const CONNECTION_IDLE_MS = 120_000
/**
 * The head of a request has to be there after this: it fits into a few packets. Also ends connections that never send anything, so that
 * no client holds many of them for long. Looked at every `HEAD_CHECK_MS`.
 */
export const HEAD_TIMEOUT_MS = 20_000
const HEAD_CHECK_MS = 2000
/** Idle connections are the callers' to close: load balancers keep theirs for 60 s. As Fastify has it. */
export const KEEP_ALIVE_MS = 72_000

/** How every listener for callers reads heads of requests, as options of Node. */
export const headLimits = {
  headersTimeout: HEAD_TIMEOUT_MS,
  connectionsCheckingInterval: HEAD_CHECK_MS,
  // Node would answer a missing Host by itself, without a problem.
  requireHostHeader: false,
}
