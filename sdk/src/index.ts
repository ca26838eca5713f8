export { createClient, type ClientOptions, type Waybill } from './create-client.ts'

export type { Jobs, JobsFilter } from './jobs.ts'
export type { IdempotencyOptions, NewItem, NewJob } from './submit.ts'
export type { DeliverOptions, Delivery, Items, NewDelivery } from './items.ts'
export type { Channels } from './channels.ts'
export type {
  CallOptions,
  FollowOptions,
  ItemsOptions,
  JobHandle,
  JobItem,
  JobState,
  ResultItem,
  Results,
  ResultsOptions,
  WaitOptions,
} from './job-handle.ts'
export type { Backoff } from './backoff.ts'
export type { RawClient } from './client.ts'
export type { RetryOptions } from './transport.ts'

export {
  ConnectionError,
  isConnectionError,
  isRequestTimeoutError,
  isStreamTruncatedError,
  isWaitTimeoutError,
  isWaybillError,
  RequestTimeoutError,
  StreamTruncatedError,
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
  Action,
  Channel,
  ChannelConfig,
  ChannelCounts,
  ChannelState,
  EndedItemStatus,
  Item,
  ItemAttempt,
  ItemCounts,
  ItemError,
  ItemStatus,
  ItemWaiting,
  ItemWarning,
  Job,
  JobOutcome,
  JobProgress,
  JobStatus,
  OnInvalidItem,
  PartitionBy,
  paths,
  Problem,
  ProblemCode,
  ProblemPlace,
  ResultEnd,
  WaitingCount,
  WaitingReason,
} from '@waybill/spec'
