export {
  type CompleteRequests,
  completeRequests,
  type CompleteRequestTemplate,
  type HttpAnswerRules,
  type HttpRequests,
} from './complete-requests.ts'
export { type ApiPaths, apiPaths, rootPaths } from './api-paths.ts'
export { boundItem, boundJob } from './bound-views.ts'
export { changedLists, listedCounts, type ListedCounts, NOTHING_LISTED, updatedLists } from './changed-lists.ts'
export { deadLetterGroupId, deadLetterGroupNumber, errorLine, errorNumber } from './dead-letter-group.ts'
export { deprecationHeaders } from './deprecation-headers.ts'
export { errorAdvice } from './error-advice.ts'
export { executionOutcome, executionStatus, sumCounts } from './execution-status.ts'
export { type JobEnding, jobOutcome, meetsRequirement } from './job-outcome.ts'
export { jobSummary } from './job-summary.ts'
export { type JobStanding, jobStatus } from './job-status.ts'
export { escapedToken, unescapedToken } from './json-pointer.ts'
export { channelLinks, executionLinks, jobLinks } from './links.ts'
export { type KeyedItem, parsePointer, partitionKeyOf } from './partition-key.ts'
export { parsePayloadUrl, payloadPath, type PayloadUrl, plainPayloadUrl } from './payload-url.ts'
export {
  readRules,
  type RetryRule,
  type RuleFault,
  ruleFaults,
  type StatusMatch,
  type WrittenRule,
  writeRules,
} from './retry-rules.ts'
export {
  type BackoffConfig,
  effectiveRetry,
  type FailedCall,
  isOutage,
  isRetryable,
  isThrottle,
  type JobRetry,
  type Judgement,
  judgeFailedCall,
  type PayloadRetry,
  type RetryConfig,
  type RetryPolicy,
} from './retry-verdict.ts'
export { parseTraceparent, parseTracestate } from './traceparent.ts'
export { hasMaskedValue, MASKED, maskUrl, unmaskUrl, urlSecrets } from './url-secrets.ts'
export { byMostItems, type ChannelGate, channelReason, type Reason, waitingJobReason } from './waiting-order.ts'
