import { type EnteringJob, enterJobs, makeLive } from '../jobs/enter-job.ts'
import { firstPhase } from '../jobs/first-phase.ts'
import { ProblemError, type ProblemPlace } from '../model/errors.ts'
import { type JobId, type JobRef, newJobId } from '../model/ids.ts'
import { markPublished } from '../model/job-phase.ts'
import type { Envelope, JobRecord } from '../model/job.ts'
import { addRejected, liveJob } from '../model/live-job.ts'
import type { WebhookEventDraft } from '../model/webhook-event.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { ExecutionRecord, IdempotencyRecord, JobPublication } from '../store/job-store.ts'
import { StoreError } from '../store/store-error.ts'
import type { UploadPlace } from './body/upload-budget.ts'
import type { ParsedEnvelope } from './check/parse-envelope.ts'
import { executionExists } from './check/refusals.ts'
import { REJECTED_PER_WRITE } from './chunks/cut-rejected-items.ts'
import { type IntakeOptions, ItemIntake } from './chunks/item-intake.ts'
import { ChunkWriter } from './chunks/write-chunks.ts'
import { type FirstRequest, inProgress } from './idempotency.ts'
import type { IngestOptions, SubmitRequest, SubmittedJob } from './ingest-ports.ts'
import { newRecord } from './new-record.ts'
import { reportJob } from './report-items.ts'

export interface JobDraftOptions {
  readonly parsed: ParsedEnvelope
  readonly place: (at: { item: number; line: number; pointer: string }) => Omit<ProblemPlace, 'detail'>
  readonly limit: { readonly name: string; readonly items: number }
  /** Lines of the body before the first item. */
  readonly linesBefore: number
  readonly action: string
  /** The scope of a fault in an item that is no JSON. @default item */
  readonly brokenJson?: IntakeOptions['brokenJson']
  /** The job whose items it retries. @default none */
  readonly retryOf?: JobId
  /** Where the channel does not say: whether the job's calls continue the request's trace. @default false */
  readonly continuesTrace?: boolean
}

/** A request that makes a job, and what it holds while it is received. */
export interface JobUpload {
  readonly request: Pick<SubmitRequest, 'subscription' | 'trace'>
  readonly place: UploadPlace
  /** Null without an `Idempotency-Key`. */
  readonly first: FirstRequest | null
}

/** A request whose body is read here. */
export interface SubmitUpload extends JobUpload {
  readonly request: SubmitRequest
}

/** Complete chunks that wait for being written together: a transaction of about 700 KB. */
const CHUNKS_PER_WRITE = 4

/**
 * A job that is being received and is not visible: takes its items block by block, writes chunks as they are complete, and is
 * then published in one transaction, or discarded.
 */
export class JobDraft {
  readonly #options: JobDraftOptions
  readonly #deps: IngestOptions
  readonly #upload: JobUpload
  readonly #ref: JobRef
  readonly #id: JobId
  readonly #createdAtMs: number
  readonly #intake: ItemIntake
  readonly #writer: ChunkWriter
  #counted = 0
  #heldBytes = 0

  /** @throws ProblemError `quota_exceeded`: nothing is to be discarded */
  constructor(options: JobDraftOptions, deps: IngestOptions, upload: JobUpload) {
    this.#options = options
    this.#deps = deps
    this.#upload = upload
    if (options.parsed.open) upload.place.addOpenJob()
    this.#createdAtMs = deps.clock.nowMs()
    this.#ref = deps.store.nextJobRef()
    this.#id = newJobId(this.#createdAtMs)
    const { subscription } = upload.request
    const job = { ref: this.#ref, id: this.#id, subscription, envelope: options.parsed.envelope }
    this.#intake = new ItemIntake(
      {
        job,
        epoch: deps.store.epoch,
        nowMs: this.#createdAtMs,
        start: { chunk: 0, index: 0 },
        limit: options.limit,
        place: options.place,
        action: options.action,
        brokenJson: options.brokenJson ?? 'item',
      },
      { lines: options.linesBefore, items: 0 },
    )
    const { channel } = options.parsed.envelope
    this.#writer = new ChunkWriter({ ...deps, job: { ref: this.#ref, subscription, channel } })
  }

  /** Items so far, valid or not. */
  get items(): number {
    return this.#intake.items
  }

  /** Lines of the body so far. */
  get lines(): number {
    return this.#intake.lines
  }

