// Generated from openapi.yaml by generate.ts: do not edit.

import type { components } from './types.ts'

export type { components, operations as OperationTypes, paths, webhooks } from './types.ts'
export { schemaDocument, schemaRef, type JsonSchema, type SchemaName } from './schemas.ts'
export { operations, type Operation, type OperationAnswer, type OperationContent, type OperationId } from './operations.ts'
export { problemCodes, type ProblemCode, type ProblemText } from './problems.ts'

type Schemas = components['schemas']

export type JobId = Schemas['JobId']
export type ChannelName = Schemas['ChannelName']
export type Action = Schemas['Action']
export type JobStatus = Schemas['JobStatus']
export type JobOutcome = Schemas['JobOutcome']
export type ItemStatus = Schemas['ItemStatus']
export type EndedItemStatus = Schemas['EndedItemStatus']
export type WaitingReason = Schemas['WaitingReason']
export type PartitionBy = Schemas['PartitionBy']
export type OnInvalidItem = Schemas['OnInvalidItem']
export type Metadata = Schemas['Metadata']
export type ItemErrorCode = Schemas['ItemErrorCode']
export type JobSubmission = Schemas['JobSubmission']
export type JobEnvelope = Schemas['JobEnvelope']
export type ItemDelivery = Schemas['ItemDelivery']
export type ItemInput = Schemas['ItemInput']
export type ItemInputs = Schemas['ItemInputs']
export type SealRequest = Schemas['SealRequest']
export type ChannelConfig = Schemas['ChannelConfig']
export type HttpConnectorConfig = Schemas['HttpConnectorConfig']
export type RateLimitConfig = Schemas['RateLimitConfig']
export type RetryConfig = Schemas['RetryConfig']
export type BackoffConfig = Schemas['BackoffConfig']
export type RetryRule = Schemas['RetryRule']
export type Job = Schemas['Job']
export type ItemCounts = Schemas['ItemCounts']
export type JobProgress = Schemas['JobProgress']
export type WaitingCount = Schemas['WaitingCount']
export type JobLinks = Schemas['JobLinks']
export type JobPage = Schemas['JobPage']
export type Item = Schemas['Item']
export type ItemWarning = Schemas['ItemWarning']
export type ItemError = Schemas['ItemError']
export type ItemWaiting = Schemas['ItemWaiting']
export type ItemPlace = Schemas['ItemPlace']
export type ItemAttempt = Schemas['ItemAttempt']
export type ItemPage = Schemas['ItemPage']
export type AppendReceipt = Schemas['AppendReceipt']
export type Receipt = Schemas['Receipt']
export type ResultLine = Schemas['ResultLine']
export type ResultEnd = Schemas['ResultEnd']
export type JobEvent = Schemas['JobEvent']
export type Channel = Schemas['Channel']
export type ChannelConnector = Schemas['ChannelConnector']
export type ChannelState = Schemas['ChannelState']
export type ChannelCounts = Schemas['ChannelCounts']
export type ChannelLinks = Schemas['ChannelLinks']
export type ChannelPage = Schemas['ChannelPage']
export type Limits = Schemas['Limits']
export type ChannelDefaults = Schemas['ChannelDefaults']
export type Health = Schemas['Health']
export type OpenapiDocument = Schemas['OpenapiDocument']
export type Problem = Schemas['Problem']
export type ProblemPlace = Schemas['ProblemPlace']
export type ProblemLimit = Schemas['ProblemLimit']
export type DeliveryRequest = Schemas['DeliveryRequest']
export type DeliveryItem = Schemas['DeliveryItem']
export type DeliveryAnswer = Schemas['DeliveryAnswer']
export type DeliveryResult = Schemas['DeliveryResult']
export type DeliveryWarning = Schemas['DeliveryWarning']
export type DeliveryError = Schemas['DeliveryError']

export const actions = ['create', 'update', 'delete'] as const
export const jobStatuses = ['open', 'pending', 'running', 'cancelling', 'ended'] as const
export const jobOutcomes = ['succeeded', 'partial', 'failed', 'cancelled', 'expired'] as const
export const itemStatuses = ['pending', 'waiting', 'running', 'succeeded', 'failed', 'cancelled'] as const
export const endedItemStatuses = ['succeeded', 'failed', 'cancelled'] as const
export const waitingReasons = ['retry', 'paused', 'rate_limit', 'concurrency', 'partition', 'backlog'] as const
export const onInvalidItems = ['reject', 'fail'] as const
