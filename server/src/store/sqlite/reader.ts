import type { DatabaseSync } from 'node:sqlite'
import type { JobsQuery } from '../store.ts'
import { type ChannelRow, channelOfRow, type JobRow, jobOfRow, type KeyRow, keyOfRow } from './job-rows.ts'
import type { CallMessage, ReadCalls } from './messages.ts'
import { readItems } from './read-items.ts'
import { recoverChunks } from './recover-chunks.ts'
import { prepareAll, type ReadStatements, readSql } from './statements.ts'

type ReadHandlers = { readonly [Name in keyof ReadCalls]: (args: ReadCalls[Name]['args']) => ReadCalls[Name]['result'] }

/** Sorts behind every job id. */
const AFTER_ALL_IDS = 'job_~'

/** Answers the calls that only read: on disk beside the writer on a thread and connection of its own, in memory on the writer's. */
export class Reader {
  readonly #handlers: ReadHandlers

  constructor(db: DatabaseSync) {
    this.#handlers = readHandlers(prepareAll(db, readSql))
  }

  answer(call: CallMessage): unknown {
    const handler = this.#handlers[call.name as keyof ReadCalls] as (args: unknown) => unknown
    return handler(call.args)
  }
}

function readHandlers(sql: ReadStatements): ReadHandlers {
  return {
    recover: () => ({
      jobs: (sql.unfinishedJobs.all() as unknown as JobRow[]).map(jobOfRow),
      channels: (sql.listChannels.all() as unknown as ChannelRow[]).map(channelOfRow),
    }),
    recoverChunks: (args) => recoverChunks(sql, args),
    findIdempotency({ scope, key, expiredBeforeMs }) {
      const row = sql.findKey.get(scope, key, expiredBeforeMs) as KeyRow | undefined
      return row === undefined ? null : keyOfRow(row)
    },
    findJob({ id }) {
      const row = sql.findJob.get(id) as JobRow | undefined
      return row === undefined ? null : jobOfRow(row)
    },
    listJobs: (query) => listJobs(sql, query),
    loadChunks: ({ chunks }) =>
      chunks.map(({ ref, chunk }) => (sql.readBody.get(ref, chunk) as { body: Uint8Array } | undefined)?.body ?? null),
    readItems: ({ query, untilIndex }) => readItems(sql, query, untilIndex),
  }
}

function listJobs(sql: ReadStatements, query: JobsQuery): ReturnType<ReadHandlers['listJobs']> {
  const rows = sql.listJobs.all(
    ...[query.subscription, query.beforeId ?? AFTER_ALL_IDS, jsonOf(query.phases), jsonOf(query.outcomes)],
    ...[
      jsonOf(query.channels),
      jsonOf(query.sources),
      query.createdAfterMs ?? -Infinity,
      query.createdBeforeMs ?? Infinity,
    ],
    query.limit,
  )
  return (rows as unknown as JobRow[]).map(jobOfRow)
}

function jsonOf(list: readonly string[] | undefined): string | null {
  return list === undefined ? null : JSON.stringify(list)
}
