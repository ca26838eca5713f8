import { type EnteringJob, enterJobs } from '../jobs/enter-job.ts'
import type { ProblemError } from '../model/errors.ts'
import type { WebhookEventDraft } from '../model/webhook-event.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { ExecutionRecord, IdempotencyRecord, JobPublication } from '../store/job-store.ts'
import { StoreError } from '../store/store-error.ts'
import { executionExists } from './check/refusals.ts'
import { type FirstRequest, inProgress } from './idempotency.ts'
import type { IngestOptions } from './ingest-ports.ts'

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
