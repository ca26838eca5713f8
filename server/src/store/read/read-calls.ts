import type { JobId, JobRef } from '../../model/ids.ts'
import type { JobOutcome, JobRecord } from '../../model/job.ts'
import type { ExpiredJob, JobsQuery } from '../job-store.ts'
import type { Recovery } from '../recovery-store.ts'
import type { EndpointCount } from '../webhook-event-store.ts'
import { checkedBody } from '../rows/chunk-body.ts'
import { countItems } from './count-items.ts'
import { findNewer } from './find-newer.ts'
import {
  type ChannelRow,
  channelOfRow,
  type CredentialsRow,
  credentialsOfRow,
  type ExecutionRow,
  executionOfRow,
  type JobRow,
  jobOfRow,
  type KeyRow,
  keyOfRow,
  type SubscriptionRow,
  subscriptionOfRow,
  type TokenRow,
  tokenOfRow,
} from '../rows/job-rows.ts'
import { listAudit } from './list-audit.ts'
import { groupDeadLetters } from './group-dead-letters.ts'
import { listDeadLetters } from './list-dead-letters.ts'
import type { LongReadCalls, ReadCalls } from '../thread/messages.ts'
import { readItems } from './read-items.ts'
import { recoverChunks } from './recover-chunks.ts'
import { latestWebhookDeliveries, listWebhookDeliveries } from './read-webhook-deliveries.ts'
import { jobWebhooks, webhookEndpoints } from './read-webhook-endpoints.ts'
import { listWaitingWebhookEvents, listWebhookBacklog, listWebhookEvents } from './read-webhook-events.ts'
import { search } from './search.ts'
import { all, one, type Reading } from './asking.ts'

type Reads<Group> = { readonly [Name in keyof Group]: (args: ArgsOf<Group[Name]>) => Reading<ResultOf<Group[Name]>> }
type ArgsOf<Call> = Call extends { args: infer Args } ? Args : never
type ResultOf<Call> = Call extends { result: infer Result } ? Result : never

/** Sorts behind every job id. */
const AFTER_ALL_IDS = 'job_~'

/** The calls that read more than others can wait for. */
export const longReads: Reads<LongReadCalls> = {
  listDeadLetters,
  groupDeadLetters,
  findNewer,
  countItems,
  search,
  listAudit,
  listWebhookEvents,
}

/** The other calls that only read. */
export const reads: Reads<ReadCalls> = {
  *recover() {
    return {
      jobs: (yield* all<JobRow>('unfinishedJobs')).map(jobOfRow),
      channels: (yield* all<ChannelRow>('listChannels')).map(channelOfRow),
      credentials: (yield* all<CredentialsRow>('listCredentials')).map(credentialsOfRow),
      tokens: (yield* all<TokenRow>('listTokens')).map(tokenOfRow),
      subscriptions: (yield* all<SubscriptionRow>('listSubscriptions')).map(subscriptionOfRow),
      webhookEndpoints: yield* webhookEndpoints(),
      jobWebhooks: yield* jobWebhooks(),
      replaced: (yield* all<ReplacedRow>('replacedItems')).map(replacedOfRow),
    }
  },
  *recoverChannel({ name }) {
    return {
      jobs: (yield* all<JobRow>('unfinishedJobsOf', name)).map(jobOfRow),
      replaced: (yield* all<ReplacedRow>('replacedItemsOf', name)).map(replacedOfRow),
    }
  },
  *listSealed() {
    return [...(yield* all<ReadCalls['listSealed']['result'][number]>('listSealed'))]
  },
  recoverChunks,
  *findIdempotency({ scope, key, expiredBeforeMs }) {
    const row = yield* one<KeyRow>('findKey', scope, key, expiredBeforeMs)
    return row === undefined ? null : keyOfRow(row)
  },
  *listExecutions({ subscription, limit, before, createdAfterMs = -Infinity, createdBeforeMs = Infinity }) {
    // An id sorts behind the empty one: the bound itself is not before it.
    const [beforeMs, beforeId] =
      before !== undefined && before.createdAtMs < createdBeforeMs
        ? [before.createdAtMs, before.id]
        : [createdBeforeMs, '']
    const values = [subscription, beforeMs, beforeId, createdAfterMs, limit]
    return (yield* all<ExecutionRow>('listExecutions', ...values)).map(executionOfRow)
  },
  *findExecution({ id, subscription }) {
    const row = yield* one<ExecutionRow>('findExecution', id, subscription)
    return row === undefined ? null : executionOfRow(row)
  },
  *jobOutcomes({ ids, subscription }) {
    const outcomes: (JobOutcome | null)[] = []
    for (const id of ids) outcomes.push(yield* outcomeOf(id, subscription))
    return outcomes
  },
  listExpiredJobs: ({ nowMs, limit }) => all<ExpiredJob>('listExpiredJobs', nowMs, limit),
  *findJob({ id }) {
    const row = yield* one<JobRow>('findJob', id)
    return row === undefined ? null : jobOfRow(row)
  },
  listJobs,
  *loadChunks({ chunks }) {
    const bodies: (Uint8Array | null)[] = []
    for (const { ref, chunk } of chunks) {
      const row = yield* one<{ count: number; body: Uint8Array }>('readBody', ref, chunk)
      if (row !== undefined) checkedBody(row.body, { what: `chunk ${chunk} of job ref ${ref}`, count: row.count })
      bodies.push(row?.body ?? null)
    }
    return bodies
  },
  *loadReplacements({ items }) {
    const lines: (Uint8Array | null)[] = []
    for (const { ref, index } of items) {
      const row = yield* one<{ line: Uint8Array }>('lastReplacement', ref, index)
      lines.push(row?.line ?? null)
    }
    return lines
  },
  listWaitingWebhookEvents,
  listWebhookBacklog,
  *countWebhookBacklogs() {
    return [...(yield* all<EndpointCount>('countBacklogs'))]
  },
  listWebhookDeliveries,
  latestWebhookDeliveries,
  readItems: ({ query, untilIndex }) => readItems(query, untilIndex),
}

interface ReplacedRow {
  readonly ref: JobRef
  readonly item_index: number
}

function replacedOfRow({ ref, item_index: index }: ReplacedRow): Recovery['replaced'][number] {
  return { ref, index }
}

function* outcomeOf(id: JobId, subscription: string): Reading<JobOutcome | null> {
  const row =
    (yield* one<{ outcome: JobOutcome | null }>('findOutcome', id, subscription)) ??
    (yield* one<{ outcome: JobOutcome | null }>('findKeptOutcome', id, subscription))
  return row?.outcome ?? null
}

function* listJobs(query: JobsQuery): Reading<JobRecord[]> {
  const { executionId, ids } = query
  const ofExecution = executionId === undefined ? 'listJobs' : 'listJobsOfExecution'
  const rows = yield* all<JobRow>(
    ids === undefined ? ofExecution : 'listJobsOfIds',
    ...[query.subscription, query.beforeId ?? AFTER_ALL_IDS, query.phases ?? null, query.outcomes ?? null],
    ...[
      query.channels ?? null,
      query.sources ?? null,
      query.createdAfterMs ?? -Infinity,
      query.createdBeforeMs ?? Infinity,
    ],
    ...[query.limit, ids ?? executionId ?? null],
  )
  return rows.map(jobOfRow)
}
