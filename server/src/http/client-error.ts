import type { Socket } from 'node:net'
import { STATUS_CODES } from 'node:http'
import { ProblemError } from '../model/errors.ts'
import type { Logger } from '../runtime/logger.ts'
import { problemAnswer } from './problem.ts'
import { newRequestId } from './request-id.ts'

/** Answers what was no HTTP request, or not in time, before there is anything to route; then closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket, logger: Logger): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const requestId = newRequestId()
  logger.debug({ requestId, code: error.code }, 'Request could not be read')
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const { status, headers, body } = problemAnswer(clientProblem(error.code), { requestId, path: null })
  const text = JSON.stringify(body)
  const lines = Object.entries({
    ...headers,
    'x-request-id': requestId,
    'x-content-type-options': 'nosniff',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`)
}

function clientProblem(code: string | undefined): ProblemError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ProblemError({ code: 'request_timeout', detail: 'Cannot wait longer for the headers of the request' })
    case 'HPE_HEADER_OVERFLOW':
      return new ProblemError({
        code: 'bad_request',
        detail: 'Cannot read the headers as they must have at most 16 KiB: they have more',
      })
    default:
      return new ProblemError({ code: 'bad_request', detail: 'Cannot read this as it must be an HTTP/1.1 request' })
  }
}
