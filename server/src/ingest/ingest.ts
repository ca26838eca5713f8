import { stoppingProblem } from '../model/errors.ts'
import { relinked } from '../model/relinked.ts'
import type { JobId } from '../model/ids.ts'
import type { LiveJobs } from '../model/live-job.ts'
import type { Service } from '../runtime/service.ts'
import { createExecution, type CreatedExecution } from './create-execution.ts'
import { OpenJobs } from './open-jobs/open-jobs.ts'
import { Fingerprint, IdempotencyKeys, parseIdempotencyKey, replay } from './idempotency.ts'
import { ingestItem, ingestJson } from './ingest-json.ts'
import { ingestLines } from './ingest-lines.ts'
import type { BodyStream, IngestOptions, RepeatableRequest, SubmitRequest, SubmittedJob } from './ingest-ports.ts'
import type { JobUpload, SubmitUpload } from './publish.ts'
import { type DeadLettersRetry, type RetriedJobs, Retries, type RetryOptions } from './retry/retries.ts'
import { type AppendReceipt, type AppendRequest } from './open-jobs/append-part.ts'
import { type UploadPlace, type Uploader, UploadBudget } from './body/upload-budget.ts'
import { liveJobsOf } from '../store/find-job.ts'
import type { IdempotencyRecord } from '../store/job-store.ts'

/**
 * Ingest: bytes of requests in, durable jobs out.
 *
 * Validates, cuts and writes items in slices of 2 ms while they arrive, under a job that is not visible; one last transaction makes
 * the job, its counts, its place in the order and its idempotency key visible together. A failed or aborted request leaves nothing.
 * Called by the routes; passes jobs to the scheduler in the order in which they became eligible (ORD-5). Refusals of the store
 * (StoreError) leave every call as they are.
 */
export class Ingest implements Service {
  readonly #deps: IngestOptions
  readonly #keys: IdempotencyKeys
  readonly #uploadBudget: UploadBudget
  readonly #openJobs: OpenJobs
  readonly #retries: Retries
  #stopping = false

