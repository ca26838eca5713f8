import type { Scope, SearchHit, SearchKind } from '@waybill/spec'
import { rootPaths } from '@waybill/spec/rules'
import { isDeadLetter } from './failure-handlers.ts'
import { redactedFor, showFull } from './item-handlers.ts'
import type { MockCaller } from '../engine/access-tokens.ts'
import type { MockJob } from '../engine/mock-job.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import { time } from '../show/job-view.ts'
import { cutPage } from '../show/pages.ts'
import { badRequest } from '../show/problems.ts'
import { hidesKey } from '../show/redact-view.ts'
import type { Answer, Call } from './operation-handler.ts'

const MAX_HITS = 50
const MAX_TEXT_BYTES = 256
const MIN_PREFIX = 8
const MAX_NAMED = 10
const MAX_ITEMS_A_JOB = 10

/** In the order of hits; and the scope that is needed beside that of the operation. */
const scopeOf: Readonly<Record<SearchKind, Scope>> = {
  job: 'jobs:read',
  execution: 'jobs:read',
  error_code: 'dead-letters:read',
  metadata: 'jobs:read',
  item: 'items:read',
  partition_key: 'items:read',
}

const none = { jobId: null, index: null, channel: null, field: null, status: null }

/** Finds jobs, executions, items, keys, codes and values of metadata. */
export function search({ query, world, caller }: Call<'search'>): Answer<'search'> {
  const { q: text, kind } = query
  const bytes = new TextEncoder().encode(text).length
  if (bytes > MAX_TEXT_BYTES) {
    const detail = `must be at most ${MAX_TEXT_BYTES} bytes of UTF-8: it has ${bytes}`
    throw badRequest('search', { parameter: 'q', detail })
  }
  const searched = kindsOf(caller).filter((one) => kind?.includes(one) ?? true)
  const jobs = world.book.all().toReversed()
  const hits = [
    ...jobs
      .filter(({ id }) => isNamed(id, text))
      .slice(0, MAX_NAMED)
      .map((job) => jobHit('job', job.id, job, world)),
    ...executionHits(jobs, text),
    ...codeHits(jobs, text),
    ...jobs.flatMap((job) => hitsIn(job, text, { caller, world })),
  ].filter((hit) => searched.includes(hit.kind))
  const { pageToken } = query
  const page = cutPage(
    hits,
    { pageSize: MAX_HITS, ...(pageToken !== undefined && { pageToken }) },
    { scope: ['search', text, searched], idOf: (hit) => `${hit.kind}/${hit.jobId ?? hit.value}/${hit.index ?? ''}` },
  )
  const complete = page.next.nextPageToken === undefined
  return { status: 200, body: { hits: [...page.entries], searched, complete, ...page.next } }
}

function kindsOf({ scopes }: MockCaller): SearchKind[] {
  const kinds = Object.keys(scopeOf) as SearchKind[]
  return kinds.filter((kind) => scopes === null || scopes.includes('admin') || scopes.includes(scopeOf[kind]))
}

function isNamed(id: string, text: string): boolean {
  return id === text || (text.length >= MIN_PREFIX && id.startsWith(text))
}

function executionHits(jobs: readonly MockJob[], text: string): SearchHit[] {
  const madeAt = new Map<string, number>()
  for (const { envelope, createdAtMs } of jobs) {
    if (envelope.executionId !== null) madeAt.set(envelope.executionId, createdAtMs)
  }
  const ids = [...madeAt.keys()].filter((id) => isNamed(id, text)).sort()
  return ids.slice(0, MAX_NAMED).map((id) => ({
    ...none,
    ...{ kind: 'execution', value: id, at: time(madeAt.get(id)!), links: { self: rootPaths.execution(id) } },
  }))
}

function codeHits(jobs: readonly MockJob[], text: string): SearchHit[] {
  const failedAt = new Map<string, number>()
  for (const { envelope, items } of jobs) {
    for (const item of items) {
      if (!isDeadLetter(item) || item.error?.code !== text) continue
      failedAt.set(envelope.channel, Math.max(failedAt.get(envelope.channel) ?? 0, item.endedAtMs!))
    }
  }
  return [...failedAt].slice(0, MAX_NAMED).map(([channel, atMs]) => ({
    ...{ ...none, kind: 'error_code', value: text, channel, at: time(atMs) },
    links: { self: rootPaths.deadLettersOfCode(channel, text) },
  }))
}

function hitsIn(job: MockJob, text: string, { caller, world }: Pick<Call<'search'>, 'caller' | 'world'>): SearchHit[] {
  const path = rootPaths.job(job.id)
  const field = Object.entries(job.envelope.metadata).find(([, value]) => value === text)?.[0]
  const metadata = field === undefined ? [] : [{ ...jobHit('metadata', text, job, world), field }]
  const itemHit = (kind: 'item' | 'partition_key', index: number, self: string): SearchHit => ({
    ...jobHit(kind, text, job, world),
    ...{ index, status: showFull(job.items[index]!, world).status, links: { self, job: path } },
  })
  const items = job.items.filter(({ id }) => id === text).slice(0, MAX_ITEMS_A_JOB)
  const isKeyHidden = hidesKey(redactedFor(caller, job, world))
  const keyed = isKeyHidden ? undefined : job.items.find(({ partitionKey }) => partitionKey === text)
  return [
    ...metadata,
    ...items.map(({ index }) => itemHit('item', index, `${path}/items/${index}`)),
    ...(keyed === undefined ? [] : [itemHit('partition_key', keyed.index, rootPaths.itemsOfKey(job.id, text))]),
  ]
}

function jobHit(kind: SearchKind, value: string, job: MockJob, world: MockWorld): SearchHit {
  const { id: jobId, envelope, createdAtMs } = job
  const status = world.book.statusOf(job)
  const links = { self: rootPaths.job(jobId) }
  return { ...none, kind, value, jobId, channel: envelope.channel, status, at: time(createdAtMs), links }
}
