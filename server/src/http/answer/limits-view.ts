import type { Limits } from '@waybill/spec'
import {
  DEFAULT_CONCURRENCY,
  DEFAULT_MAX_RETRY_AFTER_MS,
  DEFAULT_PARK_SECONDS,
  defaultCircuit,
  defaultRetry,
} from '../../model/channel.ts'
import { MAX_JOB_WEBHOOK_ORIGINS } from '../../model/job-webhook-origins.ts'
import * as limits from '../../model/limits.ts'
import { MAX_WEBHOOK_ENDPOINTS } from '../../model/webhook-endpoint.ts'

/** Every limit but those of the caller's subscription, and what is used now. */
export type SharedLimits = Omit<Limits, 'subscription' | 'disk'>

/** The limits of all callers. @param configured those that this server was configured with */
export function limitsView(configured: {
  readonly maxPendingItems: number
  readonly maxDataBytes: number | null
}): SharedLimits {
  return {
    maxItemsPerJsonRequest: limits.MAX_ITEMS_PER_JSON_REQUEST,
    maxItemsPerNdjsonRequest: limits.MAX_ITEMS_PER_NDJSON_REQUEST,
    maxItemsPerAppend: limits.MAX_ITEMS_PER_APPEND,
    maxJsonBodyBytes: limits.MAX_JSON_BODY_BYTES,
    maxNdjsonBodyBytes: limits.MAX_NDJSON_BODY_BYTES,
    maxAppendBodyBytes: limits.MAX_APPEND_BODY_BYTES,
    maxEnvelopeBytes: limits.MAX_ENVELOPE_BYTES,
    maxControlBodyBytes: limits.MAX_CONTROL_BODY_BYTES,
    maxLineBytes: limits.MAX_LINE_BYTES,
    maxItemBytes: limits.MAX_ITEM_BYTES,
    maxIdBytes: limits.MAX_ID_BYTES,
    maxPartitionKeyBytes: limits.MAX_PARTITION_KEY_BYTES,
    maxJsonDepth: limits.MAX_JSON_DEPTH,
    maxMetadataPairs: limits.MAX_METADATA_PAIRS,
    maxMetadataKeyLength: limits.MAX_METADATA_KEY_LENGTH,
    maxMetadataValueLength: limits.MAX_METADATA_VALUE_LENGTH,
    maxIdempotencyKeyLength: limits.MAX_IDEMPOTENCY_KEY_LENGTH,
    idempotencyKeySeconds: limits.IDEMPOTENCY_KEY_SECONDS,
    openJobIdleSeconds: limits.OPEN_JOB_IDLE_SECONDS,
    defaultWaitSeconds: limits.DEFAULT_WAIT_SECONDS,
    maxWaitSeconds: limits.MAX_WAIT_SECONDS,
    defaultPageSize: limits.DEFAULT_PAGE_SIZE,
    maxPageSize: limits.MAX_PAGE_SIZE,
    maxPageBytes: limits.MAX_PAGE_BYTES,
    maxResultBytes: limits.MAX_RESULT_BYTES,
    maxErrorsPerProblem: limits.MAX_ERRORS_PER_PROBLEM,
    maxInvalidLineTextBytes: limits.MAX_INVALID_LINE_TEXT_BYTES,
    maxEventsPerSecond: limits.MAX_EVENTS_PER_SECOND,
    eventHeartbeatSeconds: limits.EVENT_HEARTBEAT_SECONDS,
    maxPendingItems: configured.maxPendingItems,
    maxDataBytes: configured.maxDataBytes,
    maxDependencies: limits.MAX_DEPENDENCIES,
    maxStagesPerExecution: limits.MAX_STAGES_PER_EXECUTION,
    maxJobsPerStage: limits.MAX_JOBS_PER_STAGE,
    maxJobsPerExecution: limits.MAX_JOBS_PER_EXECUTION,
    maxItemsPerExecution: limits.MAX_ITEMS_PER_EXECUTION,
    maxExecutionBodyBytes: limits.MAX_EXECUTION_BODY_BYTES,
    maxItemsPerDecision: limits.MAX_ITEMS_PER_DECISION,
    maxReplacementsPerItem: limits.MAX_REPLACEMENTS_PER_ITEM,
    maxReplacedBytesPerItem: limits.MAX_REPLACED_BYTES_PER_ITEM,
    maxTokens: limits.MAX_TOKENS,
    maxTokensPerSubscription: limits.MAX_TOKENS_PER_SUBSCRIPTION,
    maxCredentialsPerChannel: limits.MAX_CREDENTIALS_PER_CHANNEL,
    maxWebhookEndpointsPerSubscription: MAX_WEBHOOK_ENDPOINTS,
    maxJobWebhookOriginsPerSubscription: MAX_JOB_WEBHOOK_ORIGINS,
    expiredTokenSeconds: limits.EXPIRED_TOKEN_SECONDS,
    defaultRetainSeconds: limits.DEFAULT_RETAIN_SECONDS,
    minRetainSeconds: limits.MIN_RETAIN_SECONDS,
    maxRetainSeconds: limits.MAX_RETAIN_SECONDS,
    channelDefaults: {
      batchSize: limits.DEFAULT_BATCH_SIZE,
      timeoutMs: limits.DEFAULT_TIMEOUT_MS,
      concurrency: DEFAULT_CONCURRENCY,
      burst: limits.DEFAULT_BURST,
      retry: { ...defaultRetry, rules: [] },
      maxRetryAfterMs: DEFAULT_MAX_RETRY_AFTER_MS,
      circuit: defaultCircuit,
      parkForSeconds: DEFAULT_PARK_SECONDS,
    },
  }
}
