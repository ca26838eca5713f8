import type { Socket } from 'node:net'
import { type ServerResponse, STATUS_CODES } from 'node:http'
import { ProblemError } from '../../model/errors.ts'
import type { HttpPorts } from '../http-ports.ts'
import { problemAnswer } from './problem.ts'
import { securityHeaders } from './security-headers.ts'
import { newRequestId } from '../request/request-id.ts'

/** How long a client may take to close its side when it was refused: until then its upload, if it was one, counts as running. */
const LINGER_MS = 1000

/** Connections of which nothing more is read. */
const ending = new WeakSet<Socket>()

/** Answers an invalid or late HTTP request, which cannot be routed; then closes the connection. */
export function answerClientError(
  error: Error & { code?: string },
  socket: Socket,
  { logger, paths, config }: Pick<HttpPorts, 'logger' | 'paths' | 'config'>,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || ending.has(socket)) return
  ending.add(socket)
  const answer = answerUnderWay(socket)
  if (answer !== null && (answer.req.complete || answer.headersSent)) {
    // It belongs to a valid request that came before: a refusal in its place would be taken for its answer.
    endAfterAnswers(socket)
    return
  }
  const requestId = newRequestId()
  logger.debug({ requestId, code: error.code }, 'Request could not be read')
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const { status, headers, body } = problemAnswer(clientProblem(error.code), {
    requestId,
    path: null,
    paths,
  })
  const text = JSON.stringify(body)
  const lines = Object.entries({
    ...headers,
    'x-request-id': requestId,
    ...securityHeaders(socket, config),
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  end(socket, `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`)
}

/** The answer that a connection carries or waits for, as Node notes it. */
function answerUnderWay(socket: Socket): ServerResponse | null {
  return (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage ?? null
}

function end(socket: Socket, lastWords: string): void {
  socket.end(lastWords)
  socket.setTimeout(LINGER_MS, () => socket.destroy())
}

function endAfterAnswers(socket: Socket): void {
  const answer = answerUnderWay(socket)
  if (answer === null || !(answer.req.complete || answer.headersSent)) end(socket, '')
  else answer.once('close', () => endAfterAnswers(socket))
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
