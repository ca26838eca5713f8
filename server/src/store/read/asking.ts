/*
 * Reads say what they ask, and not of whom: a read is a generator that yields statements by their names, and is given the rows. So a store
 * whose database answers at once and one that waits for it have the same reads.
 */

/** The statements that reads are made of; each database has its own text for them. */
export type StatementName =
  | 'begin'
  | 'commit'
  | 'findJob'
  | 'listJobs'
  | 'listJobsOfExecution'
  | 'listJobsOfIds'
  | 'unfinishedJobs'
  | 'unfinishedJobsOf'
  | 'jobExists'
  | 'findOutcome'
  | 'findKeptOutcome'
  | 'listExpiredJobs'
  | 'findExecution'
  | 'listExecutions'
  | 'listLanes'
  | 'findLane'
  | 'findJobRef'
  | 'deadLettersOfJob'
  | 'deadLettersOfLane'
  | 'deadLettersOfCode'
  | 'deadLettersOfKey'
  | 'jobsByIdPrefix'
  | 'executionsByIdPrefix'
  | 'searchedJobs'
  | 'searchedJobsFrom'
  | 'readHashesFrom'
  | 'listRetries'
  | 'unplacedJobs'
  | 'placedJobs'
  | 'readIdsFrom'
  | 'findKey'
  | 'listChannels'
  | 'listCredentials'
  | 'listSealed'
  | 'listTokens'
  | 'listSubscriptions'
  | 'auditEntries'
  | 'auditOfSubscription'
  | 'auditOfJob'
  | 'auditOfOwnJob'
  | 'auditOfToken'
  | 'listWebhookSecrets'
  | 'listWebhookEndpoints'
  | 'listJobWebhooks'
  | 'webhookDeliveries'
  | 'webhookDeliveriesOfJob'
  | 'latestWebhookDelivery'
  | 'isInNoJob'
  | 'waitingWebhookEvents'
  | 'webhookBacklog'
  | 'countBacklogs'
  | 'webhookEventsOf'
  | 'readBody'
  | 'chunkAt'
  | 'replacedItems'
  | 'replacedItemsOf'
  | 'listReplacements'
  | 'readReplacement'
  | 'lastReplacement'
  | 'readKeys'
  | 'readIds'
  | 'readMap'
  | 'endedOfChunks'
  | 'listCalls'
  | 'readDetails'
  | 'recoverChunks'
  | 'recoverChunksOfJobs'

/** A value of a statement; a list is one value, of which each database has its own form. */
export type AskValue = number | string | null | Uint8Array | readonly string[] | readonly number[]

/** A statement to run, and its values. */
export interface Ask {
  readonly name: StatementName
  readonly values: readonly AskValue[]
}

/** A read: yields statements, is given their rows, and ends with its result. Between them, and at a null, others may have their turn. */
export type Reading<Result> = Generator<Ask | null, Result, readonly unknown[]>

/** Asks for all rows. */
export function* all<Row>(name: StatementName, ...values: AskValue[]): Reading<readonly Row[]> {
  return (yield { name, values }) as readonly Row[]
}

/** Asks for the first row. */
export function* one<Row>(name: StatementName, ...values: AskValue[]): Reading<Row | undefined> {
  const [row] = (yield { name, values }) as readonly Row[]
  return row
}
