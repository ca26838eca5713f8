import type { CreatedWebhookEndpoint, WebhookSecretRotation } from '@waybill/spec'
import type { WebhookEndpointId } from '../../model/ids.ts'
import { sendJson } from '../answer/json-answer.ts'
import { endpointView } from '../answer/webhook-view.ts'
import type { OperationHandler } from '../operation-handler.ts'

/** How long a secret signs beside its successor. */
export const DEFAULT_GRACE_SECONDS = 86_400

export const rotateWebhookSecret: OperationHandler<'rotateWebhookSecret', 'webhooks'> = async (call) => {
  const { ports, path, caller, reply } = call
  const { graceSeconds = DEFAULT_GRACE_SECONDS } = (await call.json()) as WebhookSecretRotation
  const { endpoint, secret } = await ports.webhooks.endpoints.rotateSecret(
    path.endpointId as WebhookEndpointId,
    caller.subscription,
    graceSeconds * 1000,
  )
  const rotated: CreatedWebhookEndpoint = { ...endpointView(endpoint, ports), secret }
  return sendJson(reply.header('cache-control', 'no-store'), 200, rotated)
}