  /** Takes a block of whole lines. @throws ProblemError, StoreError: then `discard` it */
  async take(block: Buffer): Promise<void> {
    const { slice } = this.#upload.place
    for (let rest = block; rest.length > 0;) {
      if (slice.over) await slice.next()
      const present = rest
      rest = rest.subarray(slice.run(() => this.#intake.take(present)))
      await this.#takeStock()
    }
  }

  /** Counts the new items, and writes complete chunks. */
  async #takeStock(): Promise<void> {
    const intake = this.#intake
    if (this.#options.parsed.open && intake.items > 0) throw this.#bothOpenAndItems()
    if (!intake.refused) {
      this.#upload.place.addItems(intake.items - this.#counted)
      this.#counted = intake.items
      this.#upload.place.hold(intake.heldBytes - this.#heldBytes)
      this.#heldBytes = intake.heldBytes
      const { ready } = intake.cutter
      const manyRejectedItems = intake.heldRejectedItems > REJECTED_PER_WRITE
      if (ready >= CHUNKS_PER_WRITE || (ready > 0 && manyRejectedItems)) {
        await this.#writer.write(intake.cutter.take())
        if (manyRejectedItems) await this.#writer.writeRejectedItems(intake.takeRejectedItems())
      }
    }
  }

  get id(): JobId {
    return this.#id
  }

  /**
   * Makes the job durable and visible, and gives its items their places.
   * @param hasItems false when the body named no items at all
   */
  async publish(hasItems: boolean): Promise<SubmittedJob> {
    const job = await this.prepare(hasItems, REJECTED_PER_WRITE)
    const { record } = job.publication
    const status = record.phase === 'open' ? 201 : 202
    const body = this.#deps.progress.first(record, job.rejected).json
    const { first } = this.#upload
    await publishJobs({ jobs: [job], kind: 'job', first, answer: { status, body } }, this.#deps)
    return { id: this.#id, status, body, replayed: false }
  }

  /**
   * Completes the job, so that it can be published in one transaction.
   * @param hasItems false when the body named no items at all
   * @param maxRejectedItems items that are rejected at ingest which that transaction may write; if there are more, all are written before.
   * Of several jobs published at once none may.
   */
  async prepare(hasItems: boolean, maxRejectedItems = 0): Promise<PreparedJob> {
    const intake = this.#intake
    this.#checkCount(hasItems)
    intake.finish()
    if (intake.heldRejectedItems > maxRejectedItems) {
      await this.#writer.write(intake.cutter.take())
      await this.#writer.writeRejectedItems(intake.takeRejectedItems())
    }
    await this.#writer.drain()
    const record = await this.#record()
    const chunks = intake.cutter.take()
    this.#writer.offer(chunks)
    const rejected = { failed: intake.failed }
    return {
      publication: { record, chunks, outcomes: intake.takeRejectedItems().map(({ outcomes }) => outcomes) },
      rejected,
      events: this.#deps.events?.published(record, rejected) ?? [],
      enter: (eligibleSeq) => {
        markPublished(record, eligibleSeq)
        return this.#enter(record)
      },
    }
  }

  /** Removes what was written; never throws. */
  async discard(): Promise<void> {
    await this.#writer.discard()
  }

  #enter(record: JobRecord): EnteringJob | null {
    reportJob(record, this.#intake, this.#deps.telemetry)
    if (record.phase === 'ended') {
      this.#deps.payloads.drop(record.ref)
      return null
    }
    const memory = this.#intake.cutter.memory
    const job = liveJob(
      record,
      memory.map((chunk) => chunk.firstIndex),
    )
    addRejected(job, this.#intake.failed, this.#createdAtMs)
    makeLive(job, this.#deps)
    return { job, chunks: memory }
  }

  async #record(): Promise<JobRecord> {
    const { parsed, retryOf = null } = this.#options
    const { clock, progress, adoptChannel } = this.#deps
    const { channel } = parsed.envelope
    await adoptChannel(channel)
    const { subscription } = this.#upload.request
    const job = { ref: this.#ref, id: this.#id, subscription, envelope: await this.#envelope() }
    const phase = parsed.open ? 'open' : await firstPhase({ ...job, releasedAtMs: null }, this.#deps)
    const { items: total, failed } = this.#intake
    return newRecord(
      {
        ...job,
        createdAtMs: this.#createdAtMs,
        phase,
        total,
        failed,
        retryOf,
        ...this.#traceOf(channel),
      },
      { nowMs: clock.nowMs(), nextVersion: () => progress.nextVersion(channel) },
    )
  }

  /** With the webhook of the job, which is durable by now. */
  async #envelope(): Promise<Envelope> {
    const { envelope, webhook: wish } = this.#options.parsed
    const { jobWebhooks } = this.#deps
    const { subscription } = this.#upload.request
    if (wish !== undefined) return { ...envelope, webhook: await jobWebhooks.take(subscription, wish) }
    if (envelope.webhook === undefined) return envelope
    const { webhook: before, ...rest } = envelope
    const webhook = await jobWebhooks.takeAgain(subscription, before)
    return webhook === undefined ? rest : { ...rest, webhook }
  }

  /** The request's trace as the job keeps it: a channel that is set otherwise later changes nothing. */
  #traceOf(channel: string): Pick<JobRecord, 'traceparent' | 'tracestate' | 'continuesTrace'> {
    const { trace = null } = this.#upload.request
    if (trace === null) return { traceparent: null, tracestate: null, continuesTrace: false }
    const setting = this.#deps.channels.get(channel)?.config.trace ?? null
    return {
      ...{ traceparent: trace.traceparent, tracestate: trace.tracestate },
      continuesTrace: setting === null ? this.#options.continuesTrace === true : setting === 'continue',
    }
  }

  #checkCount(hasItems: boolean): void {
    const { open, itemCount } = this.#options.parsed
    const { items } = this.#intake
    if (open) {
      if (hasItems) throw this.#bothOpenAndItems()
      return
    }
    if (itemCount !== null && itemCount !== items && !this.#intake.refused) {
      const detail = `must be the number of items: current value is ${itemCount}, there are ${items}`
      throw this.#problem('item_count_mismatch', { pointer: '/itemCount', detail })
    }
    if (!hasItems && itemCount === null) {
      throw this.#problem('items_missing', {
        pointer: '/items',
        detail: 'must be there unless open is true: there are none',
      })
    }
  }

  #bothOpenAndItems(): ProblemError {
    return this.#problem('bad_request', {
      pointer: '/open',
      detail: 'must not be true together with items: append them to the open job',
    })
  }

  #problem(
    code: 'bad_request' | 'items_missing' | 'item_count_mismatch',
    fault: { pointer: string; detail: string },
  ): ProblemError {
    return new ProblemError({
      code,
      detail: `Cannot ${this.#options.action} as ${fault.pointer.slice(1)} ${fault.detail}`,
      errors: [fault],
      errorCount: 1,
    })
  }
}

