import type { DatabaseSync } from 'node:sqlite'
import type { JobId, JobRef } from '../../../model/ids.ts'
import type { JobOutcome } from '../../../model/job.ts'
import type { ExpiredJob, JobsQuery } from '../../job-store.ts'
import type { Recovery } from '../../recovery-store.ts'
import { checkedBody } from '../tables/chunk-body.ts'
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
} from '../tables/job-rows.ts'
import { listAudit } from './list-audit.ts'
import { groupDeadLetters } from './group-dead-letters.ts'
import { listDeadLetters } from './list-dead-letters.ts'
import type { CallMessage, CallName, LongReadCalls, ReadCalls } from '../thread/messages.ts'
import { readItems } from './read-items.ts'
import { recoverChunks } from '../open/recover-chunks.ts'
import { latestWebhookDeliveries, listWebhookDeliveries } from './read-webhook-deliveries.ts'
import { jobWebhooks, webhookEndpoints } from './read-webhook-endpoints.ts'
import { listWebhookEvents, webhookReads } from './read-webhook-events.ts'
import { search } from './search.ts'
import { prepareAll, type ReadStatements, readSql } from '../tables/statements.ts'

type ReadHandlers = { readonly [Name in keyof ReadCalls]: (args: ReadCalls[Name]['args']) => ReadCalls[Name]['result'] }

/** Sorts behind every job id. */
const AFTER_ALL_IDS = 'job_~'

type LongReadHandlers = {
  readonly [Name in keyof LongReadCalls]: (
    args: LongReadCalls[Name]['args'],
  ) => Generator<void, LongReadCalls[Name]['result']>
}

/** Answers the calls that only read: on disk beside the writer on a thread and connection of its own, in memory on the writer's. */
export class Reader {
  readonly #handlers: ReadHandlers
  readonly #longHandlers: LongReadHandlers

  constructor(db: DatabaseSync) {
    const sql = prepareAll(db, readSql)
    this.#handlers = readHandlers(sql)
    this.#longHandlers = {
      listDeadLetters: (query) => listDeadLetters(sql, query),
      groupDeadLetters: (query) => groupDeadLetters(sql, query),
      findNewer: (query) => findNewer(sql, query),
      countItems: (query) => countItems(sql, query),
      search: (query) => search(sql, query),
      listAudit: (query) => listAudit(sql, query),
      listWebhookEvents: (query) => listWebhookEvents(sql, query),
    }
  }

  answer(call: CallMessage): unknown {
    const handler = this.#handlers[call.name as keyof ReadCalls] as (args: unknown) => unknown
    return handler(call.args)
  }

  /** A call that others cannot wait for, piece by piece; undefined: it is none, `answer` it. */
  beginLong(call: CallMessage): Generator<void, unknown> | undefined {
    const handlers: Partial<Record<CallName, unknown>> = this.#longHandlers
    const handler = handlers[call.name] as ((args: unknown) => Generator<void, unknown>) | undefined
    return handler?.(call.args)
  }
}

