import type { Channel, DeadLetterPage, Item, ItemPage, Job, JobPage, ParkedItemPage } from '@waybill/spec'
import { type Answer, type ApiRequest, json, send } from './api.ts'
import type { RunningTarget } from './target.ts'

/** All that one target answers about a channel: its jobs, oldest first, their items and what waits for a person. */
export interface ReportedWorld {
  readonly channel: Channel
  readonly jobs: readonly Job[]
  readonly items: readonly Item[]
  readonly deadLetters: DeadLetterPage['deadLetters']
  readonly parked: ParkedItemPage['parked']
}

/** Reads everything that a target answers about a channel. */
export async function readWorld(target: RunningTarget, name: string): Promise<ReportedWorld> {
  const read = async <T>(request: ApiRequest) => json<T>(await send(target, request))
  const query = { channel: name, pageSize: '1000' }
  const { jobs } = await read<JobPage>({ operationId: 'listJobs', query })
  const include = ['data', 'log']
  const each = jobs.toReversed().map(async ({ id: jobId }) => ({
    job: await read<Job>({ operationId: 'getJob', pathParams: { jobId } }),
    items: (await read<ItemPage>({ operationId: 'listItems', pathParams: { jobId }, query: { include } })).items,
  }))
  const shown = await Promise.all(each)
  return {
    channel: await read<Channel>({ operationId: 'getChannel', pathParams: { channel: name } }),
    jobs: shown.map(({ job }) => job),
    items: shown.flatMap(({ items }) => items),
    deadLetters: (await read<DeadLetterPage>({ operationId: 'listDeadLetters', query })).deadLetters,
    parked: (await read<ParkedItemPage>({ operationId: 'listParked', query })).parked,
  }
}

/** How long reports are waited for; later ones are left out. */
const SOON_MS = 60_000

/** Whether nothing will change by itself soon: nothing runs, and what has not ended waits for a call. */
export function isQuiet({ jobs, items }: ReportedWorld): boolean {
  const statusOf = new Map(jobs.map((job) => [job.id, job]))
  const isSoon = (time: string | null) => time !== null && Date.parse(time) < Date.now() + SOON_MS
  return (
    jobs.every((job) => job.done || (job.status !== 'cancelling' && !isSoon(job.deadlineAt))) &&
    items.every(({ jobId, status, waiting }) => {
      if (status === 'running') return false
      if (status === 'succeeded' || status === 'failed' || status === 'cancelled') return true
      if (waiting === null) return statusOf.get(jobId)?.status === 'open'
      if (waiting.reason === 'schedule') return !isSoon(waiting.until)
      return ['parked', 'paused', 'dependency', 'partition'].includes(waiting.reason)
    })
  )
}

/** Where a call was answered, its answer and the ids that it made. */
export function madeIds(answer: Answer): string[] {
  if (answer.status >= 300 || answer.text === '') return []
  const body = json<Partial<Job> & { jobs?: Job[] }>(answer)
  return body.jobs?.map(({ id }) => id) ?? (body.id === undefined ? [] : [body.id])
}

const TIME = /^\d{4}-\d\d-\d\dT/
/** Speeds and estimates, texts for people, and numbers that only grow. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...[
    'version',
    'itemsPerSecond',
    'etaSeconds',
    'estimatedEndAt',
    'durationMs',
    'callDurations',
    'lastError',
    'url',
    'by',
  ],
  ...['title', 'detail'],
])
/** Waits whose end is an estimate. */
const ESTIMATED: ReadonlySet<string> = new Set(['backlog', 'concurrency', 'partition', 'dependency'])

/** The same world in terms that two targets share: ids by their order, times as whether there is one. */
export function inSharedTerms(world: ReportedWorld, ids: readonly string[]): unknown {
  const nameOf = new Map(ids.map((id, n) => [id, `job ${n}`]))
  const rename = (text: string) => text.replace(/job_[0-9a-f]{32}/g, (id) => nameOf.get(id) ?? id)
  const order = (letter: ReportedWorld['deadLetters'][number]) => `${rename(letter.item.jobId)}/${letter.item.index}`
  const deadLetters = world.deadLetters.toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
  return JSON.parse(JSON.stringify({ ...world, deadLetters }), function (this: object, name, value: unknown) {
    if (LEFT_OUT.has(name)) return undefined
    if (name === 'until' && 'reason' in this && ESTIMATED.has(String(this.reason))) return undefined
    // Before the first call there is only an estimate.
    if (name === 'progress')
      return 'startedAt' in this && this.startedAt === null ? undefined : ((value as Job['progress'])?.ratio ?? null)
    return typeof value !== 'string' ? value : TIME.test(value) ? 'a time' : rename(value)
  })
}
