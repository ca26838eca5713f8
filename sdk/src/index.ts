export { createClient, type ClientOptions, type Waybill } from './create-client.ts'

export type { Jobs } from './jobs.ts'
export type { JobsFilter } from './list-jobs.ts'
export type { NewJob, SubmitOptions } from './submit.ts'
export type { IdempotencyOptions } from './repeat-safely.ts'
export type { ItemSource, NewItem } from './encode-parts.ts'
export type { DeliverOptions, Delivery, Items, NewDelivery } from './items.ts'
export type { Channels } from './channels.ts'
export type { Executions, ExecutionsFilter, NewExecution, NewStage, NewStageJob } from './executions.ts'
export type { ExecutionWaitOptions } from './wait-for-execution.ts'
export type { DeadLetters, DeadLetterSelection, DeadLettersFilter } from './dead-letters.ts'
export type { Parked, ParkedFilter, ParkedReplacement } from './parked.ts'
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
export type { Backoff } from './backoff.ts'
export type { RawClient } from './client.ts'
export type { RetryOptions } from './transport.ts'

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
  Channel,
  ChannelName,
  DeadLetter,
  Execution,
  ExecutionId,
  Item,
  Job,
  JobId,
  ParkedItem,
  Stage,
} from './ids.ts'
export type {
  Action,
  ChannelConfig,
  ChannelCounts,
  ChannelLiveState,
  CircuitState,
  EndedItemStatus,
  ExecutionStatus,
  ItemAttempt,
  ItemCounts,
  ItemError,
  ItemErrorCode,
  ItemPlace,
  ItemStatus,
  ItemWaiting,
  ItemWarning,
  JobDependency,
  JobOutcome,
  JobProgress,
  JobStatus,
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
  StaleItem,
  WaitingCount,
  WaitingReason,
} from '@waybill/spec'
