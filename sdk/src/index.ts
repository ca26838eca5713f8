export { createClient, type ClientOptions, type Waybill } from './create-client.ts'

export type { Jobs } from './resources/jobs.ts'
export type { ApplyOptions, JobActionFilter, JobActionPreview, JobActions } from './resources/job-actions.ts'
export type { JobsFilter, ListJobsFilter } from './resources/list-jobs.ts'
export type { NewJob, SubmitOptions } from './upload/submit.ts'
export type { IdempotencyOptions } from './transport/repeat-safely.ts'
export type { ItemSource, NewItem } from './upload/encode-items.ts'
export type { DeliverOptions, Delivery, Items, NewDelivery } from './resources/items.ts'
export type { Channels, CredentialsPlace, NewChannelTest, NewCredentials } from './resources/channels.ts'
export type { Executions, ExecutionsFilter, NewExecution, NewStage, NewStageJob } from './resources/executions.ts'
export type { ExecutionWaitOptions } from './follow/wait-for-execution.ts'
export type {
  DeadLetterGroups,
  DeadLetterGroupsFilter,
  DeadLetters,
  DeadLetterSelection,
  DeadLettersFilter,
} from './resources/dead-letters.ts'
export type { Parked, ParkedFilter, ParkedReplacement } from './resources/parked.ts'
export type { JobMapOptions, Live, StatsOptions } from './resources/live.ts'
export type { Search, SearchFound, SearchOptions } from './resources/search.ts'
export type { Servers } from './resources/servers.ts'
export type { Subscriptions } from './resources/subscriptions.ts'
export type { Tokens } from './resources/tokens.ts'
export type { Audit, AuditFilter } from './resources/audit.ts'
export type {
  EnableEndpointOptions,
  RotateSecretOptions,
  WebhookDeliveries,
  WebhookDeliveriesFilter,
  WebhookEndpoints,
  Webhooks,
  WebhooksOfJobs,
} from './resources/webhooks.ts'
export type {
  CallOptions,
  EventsOptions,
  FollowOptions,
  ItemsOptions,
  JobHandle,
  JobItem,
  JobState,
  ResultItem,
  Results,
  ResultsOptions,
  ResumeOptions,
  RetryFailedOptions,
  RetryItemsOptions,
  UploadOptions,
  UploadProgress,
  WaitOptions,
} from './job-handle.ts'
export type { Backoff } from './transport/backoff.ts'
export type { RawClient } from './client.ts'
export type { DeprecationNotice } from './transport/deprecation.ts'
export type { RetryOptions } from './transport/transport.ts'

export {
  ConnectionError,
  ExecutionTimeoutError,
  isConnectionError,
  isExecutionTimeoutError,
  isRequestTimeoutError,
  isStreamTruncatedError,
  isUploadError,
  isWaitTimeoutError,
  isWaybillError,
  RequestTimeoutError,
  StreamTruncatedError,
  UploadError,
  WaitTimeoutError,
  WaybillError,
} from './errors.ts'
export {
  ApiError,
  type ApiErrorDetails,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  GoneError,
  isApiError,
  isAuthenticationError,
  isBadRequestError,
  isConflictError,
  isGoneError,
  isNotFoundError,
  isPayloadTooLargeError,
  isPermissionError,
  isRateLimitError,
  isServerError,
  isUnprocessableError,
  NotFoundError,
  PayloadTooLargeError,
  PermissionError,
  RateLimitError,
  ServerError,
  UnprocessableError,
} from './api-errors.ts'

export type {
  AccessToken,
  Channel,
  ChannelName,
  CreatedAccessToken,
  CreatedWebhookEndpoint,
  DeadLetter,
  Execution,
  ExecutionId,
  Item,
  Job,
  JobId,
  ParkedItem,
  Stage,
  TokenId,
  WebhookEndpoint,
  WebhookEndpointId,
} from './ids.ts'
export type {
  AccessTokenRequest,
  Action,
  AuditEntry,
  ChannelConfig,
  ChannelCounts,
  ChannelLiveState,
  ChannelTest,
  ChannelStats,
  ChannelSummary,
  CircuitState,
  Credentials,
  CredentialsEntry,
  EndedItemStatus,
  EstimateDecision,
  ExecutionStatus,
  ItemAttempt,
  ItemCounts,
  ItemError,
  ItemErrorCode,
  ItemFault,
  ItemPlace,
  ItemStatus,
  ItemWaiting,
  ItemWarning,
  JobDependency,
  JobMap,
  MapCounts,
  JobOutcome,
  JobProgress,
  JobStatus,
  JobWebhook,
  JobWebhooks,
  JobWebhooksUpdate,
  JobSummary,
  Metadata,
  OnExhausted,
  OnInvalidItem,
  ParkedDecision,
  ParkedPlace,
  ParkedReceipt,
  PartitionBy,
  paths,
  Problem,
  ProblemCode,
  ProblemPlace,
  Requirement,
  ResultEnd,
  RotatedJobWebhooks,
  Scope,
  Self,
  Server,
  StaleItem,
  Stats,
  Subscription,
  SubscriptionConfig,
  SubscriptionLimits,
  Takeover,
  TestedAnswer,
  TestedHeader,
  TestedRequest,
  TestedResult,
  UpdatedList,
  UpdateEvent,
  WaitingCount,
  WaitingReason,
  WaitingSeries,
  WebhookAttempt,
  WebhookDelivery,
  WebhookEndpointRequest,
  WebhookEndpointState,
  WebhookEndpointUpdate,
  WebhookEventRef,
  WebhookEventType,
  WebhookOrdering,
  WebhookReplay,
  WebhookReplayRequest,
  WebhookSecretHint,
  WebhookStateReason,
} from '@waybill/spec'