/** A job that is complete and can be published, alone or with others. */
export interface PreparedJob {
  readonly publication: JobPublication
  /** Its items that were rejected at ingest. */
  readonly rejected: { readonly failed: number }
  /** The webhook events that report it. */
  readonly events: readonly WebhookEventDraft[]
  /** Its publication is durable: makes it live. Null: it has ended already. */
  enter(eligibleSeq: number): EnteringJob | null
}

export interface PublishOptions {
  /** At least one, in the order in which they get their places. */
  readonly jobs: readonly PreparedJob[]
  /** The kind of record that the request makes. */
  readonly kind: 'job' | 'retry' | 'execution'
  /** The execution whose stages the jobs are. @default none */
  readonly execution?: ExecutionRecord
  /** The claim of the request as the first one with its key; null: it has none. */
  readonly first: FirstRequest | null
  /** The answer to the request, and to every repeat of it. */
  readonly answer: { readonly status: number; readonly body: string }
}

/**
 * The only way of new jobs from complete to durable and visible, with one call of the store, and from there to their places in memory
 * (ORD-5). Resolves when all of them have theirs.
 * @throws ProblemError `idempotency_in_progress`, `execution_exists`: of two requests at once the other one was first
 * @throws StoreError as `publishJobs` of the store; whatever is thrown, none of the jobs exists
 */
export async function publishJobs(options: PublishOptions, deps: IngestOptions): Promise<void> {
  const { jobs, kind, execution = null } = options
  const events = jobs.flatMap((job) => job.events)
  const publication = {
    jobs: jobs.map((job) => job.publication),
    idempotency: idempotencyRecord(options, deps.clock.nowMs()),
    execution,
    ...(events.length > 0 && { events }),
  }
  try {
    await enterJobs(
      deps.store.publishJobs(publication),
      (places) => {
        FAILPOINT: failpoint(`ingest.${kind}.durable`)
        return entering(jobs, places)
      },
      deps,
    )
  } catch (error) {
    throw (await conflictOf(error, options, deps)) ?? error
  }
}

/** Makes jobs live, all of them before the first one is placed. */
function entering(jobs: readonly PreparedJob[], places: readonly number[]): EnteringJob[] {
  const found: EnteringJob[] = []
  for (const [n, job] of jobs.entries()) {
    const one = job.enter(places[n]!)
    if (one !== null) found.push(one)
  }
  return found
}

/** Returns the record of the first request with a key; it names the first job. */
function idempotencyRecord({ first, jobs, answer }: PublishOptions, nowMs: number): IdempotencyRecord | null {
  if (first === null) return null
  const { claim, fingerprint } = first
  const madeId = jobs[0]!.publication.record.id
  return { scope: claim.scope, key: claim.key, fingerprint: fingerprint.hex(), madeId, createdAtMs: nowMs, ...answer }
}

/** Of two requests at once the second one finds the execution, or the key, of the first. Null: it is something else. */
async function conflictOf(
  error: unknown,
  { execution, first }: PublishOptions,
  { store }: IngestOptions,
): Promise<ProblemError | null> {
  if (!(error instanceof StoreError) || error.code !== 'conflict') return null
  if (execution !== undefined && (await store.findExecution(execution.id, execution.subscription)) !== null)
    return executionExists(execution.id)
  return first === null ? null : inProgress()
}
