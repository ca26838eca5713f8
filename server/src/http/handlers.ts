import type { OperationId } from '@waybill/spec'
import type { PortName } from './http-ports.ts'
import type { OperationHandler } from './operation-handler.ts'
import { actOnJobs } from './routes/act-on-jobs.ts'
import { appendItems } from './routes/append-items.ts'
import { cancelExecution } from './routes/cancel-execution.ts'
import { listExecutions } from './routes/list-executions.ts'
import { pauseExecution } from './routes/pause-execution.ts'
import { resumeExecution } from './routes/resume-execution.ts'
import { cancelJob } from './routes/cancel-job.ts'
import { createToken } from './routes/create-token.ts'
import { getSelf } from './routes/get-self.ts'
import { listTokens } from './routes/list-tokens.ts'
import { revokeToken } from './routes/revoke-token.ts'
import { deleteSubscription } from './routes/delete-subscription.ts'
import { getStats } from './routes/get-stats.ts'
import { getSubscription } from './routes/get-subscription.ts'
import { listServers } from './routes/list-servers.ts'
import { listSubscriptions } from './routes/list-subscriptions.ts'
import { putSubscription } from './routes/put-subscription.ts'
import { createExecution } from './routes/create-execution.ts'
import { deleteChannel } from './routes/delete-channel.ts'
import { deleteCredentials } from './routes/delete-credentials.ts'
import { deleteJob } from './routes/delete-job.ts'
import { deliverItem } from './routes/deliver-item.ts'
import { getChannel } from './routes/get-channel.ts'
import { getErrorDocs } from './routes/get-error-docs.ts'
import { getExecution } from './routes/get-execution.ts'
import { getItem } from './routes/get-item.ts'
import { getJobMap } from './routes/get-job-map.ts'
import { getJob } from './routes/get-job.ts'
import { getLimits } from './routes/get-limits.ts'
import { getLiveness } from './routes/get-liveness.ts'
import { getMetrics } from './routes/get-metrics.ts'
import { getOpenapi } from './routes/get-openapi.ts'
import { getReadiness } from './routes/get-readiness.ts'
import { getResultsCsv } from './routes/get-results-csv.ts'
import { getResults } from './routes/get-results.ts'
import { listAudit } from './routes/list-audit.ts'
import { listChannels } from './routes/list-channels.ts'
import { listCredentials } from './routes/list-credentials.ts'
import { listDeadLetterGroups } from './routes/list-dead-letter-groups.ts'
import { listDeadLetters } from './routes/list-dead-letters.ts'
import { listItems } from './routes/list-items.ts'
import { listJobs } from './routes/list-jobs.ts'
import { listParked } from './routes/list-parked.ts'
import { pauseChannel } from './routes/pause-channel.ts'
import { pauseJob } from './routes/pause-job.ts'
import { putChannel } from './routes/put-channel.ts'
import { putCredentials } from './routes/put-credentials.ts'
import { releaseJob } from './routes/release-job.ts'
import { resolveParked } from './routes/resolve-parked.ts'
import { resumeChannel } from './routes/resume-channel.ts'
import { resumeJob } from './routes/resume-job.ts'
import { retryDeadLetters } from './routes/retry-dead-letters.ts'
import { retryJob } from './routes/retry-job.ts'
import { search } from './routes/search.ts'
import { sealJob } from './routes/seal-job.ts'
import { streamUpdates } from './routes/stream-updates.ts'
import { streamEvents } from './routes/stream-events.ts'
import { submitJob } from './routes/submit-job.ts'
import { testChannel } from './routes/test-channel.ts'
import { unblockChannel } from './routes/unblock-channel.ts'
import { createWebhookEndpoint } from './routes/create-webhook-endpoint.ts'
import { listWebhookEndpoints } from './routes/list-webhook-endpoints.ts'
import { getWebhookEndpoint } from './routes/get-webhook-endpoint.ts'
import { updateWebhookEndpoint } from './routes/update-webhook-endpoint.ts'
import { deleteWebhookEndpoint } from './routes/delete-webhook-endpoint.ts'
import { rotateWebhookSecret } from './routes/rotate-webhook-secret.ts'
import { revokePreviousWebhookSecret } from './routes/revoke-previous-webhook-secret.ts'
import { enableWebhookEndpoint } from './routes/enable-webhook-endpoint.ts'
import { disableWebhookEndpoint } from './routes/disable-webhook-endpoint.ts'
import { testWebhookEndpoint } from './routes/test-webhook-endpoint.ts'
import { replayWebhookEvents } from './routes/replay-webhook-events.ts'
import { listWebhookDeliveries } from './routes/list-webhook-deliveries.ts'
import { listJobWebhookDeliveries } from './routes/list-job-webhook-deliveries.ts'
import { getJobWebhooks } from './routes/get-job-webhooks.ts'
import { updateJobWebhooks } from './routes/update-job-webhooks.ts'
import { rotateJobWebhookSecret } from './routes/rotate-job-webhook-secret.ts'

export type Handlers = { readonly [Id in OperationId]: OperationHandler<Id, PortName> }

/** The handler of each operation of the spec. */
export const handlers: Handlers = {
  submitJob,
  actOnJobs,
  listJobs,
  getJob,
  deleteJob,
  appendItems,
  listItems,
  getItem,
  sealJob,
  cancelJob,
  pauseJob,
  resumeJob,
  releaseJob,
  retryJob,
  getResults,
  getResultsCsv,
  streamEvents,
  getJobMap,
  deliverItem,
  createExecution,
  listExecutions,
  getExecution,
  cancelExecution,
  pauseExecution,
  resumeExecution,
  listDeadLetters,
  listDeadLetterGroups,
  retryDeadLetters,
  listParked,
  resolveParked,
  listChannels,
  getChannel,
  putChannel,
  deleteChannel,
  pauseChannel,
  resumeChannel,
  unblockChannel,
  testChannel,
  listCredentials,
  putCredentials,
  deleteCredentials,
  createToken,
  listTokens,
  revokeToken,
  listSubscriptions,
  getSubscription,
  putSubscription,
  deleteSubscription,
  listAudit,
  createWebhookEndpoint,
  listWebhookEndpoints,
  getWebhookEndpoint,
  updateWebhookEndpoint,
  deleteWebhookEndpoint,
  rotateWebhookSecret,
  revokePreviousWebhookSecret,
  enableWebhookEndpoint,
  disableWebhookEndpoint,
  testWebhookEndpoint,
  replayWebhookEvents,
  listWebhookDeliveries,
  listJobWebhookDeliveries,
  getStats,
  getJobWebhooks,
  updateJobWebhooks,
  rotateJobWebhookSecret,
  streamUpdates,
  getSelf,
  search,
  getLimits,
  listServers,
  getLiveness,
  getReadiness,
  getOpenapi,
  getErrorDocs,
  getMetrics,
}

/** Operations whose answer is a stream: a HEAD of it would make the stream for nothing. */
export const streamedOperations: ReadonlySet<OperationId> = new Set([
  ...(['getResults', 'getResultsCsv', 'streamEvents', 'streamUpdates'] as const),
])
