import { hasScope } from '../../model/caller.ts'
import { sendJsonText } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { idempotencyKey, traceContext } from '../request/request-headers.ts'

export const createExecution: OperationHandler<'createExecution', 'executions' | 'paths'> = async (call) => {
  const { limits, ports, reply } = call
  call.mediaType()
  const execution = await ports.executions.create({
    subscription: call.caller.subscription,
    caller: call.shareKey,
    mediaType: 'application/json',
    body: call.body({ name: 'maxExecutionBodyBytes', bytes: limits.maxExecutionBodyBytes }),
    idempotencyKey: idempotencyKey(call.request),
    trace: traceContext(call.request),
    mayAddWebhook: hasScope(call.caller, 'webhooks:write'),
  })
  reply.header('location', ports.paths.execution(execution.id))
  if (execution.replayed) reply.header('idempotent-replayed', 'true')
  else call.request.made = [execution.id]
  return sendJsonText(reply, 202, execution.body)
}
