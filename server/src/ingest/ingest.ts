import type { JobId } from '../model/ids.ts'
import type { Service } from '../runtime/service.ts'
import { OpenJobs } from './open-jobs.ts'
import { Fingerprint, IdempotencyKeys, parseIdempotencyKey, replay } from './idempotency.ts'
import { ingestItem, ingestJson } from './ingest-json.ts'
import { ingestLines } from './ingest-lines.ts'
import type { IngestOptions, SubmitRequest, SubmittedJob } from './ingest-ports.ts'
import type { JobUpload } from './job-draft.ts'
import { stopping, storeRefusal } from './refusals.ts'
import { type AppendReceipt, type AppendRequest } from './append-part.ts'
import { type UploadPlace, UploadRoom } from './upload-room.ts'

/**
 * Ingest: bytes of requests in, durable jobs out.
 *
 * Validates, cuts and writes items in slices of 5 ms while they arrive, under a job that nobody can see; one last transaction makes
 * the job, its counts, its place in the order and its idempotency key visible together. What fails or is broken off leaves nothing.
 * Called by the routes; hands jobs on to the scheduler in the order in which they became eligible (ORD-5).
 */
export class Ingest implements Service {
  readonly #parts: IngestOptions
  readonly #keys: IdempotencyKeys
  readonly #room: UploadRoom
  readonly #openJobs: OpenJobs
  #stopping = false

  constructor(options: IngestOptions) {
    this.#parts = options
    this.#keys = new IdempotencyKeys(options.store)
    this.#room = new UploadRoom({
      maxPendingItems: options.limits.maxPendingItems,
      pendingItems: () => options.scheduler.pendingItems,
    })
    this.#openJobs = new OpenJobs(options, this.#room)
  }

  /** Uploads that are being received. */
  get uploads(): number {
    return this.#room.uploads
  }

  start(): void {
    this.#openJobs.start()
  }

  /** Refuses new work. What is being received goes on until its stream ends or the store is closed. */
  stop(): void {
    this.#stopping = true
    this.#openJobs.stop()
  }

  /** `POST /v1/jobs`. Resolves when the job is durable. @throws ProblemError */
  submitJob(request: SubmitRequest): Promise<SubmittedJob> {
    const ingest = request.mediaType === 'application/json' ? ingestJson : ingestLines
    return this.#once('submitJob', request, (upload) => ingest(upload, this.#parts))
  }

  /** `POST /v1/items`. Resolves when the job of one item is durable, not when the item ended. @throws ProblemError */
  deliverItem(request: SubmitRequest): Promise<SubmittedJob> {
    return this.#once('deliverItem', request, (upload) => ingestItem(upload, this.#parts))
  }

  /** `POST /v1/jobs/{jobId}/items`. Resolves when the part is durable. @throws ProblemError */
  appendItems(request: AppendRequest): Promise<AppendReceipt> {
    return this.#admitted((place) => this.#openJobs.append(request, place))
  }

  /** `POST /v1/jobs/{jobId}/seal`. Resolves when the job is eligible; a repeat changes nothing. @throws ProblemError */
  sealJob(request: { readonly id: JobId; readonly subscription: string; readonly itemCount: number }): Promise<void> {
    return this.#admitted(() => this.#openJobs.seal(request))
  }

  /** Makes a job, or gives the first answer again. */
  #once(
    operation: string,
    request: SubmitRequest,
    make: (upload: JobUpload) => Promise<SubmittedJob>,
  ): Promise<SubmittedJob> {
    return this.#admitted(async (place) => {
      const key = parseIdempotencyKey(request.idempotencyKey)
      if (key === null) return make({ request, place, first: null })
      const claim = await this.#keys.claim(`${operation}:${request.subscription}`, key)
      try {
        if (claim.stored === null) {
          return await make({ request, place, first: { claim, fingerprint: new Fingerprint(request.mediaType) } })
        }
        const first = await replay(claim.stored, request)
        return { id: first.jobId, status: first.status as SubmittedJob['status'], body: first.body, replayed: true }
      } finally {
        claim.release()
      }
    })
  }

  async #admitted<T>(carryOut: (place: UploadPlace) => Promise<T>): Promise<T> {
    if (this.#stopping) throw stopping()
    const place = this.#room.enter()
    try {
      return await carryOut(place)
    } catch (error) {
      throw storeRefusal(error)
    } finally {
      place.leave()
    }
  }
}
