import type { BodyMediaType } from '../../ingest/ingest-ports.ts'
import { hasScope } from '../../model/caller.ts'
import { sendJsonText } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { idempotencyKey, traceContext } from '../request/request-headers.ts'

export const submitJob: OperationHandler<'submitJob', 'ingest' | 'paths'> = async (call) => {
  const { limits, ports } = call
  const mediaType = call.mediaType() as BodyMediaType
  const job = await ports.ingest.submitJob({
    subscription: call.caller.subscription,
    caller: call.shareKey,
    mediaType,
    body: call.body(
      mediaType === 'application/json'
        ? { name: 'maxJsonBodyBytes', bytes: limits.maxJsonBodyBytes }
        : { name: 'maxNdjsonBodyBytes', bytes: limits.maxNdjsonBodyBytes },
    ),
    idempotencyKey: idempotencyKey(call.request),
    trace: traceContext(call.request),
    mayAddWebhook: hasScope(call.caller, 'webhooks:write'),
  })
  call.reply.header('location', ports.paths.job(job.id))
  if (job.replayed) call.reply.header('idempotent-replayed', 'true')
  else call.request.made = [job.id]
  return sendJsonText(call.reply, job.status, job.body)
}
