import type { RotatedJobWebhooks, WebhookSecretRotation } from '@waybill/spec'
import { sendJson } from '../answer/json-answer.ts'
import { jobWebhooksView } from '../answer/webhook-view.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { DEFAULT_GRACE_SECONDS } from './rotate-webhook-secret.ts'

export const rotateJobWebhookSecret: OperationHandler<'rotateJobWebhookSecret', 'webhooks'> = async (call) => {
  const { ports, caller, reply } = call
  const { graceSeconds = DEFAULT_GRACE_SECONDS } = (await call.json()) as WebhookSecretRotation
  const { webhooks, secret } = await ports.webhooks.ofJobs.rotateSecret(caller.subscription, graceSeconds * 1000)
  const rotated: RotatedJobWebhooks = { ...jobWebhooksView(webhooks), secret }
  return sendJson(reply.header('cache-control', 'no-store'), 200, rotated)
}
