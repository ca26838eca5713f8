import { ProblemError } from '../../model/errors.ts'
import type { JobId, JobRef } from '../../model/ids.ts'
import type { JobRecord } from '../../model/job.ts'
import { MAX_ITEMS_PER_NDJSON_REQUEST } from '../../model/limits.ts'
import { KeyedMutex } from '../../runtime/keyed-mutex.ts'
import type { TimeSlice } from '../../runtime/time-slice.ts'
import { findJob, requireJob } from '../../store/find-job.ts'
import type { DeadLettersQuery } from '../../store/outcome-store.ts'
import type { IngestOptions } from '../ingest-ports.ts'
import type { FirstRequest } from '../idempotency.ts'
import { JobDraft, type JobUpload, type PreparedJob, publishJobs } from '../publish.ts'
import { unknownChannel } from '../check/parse-envelope.ts'
import { FailureAges } from './failure-ages.ts'
import { type RetriableItem, retriableItems } from './retriable-items.ts'
import { StaleItems } from './stale-items.ts'

type RetryUpload = Pick<JobUpload, 'request' | 'place' | 'first'>

export interface RetryOptions {
  /** The statuses of the items that are retried. */
  readonly status: readonly ('failed' | 'cancelled')[]
  /** Also items of which newer ones were submitted since. */
  readonly allowStale: boolean
}

/** The new jobs, as they are reported to the caller. */
export interface RetriedJobs {
  readonly ids: readonly JobId[]
  /** The answer as JSON: the first answer's bytes if `replayed`. */
  readonly body: string
  readonly replayed: boolean
}

export interface DeadLettersRetry extends Pick<
  DeadLettersQuery,
  'subscription' | 'channels' | 'jobIds' | 'codes' | 'errors' | 'keyHash'
> {
  /** The key behind `keyHash`, which another one may share. */
  readonly partitionKey?: string
  readonly allowStale: boolean
}

/** Items of one job that are retried: some of it, or (null) all that ended with these statuses. */
interface Selection {
  readonly old: JobRecord
  readonly status: RetryOptions['status']
  readonly indexes: ReadonlySet<number> | null
  readonly partitionKey?: string | undefined
}

/** A new job that is not published. */
interface Draft {
  readonly draft: JobDraft
  readonly old: JobRecord
  readonly indexes: number[]
  readonly ages: FailureAges
}

const ACTION = 'retry items'
/** Dead letters that are listed at once. */
const LETTERS_PER_READ = 1000
const LIMIT = { name: 'maxItemsPerNdjsonRequest', items: MAX_ITEMS_PER_NDJSON_REQUEST }

/**
 * Retries ended items, as new jobs on the server's own copy of the submitted items: the old items keep their outcome and name the
 * job that retries them. One new job for each old one, with its envelope but without its dependencies.
 */
export class Retries {
  readonly #deps: IngestOptions
  /** By subscription: a second retry must see the jobs of the first. */
  readonly #turns = new KeyedMutex<string>()

  constructor(deps: IngestOptions) {
    this.#deps = deps
  }

