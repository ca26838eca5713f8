import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../runtime/clock.ts'

/** How much of a refused body is read and thrown away: most clients look for the answer only when they have sent everything. */
export const MAX_DROPPED_BYTES = 8 * 1024 * 1024
/** How long that may take. */
export const MAX_DROPPING_MS = 5000

/**
 * Call it before an answer is sent: a body that has no reader when the answer is out, Node reads and drops by itself, however
 * large it is.
 */
export function claimRest(request: IncomingMessage): void {
  if (!request.complete) request.read(0)
}

/**
 * Reads and drops the rest of a refused body, so that the client gets to read the answer; then the connection can be used
 * again. A client that has more than 8 MiB left, or needs more than 5 s, loses the connection. Call it when the answer is out.
 */
export function dropRest(request: IncomingMessage, clock: Clock): void {
  const { socket } = request
  if (request.complete || request.readableEnded || socket.destroyed) return
  const startBytes = socket.bytesRead
  const stop = (): void => {
    cancelTimer()
    request.off('data', onData)
    request.off('end', stop)
    request.off('close', stop)
  }
  const cut = (): void => {
    stop()
    socket.destroy()
  }
  const onData = (): void => {
    if (socket.bytesRead - startBytes > MAX_DROPPED_BYTES) cut()
  }
  const cancelTimer = clock.after(MAX_DROPPING_MS, cut)
  request.on('error', () => undefined)
  request.on('end', stop)
  request.on('close', stop)
  request.on('data', onData)
  request.resume()
}
