import type { Job, JobEnvelope } from '@waybill/spec'
import { isApiError } from '../api-errors.ts'
import type { Calls } from '../client.ts'
import { checkItems, encodeItems, type ItemSource, type Part, partLimits, type PartLimits } from './encode-items.ts'
import type { WaybillError } from '../errors.ts'
import type { CallOptions, JobHandle, UploadOptions } from '../job-handle.ts'
import { type IdempotencyOptions, repeatSafely } from '../transport/repeat-safely.ts'
import { uploadTimeoutMs } from './upload-timeout.ts'

/** A job to submit: its items and where they are delivered. */
export type NewJob<Data = unknown> = Omit<JobEnvelope, 'open' | 'itemCount'> & {
  /**
   * In the order in which items of one partition key are to be delivered: an array, an iterable (a Set, a generator) or an async
   * iterable (an async generator, a stream of objects), of any length. It is read once, and only as fast as it is sent.
   */
  items: ItemSource<Data>
}

/** How a job is submitted. */
export type SubmitOptions = IdempotencyOptions & UploadOptions

const encoder = new TextEncoder()

/** The result of a submission. */
export interface SubmittedJob {
  readonly job: JobHandle
  /** Takes a snapshot for the handle's newest. */
  readonly keep: (job: Job) => Job
}

export interface SubmitContext {
  readonly calls: Calls
  readonly attach: (job: Job) => SubmittedJob
  /** @default partLimits */
  readonly limits?: PartLimits
}

/** Sends a job that fits into one request as one, and any other in parts. */
export async function submitJob(
  { calls, attach, limits = partLimits }: SubmitContext,
  input: NewJob,
  options: SubmitOptions,
): Promise<JobHandle> {
  const { items, ...envelope } = input
  checkItems(items)
  return await repeatSafely('submit job', options, async (idempotencyKey) => {
    const source = encodeItems(items, limits, { now: calls.timing.now })
    try {
      const first = await source.next(options.signal)
      if (first.isLast) return attach(await sendWhole(calls, { envelope, part: first, idempotencyKey }, options)).job
      const { openJob, uploadFrom } = await import('./upload.ts')
      const opened = await openJob(calls, { envelope, idempotencyKey }, options)
      const { job, keep } = attach(opened)
      await uploadFrom({ calls, job, keep, options }, source, opened, first)
      return job
    } finally {
      source.close()
    }
  })
}

async function sendWhole(
  calls: Calls,
  { envelope, part, idempotencyKey }: { envelope: JobEnvelope; part: Part; idempotencyKey: string },
  { signal }: CallOptions,
): Promise<Job> {
  // The count lets the server notice when something between loses the end.
  const head = encoder.encode(`${JSON.stringify({ ...envelope, itemCount: part.itemCount })}\n`)
  const body = new Uint8Array(head.length + part.bytes.length)
  body.set(head)
  body.set(part.bytes, head.length)
  const call = calls.raw.POST('/v1/jobs', {
    params: { header: { 'Idempotency-Key': idempotencyKey } },
    headers: { 'Content-Type': 'application/x-ndjson' },
    body: body as unknown as string,
    signal,
    ...calls.via({ timeoutMs: uploadTimeoutMs(calls.requestTimeoutMs, body) }),
  })
  try {
    return (await calls.read('submit job', call)).data
  } catch (error) {
    // Lines count from 1, and the first is the envelope.
    const line = isApiError(error) ? error.problem?.errors?.[0]?.line : undefined
    if (line !== undefined && line > 1) (error as WaybillError).itemIndex = line - 2
    throw error
  }
}