  /** @throws ProblemError `job_not_found`, `unknown_channel`, `stale`, `nothing_to_retry`, `overloaded`, `quota_exceeded` */
  retryJob(job: { id: JobId; subscription: string }, options: RetryOptions, upload: RetryUpload): Promise<RetriedJobs> {
    return this.#turns.run([job.subscription], async () => {
      const old = await requireJob(this.#deps, job.id, job.subscription)
      return this.#retry([{ old, status: options.status, indexes: null }], { allowStale: options.allowStale, upload })
    })
  }

  /**
   * Of more than 1,000,000 failed items the newest are retried; the next call takes the rest.
   * @throws ProblemError as `retryJob`
   */
  retryDeadLetters(query: DeadLettersRetry, upload: RetryUpload): Promise<RetriedJobs> {
    return this.#turns.run([query.subscription], async () => {
      for (const id of query.jobIds ?? []) await requireJob(this.#deps, id, query.subscription)
      const selections = await this.#selectDeadLetters(query)
      return this.#retry(selections, { allowStale: query.allowStale, upload })
    })
  }

  async #retry(
    selections: readonly Selection[],
    options: { readonly allowStale: boolean; readonly upload: RetryUpload },
  ): Promise<RetriedJobs> {
    const stale = options.allowStale
      ? null
      : new StaleItems({ store: this.#deps.store, slice: options.upload.place.slice }, selections)
    const drafts: Draft[] = []
    try {
      for (const selection of selections) {
        const draft = this.#startDraft(selection.old, options.upload)
        drafts.push(draft)
        await this.#take(selection, { draft, stale, slice: options.upload.place.slice })
      }
      stale?.refuse()
      return await this.#publish(drafts, options.upload.first)
    } catch (error) {
      for (const { draft } of drafts) await draft.discard()
      throw error
    }
  }

  /** All in one transaction, in the order in which the old ones became eligible. */
  async #publish(drafts: readonly Draft[], first: FirstRequest | null): Promise<RetriedJobs> {
    const jobs: PreparedJob[] = []
    for (const { draft, old, indexes } of drafts) {
      if (indexes.length === 0) {
        await draft.discard()
        continue
      }
      const job = await draft.prepare(true)
      const retries = [{ ref: old.ref, indexes: Uint32Array.from(indexes) }]
      jobs.push({ ...job, publication: { ...job.publication, retries } })
    }
    if (jobs.length === 0) throw nothingToRetry()
    const ids = jobs.map(({ publication }) => publication.record.id)
    const shown = jobs.map(({ publication, rejected }) => this.#deps.progress.first(publication.record, rejected).json)
    const body = `{"jobs":[${shown.join(',')}]}`
    await publishJobs({ jobs, kind: 'retry', first, answer: { status: 202, body } }, this.#deps)
    for (const { ages, old } of drafts) ages.report(old.envelope.channel, this.#deps.telemetry)
    return { ids, body, replayed: false }
  }

  async #take(
    selection: Selection,
    { draft, stale, slice }: { readonly draft: Draft; readonly stale: StaleItems | null; readonly slice: TimeSlice },
  ): Promise<void> {
    for await (const items of retriableItems(selection, { store: this.#deps.store, slice })) {
      await stale?.look(selection.old, items)
      if (stale !== null && stale.count > 0) continue // only the others that are stale are still of interest
      await draft.draft.take(linesOf(items))
      for (const { index } of items) draft.indexes.push(index)
      draft.ages.add(items)
    }
  }

  #startDraft(old: JobRecord, { request, place }: RetryUpload): Draft {
    const { channel } = old.envelope
    if (this.#deps.channels.get(channel) === undefined) throw unknownChannel(channel, { action: ACTION }, this.#deps)
    const envelope = { ...old.envelope, runAtMs: null, deadlineAtMs: null, dependsOn: [] }
    const draft = new JobDraft(
      {
        parsed: { envelope, open: false, itemCount: null },
        place: ({ pointer }) => ({ pointer }),
        limit: LIMIT,
        action: ACTION,
        linesBefore: 0,
        retryOf: old.id,
      },
      this.#deps,
      { request: { ...request, subscription: old.subscription }, place, first: null },
    )
    return { draft, old, indexes: [], ages: new FailureAges(this.#deps.clock.nowMs()) }
  }

  async #selectDeadLetters({ partitionKey, allowStale: _, ...filter }: DeadLettersRetry): Promise<Selection[]> {
    const { store } = this.#deps
    const query: DeadLettersQuery = { ...filter, limit: LETTERS_PER_READ, notRetried: true }
    const found = new Map<JobRef, { readonly id: JobId; readonly indexes: Set<number> }>()
    let beforeSeq: number | undefined
    for (let items = 0; items < MAX_ITEMS_PER_NDJSON_REQUEST;) {
      const letters = await store.listDeadLetters({ ...query, ...(beforeSeq !== undefined && { beforeSeq }) })
      for (const { ref, jobId, index } of letters) {
        let job = found.get(ref)
        if (job === undefined) found.set(ref, (job = { id: jobId, indexes: new Set() }))
        job.indexes.add(index)
      }
      items += letters.length
      beforeSeq = letters.at(-1)?.seq
      if (letters.length < LETTERS_PER_READ) break
    }
    const selections: Selection[] = []
    for (const { id, indexes } of found.values()) {
      const old = await findJob(this.#deps, id, filter.subscription)
      // Deleted meanwhile, its items with it.
      if (old !== null) selections.push({ old, status: ['failed'], indexes, partitionKey })
    }
    return selections.sort((a, b) => a.old.eligibleSeq - b.old.eligibleSeq || a.old.ref - b.old.ref)
  }
}

function linesOf(items: readonly RetriableItem[]): Buffer {
  const lines: Uint8Array[] = []
  for (const { line } of items) lines.push(line, LINE_END)
  return Buffer.concat(lines)
}

const LINE_END = Buffer.from('\n')

function nothingToRetry(): ProblemError {
  return new ProblemError({
    code: 'nothing_to_retry',
    detail: `Cannot ${ACTION} as at least one matching item must have ended and not been retried already: there is none`,
  })
}
