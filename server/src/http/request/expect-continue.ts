import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/*
 * A client that sends `Expect: 100-continue` holds its body back until the server answers 100: it does so when a handler begins to
 * read the body, so that a refusal (no token, wrong media type, too large) costs it nothing.
 */

const holdingBack = new WeakSet<IncomingMessage>()

/** Replaces Node's own handling, which answers 100 before the request is checked. */
export function deferContinue(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    holdingBack.add(request)
    server.emit('request', request, response)
  })
}

/** Answers 100 if the client waits for it. */
export function sendContinue(request: IncomingMessage, response: ServerResponse): void {
  if (holdingBack.delete(request) && !response.headersSent) response.writeContinue()
}
