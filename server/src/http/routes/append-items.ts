import type { JobId } from '../../model/ids.ts'
import type { BodyMediaType } from '../../ingest/ingest-ports.ts'
import { sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const appendItems: OperationHandler<'appendItems', 'ingest'> = async (call) => {
  const { limits, ports } = call
  const receipt = await ports.ingest.appendItems({
    id: call.path.jobId as JobId,
    subscription: call.caller.subscription,
    caller: call.shareKey,
    fromIndex: call.query.fromIndex,
    mediaType: call.mediaType() as BodyMediaType,
    body: call.body({ name: 'maxAppendBodyBytes', bytes: limits.maxAppendBodyBytes }),
  })
  return sendJson(call.reply, 200, receipt)
}