  constructor(options: IngestOptions) {
    this.#deps = options
    this.#keys = new IdempotencyKeys(options.store)
    this.#uploadBudget = new UploadBudget({
      clock: options.clock,
      maxPendingItems: options.limits.maxPendingItems,
      pendingItems: () => pendingItems(options),
      quotaOf: options.quotaOf,
      pendingItemsOf: (subscription) => pendingItemsOf(subscription, options.liveJobs),
      openJobsOf: (subscription) => options.liveJobs.openJobsOf(subscription),
      itemsPerSecond: (subscription) => itemsPerSecond(subscription, options),
    })
    this.#openJobs = new OpenJobs(options, this.#uploadBudget)
    this.#retries = new Retries(options)
  }

  /** Items of a subscription that are complete and have not ended. */
  pendingItemsOf(subscription: string): number {
    return pendingItemsOf(subscription, this.#deps.liveJobs)
  }

  /** Uploads that are being received. */
  get uploads(): number {
    return this.#uploadBudget.uploads
  }

  start(): void {
    this.#openJobs.start()
  }

  /** Refuses new work. Running uploads continue until their stream ends or the store is closed. */
  stop(): void {
    this.#stopping = true
    this.#openJobs.stop()
  }

  /** `POST /v1/jobs`. Resolves when the job is durable. @throws ProblemError */
  submitJob(request: SubmitRequest): Promise<SubmittedJob> {
    const ingest = request.mediaType === 'application/json' ? ingestJson : ingestLines
    return this.#submit('submitJob', request, (upload) => ingest(upload, this.#deps))
  }

  /** `POST /v1/items`. Resolves when the job of one item is durable, not when the item ended. @throws ProblemError */
  deliverItem(request: SubmitRequest): Promise<SubmittedJob> {
    return this.#submit('deliverItem', request, (upload) => ingestItem(upload, this.#deps))
  }

  /** `POST /v1/jobs/{jobId}/items`. Resolves when the part is durable. @throws ProblemError */
  appendItems(request: AppendRequest): Promise<AppendReceipt> {
    return this.#admitted(request, (place) => this.#openJobs.append(request, place))
  }

  /** `POST /v1/jobs/{jobId}/seal`. Resolves when the job is eligible; a repeat changes nothing. @throws ProblemError */
  sealJob(request: Uploader & { readonly id: JobId; readonly itemCount: number }): Promise<void> {
    return this.#admitted(request, () => this.#openJobs.seal(request))
  }

  /** `POST /v1/executions`. Resolves when all jobs are durable. @throws ProblemError */
  createExecution(request: SubmitRequest): Promise<CreatedExecution> {
    return this.#once<CreatedExecution>('createExecution', request, {
      make: (upload) => createExecution(upload, this.#deps),
      repeat: ({ body }) => ({ id: (JSON.parse(body) as { id: string }).id, body, replayed: true }),
    })
  }

  /** `POST /v1/jobs/{jobId}/retry`. Resolves with the new job, when it is durable. @throws ProblemError */
  retryJob(
    job: { readonly id: JobId; readonly subscription: string },
    options: RetryOptions,
    request: RepeatableRequest = NOT_REPEATED,
  ): Promise<RetriedJobs> {
    return this.#retry('retryJob', { ...request, subscription: job.subscription, of: `${job.id}\n` }, (upload) =>
      this.#retries.retryJob(job, options, upload),
    )
  }

  /** `POST /v1/dead-letters/retry`. Resolves with the new jobs, when they are durable. @throws ProblemError */
  retryDeadLetters(query: DeadLettersRetry, request: RepeatableRequest = NOT_REPEATED): Promise<RetriedJobs> {
    return this.#retry('retryDeadLetters', { ...request, subscription: query.subscription, of: '' }, (upload) =>
      this.#retries.retryDeadLetters(query, upload),
    )
  }

  /** @param request.of the part of the path that a repeat must have too */
  #retry(
    operation: string,
    request: RepeatableRequest & { readonly subscription: string; readonly of: string },
    make: (upload: JobUpload) => Promise<RetriedJobs>,
  ): Promise<RetriedJobs> {
    const bytes = Buffer.concat([Buffer.from(request.of), request.body])
    return this.#once<RetriedJobs>(
      operation,
      { ...request, mediaType: 'application/json', body: inOnePiece(bytes) },
      {
        make(upload) {
          upload.first?.fingerprint.add(bytes)
          return make(upload)
        },
        repeat: ({ body }) => ({ ids: idsIn(body), body, replayed: true }),
      },
    )
  }

  #submit(
    operation: string,
    request: SubmitRequest,
    make: (upload: SubmitUpload) => Promise<SubmittedJob>,
  ): Promise<SubmittedJob> {
    return this.#once<SubmittedJob>(operation, request, {
      make,
      repeat: ({ madeId, status, body }) => ({
        id: madeId as JobId,
        status: status as SubmittedJob['status'],
        body,
        replayed: true,
      }),
    })
  }

  /** Carries out a request, or replays its first answer. */
  #once<T>(
    operation: string,
    request: SubmitRequest,
    {
      make,
      repeat,
    }: {
      make: (upload: SubmitUpload) => Promise<T>
      repeat: (first: IdempotencyRecord) => T
    },
  ): Promise<T> {
    return this.#admitted(request, async (place) => {
      const key = parseIdempotencyKey(request.idempotencyKey)
      if (key === null) return make({ request, place, first: null })
      const claim = await this.#keys.claim(`${operation}:${request.subscription}`, key)
      try {
        if (claim.stored === null) {
          return await make({ request, place, first: { claim, fingerprint: new Fingerprint(request.mediaType) } })
        }
        const first = await replay(claim.stored, request, place.slice)
        return repeat({ ...first, body: relinked(first.body, this.#deps.paths) })
      } finally {
        claim.release()
      }
    })
  }

  async #admitted<T>(uploader: Uploader, carryOut: (place: UploadPlace) => Promise<T>): Promise<T> {
    if (this.#stopping) throw stoppingProblem()
    const place = this.#uploadBudget.enter(uploader)
    try {
      return await carryOut(place)
    } finally {
      place.leave()
    }
  }
}

/** Returns the current rate at which items end: of one subscription, or (null) of all. */
function itemsPerSecond(
  subscription: string | null,
  { liveJobs, progress }: Pick<IngestOptions, 'liveJobs' | 'progress'>,
): number {
  let sum = 0
  const jobs = subscription === null ? liveJobs.values() : liveJobsOf(liveJobs, subscription)
  for (const job of jobs) sum += progress.itemsPerSecond(job)
  return sum
}

const NOT_REPEATED: RepeatableRequest = { caller: 'anonymous', idempotencyKey: null, body: new Uint8Array(0) }

async function* inOnePiece(bytes: Uint8Array): BodyStream {
  yield await Promise.resolve(bytes)
}

function idsIn(body: string): JobId[] {
  return (JSON.parse(body) as { jobs: { id: JobId }[] }).jobs.map(({ id }) => id)
}

/** Items of a subscription that are complete and have not ended. */
function pendingItemsOf(subscription: string, liveJobs: LiveJobs): number {
  let items = 0
  for (const { record, succeeded, failed, cancelled } of liveJobsOf(liveJobs, subscription))
    if (record.phase !== 'open') items += record.total - succeeded - failed - cancelled
  return items
}

/** Items of all subscriptions that are complete and have not ended. */
function pendingItems({ scheduler, calendar, hiddenItems }: IngestOptions): number {
  const items = scheduler.pendingItems + calendar.waitingItems
  return hiddenItems === undefined ? items : Math.max(0, items - hiddenItems())
}