function readHandlers(sql: ReadStatements): ReadHandlers {
  return {
    recover: () => ({
      jobs: (sql.unfinishedJobs.all() as unknown as JobRow[]).map(jobOfRow),
      channels: (sql.listChannels.all() as unknown as ChannelRow[]).map(channelOfRow),
      credentials: (sql.listCredentials.all() as unknown as CredentialsRow[]).map(credentialsOfRow),
      tokens: (sql.listTokens.all() as unknown as TokenRow[]).map(tokenOfRow),
      subscriptions: (sql.listSubscriptions.all() as unknown as SubscriptionRow[]).map(subscriptionOfRow),
      webhookEndpoints: webhookEndpoints(sql),
      jobWebhooks: jobWebhooks(sql),
      replaced: replacedOf(sql.replacedItems.all()),
    }),
    recoverChannel: ({ name }) => ({
      jobs: (sql.unfinishedJobsOf.all(name) as unknown as JobRow[]).map(jobOfRow),
      replaced: replacedOf(sql.replacedItemsOf.all(name)),
    }),
    listSealed: () => sql.listSealed.all() as unknown as ReadCalls['listSealed']['result'],
    recoverChunks: (args) => recoverChunks(sql, args),
    findIdempotency({ scope, key, expiredBeforeMs }) {
      const row = sql.findKey.get(scope, key, expiredBeforeMs) as KeyRow | undefined
      return row === undefined ? null : keyOfRow(row)
    },
    listExecutions({ subscription, limit, before, createdAfterMs = -Infinity, createdBeforeMs = Infinity }) {
      // An id sorts behind the empty one: the bound itself is not before it.
      const [beforeMs, beforeId] =
        before !== undefined && before.createdAtMs < createdBeforeMs
          ? [before.createdAtMs, before.id]
          : [createdBeforeMs, '']
      const rows = sql.listExecutions.all(subscription, beforeMs, beforeId, createdAfterMs, limit)
      return (rows as unknown as ExecutionRow[]).map(executionOfRow)
    },
    findExecution({ id, subscription }) {
      const row = sql.findExecution.get(id, subscription) as ExecutionRow | undefined
      return row === undefined ? null : executionOfRow(row)
    },
    jobOutcomes: ({ ids, subscription }) => ids.map((id) => outcomeOf(sql, id, subscription)),
    listExpiredJobs: ({ nowMs, limit }) => sql.listExpiredJobs.all(nowMs, limit) as unknown as readonly ExpiredJob[],
    findJob({ id }) {
      const row = sql.findJob.get(id) as JobRow | undefined
      return row === undefined ? null : jobOfRow(row)
    },
    listJobs: (query) => listJobs(sql, query),
    loadChunks: ({ chunks }) =>
      chunks.map(({ ref, chunk }) => {
        const row = sql.readBody.get(ref, chunk) as { count: number; body: Uint8Array } | undefined
        if (row === undefined) return null
        checkedBody(row.body, { what: `chunk ${chunk} of job ref ${ref}`, count: row.count })
        return row.body
      }),
    loadReplacements: ({ items }) =>
      items.map(({ ref, index }) => {
        const row = sql.lastReplacement.get(ref, index) as { line: Uint8Array } | undefined
        return row?.line ?? null
      }),
    ...webhookReads(sql),
    listWebhookDeliveries: (query) => listWebhookDeliveries(sql, query),
    latestWebhookDeliveries: (args) => latestWebhookDeliveries(sql, args),
    readItems: ({ query, untilIndex }) => readItems(sql, query, untilIndex),
  }
}

function replacedOf(rows: unknown): Recovery['replaced'] {
  return (rows as readonly { readonly ref: JobRef; readonly item_index: number }[]).map((row) => ({
    ref: row.ref,
    index: row.item_index,
  }))
}

function outcomeOf(sql: ReadStatements, id: JobId, subscription: string): JobOutcome | null {
  const row = sql.findOutcome.get(id, subscription) ?? sql.findKeptOutcome.get(id, subscription)
  return (row as { outcome: JobOutcome | null } | undefined)?.outcome ?? null
}

function listJobs(sql: ReadStatements, query: JobsQuery): ReturnType<ReadHandlers['listJobs']> {
  const { executionId, ids } = query
  const ofExecution = executionId === undefined ? sql.listJobs : sql.listJobsOfExecution
  const statement = ids === undefined ? ofExecution : sql.listJobsOfIds
  const rows = statement.all(
    ...[query.subscription, query.beforeId ?? AFTER_ALL_IDS, jsonOf(query.phases), jsonOf(query.outcomes)],
    ...[
      jsonOf(query.channels),
      jsonOf(query.sources),
      query.createdAfterMs ?? -Infinity,
      query.createdBeforeMs ?? Infinity,
    ],
    ...[query.limit, jsonOf(ids) ?? executionId ?? null],
  )
  return (rows as unknown as JobRow[]).map(jobOfRow)
}

function jsonOf(list: readonly string[] | undefined): string | null {
  return list === undefined ? null : JSON.stringify(list)
}
