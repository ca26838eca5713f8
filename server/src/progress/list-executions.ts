import type { Execution } from '@waybill/spec'
import { TimeSlice } from '../runtime/time-slice.ts'
import type { ExecutionRecord, ExecutionsQuery, JobStore } from '../store/job-store.ts'

export interface ExecutionListQuery extends Omit<ExecutionsQuery, 'before'> {
  /** As of `nextCursor`; null: the newest first. */
  readonly cursor: string | null
  readonly statuses?: readonly Execution['status'][] | undefined
  /** Only executions with a job for one of these channels. */
  readonly channels?: readonly string[] | undefined
  /** Only executions with a job from one of these sources. */
  readonly sources?: readonly string[] | undefined
  /** The one in whose turns of the event loop it runs. */
  readonly caller: string
  /** The page ends when its executions' JSON reaches this. */
  readonly maxBytes: number
}

export interface ExecutionListPage {
  /** Each as JSON. */
  readonly executions: readonly string[]
  /** Where the next page begins; null at the end. */
  readonly nextCursor: string | null
}

/** Jobs that one page looks at: a filter that matches little must not read everything in one request. */
const MAX_JOBS_LOOKED_AT = 2000

/** Executions newest first, each as it is now. A page may be short, even empty, and still not be the last. */
export async function listExecutions(
  query: ExecutionListQuery,
  from: {
    readonly store: Pick<JobStore, 'listExecutions'>
    readonly view: (record: ExecutionRecord) => Promise<Execution | null>
  },
): Promise<ExecutionListPage> {
  const { subscription, limit, createdAfterMs, createdBeforeMs } = query
  const records = await from.store.listExecutions({
    ...{ subscription, limit },
    ...(createdAfterMs !== undefined && { createdAfterMs }),
    ...(createdBeforeMs !== undefined && { createdBeforeMs }),
    ...(query.cursor !== null && { before: placeOf(query.cursor) }),
  })
  const slice = new TimeSlice(query.caller)
  const executions: string[] = []
  let bytes = 0
  let jobs = 0
  for (const record of records) {
    const execution = await from.view(record)
    // Its last job was removed since.
    if (execution === null) continue
    jobs += jobsOf(execution).length
    if (isWanted(execution, query)) {
      const json = JSON.stringify(execution)
      executions.push(json)
      bytes += json.length
    }
    if (slice.over) await slice.next()
    if (bytes >= query.maxBytes || jobs >= MAX_JOBS_LOOKED_AT) return { executions, nextCursor: cursorOf(record) }
  }
  const last = records.at(-1)
  return { executions, nextCursor: last === undefined || records.length < limit ? null : cursorOf(last) }
}

function isWanted(execution: Execution, { statuses, channels, sources }: ExecutionListQuery): boolean {
  if (statuses?.includes(execution.status) === false) return false
  const jobs = jobsOf(execution)
  if (channels !== undefined && !jobs.some(({ channel }) => channels.includes(channel))) return false
  return sources === undefined || jobs.some(({ source }) => source !== null && sources.includes(source))
}

function jobsOf({ stages, jobs = [] }: Execution): Execution['stages'][number]['jobs'] {
  return [...stages.flatMap((stage) => stage.jobs), ...jobs]
}

/** The time ends at the first blank; an id may hold anything. */
function cursorOf({ createdAtMs, id }: ExecutionRecord): string {
  return `${createdAtMs} ${id}`
}

function placeOf(cursor: string): NonNullable<ExecutionsQuery['before']> {
  const at = cursor.indexOf(' ')
  return { createdAtMs: Number(cursor.slice(0, at)), id: cursor.slice(at + 1) }
}
