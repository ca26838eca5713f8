import type { FastifyReply } from 'fastify'
import type { RepeatableRequest } from '../../ingest/ingest-ports.ts'
import type { RetriedJobs } from '../../ingest/retry/retries.ts'
import { sendJsonText } from './json-answer.ts'
import type { Call } from '../operation-handler.ts'
import { idempotencyKey, traceContext } from '../request/request-headers.ts'

/** Returns the JSON body of a request that retries items, with its idempotency key. @throws ProblemError */
export async function readRetryRequest<Body>(
  call: Pick<Call, 'request' | 'json' | 'shareKey'>,
): Promise<{ readonly wish: Partial<Body>; readonly request: RepeatableRequest }> {
  let body = new Uint8Array(0)
  const wish = (await call.json({ atBytes: (bytes) => (body = new Uint8Array(bytes)) })) as Partial<Body>
  const { request, shareKey } = call
  return {
    wish,
    request: { caller: shareKey, idempotencyKey: idempotencyKey(request), trace: traceContext(request), body },
  }
}

/** Answers 202 with the jobs that retry items. */
export function sendRetryReceipt(
  call: Pick<Call, 'request' | 'reply'>,
  { ids, body, replayed }: RetriedJobs,
): FastifyReply {
  const { reply } = call
  if (replayed) reply.header('idempotent-replayed', 'true')
  else call.request.made = ids
  return sendJsonText(reply, 202, body)
}
