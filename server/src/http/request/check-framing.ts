import type { IncomingMessage } from 'node:http'
import { ProblemError } from '../../model/errors.ts'

/**
 * Refuses a body whose end is ambiguous: a proxy that reads `Transfer-Encoding: gzip, chunked` in another way than Node
 * would forward a request that is hidden in it. The connection ends with the answer, so that nothing behind it is read.
 * @throws ProblemError `bad_request` for any coding other than a single `chunked` (RFC 9112, 6.1)
 */
export function requireFraming(
  request: IncomingMessage,
  reply: { header(name: string, value: string): unknown },
): void {
  const coding = request.headers['transfer-encoding']
  if (coding === undefined || coding.trim().toLowerCase() === 'chunked') return
  reply.header('connection', 'close')
  throw new ProblemError({
    code: 'bad_request',
    detail: 'Cannot read the body as its Transfer-Encoding must be chunked: it is another one',
    errors: [{ parameter: 'Transfer-Encoding', detail: 'must be chunked' }],
    errorCount: 1,
  })
}
