// A job of any number of items, sent in parts to an open job that is then sealed. One part is on its way while the next one is made:
// that is all there is in memory. A part that failed is sent again with the same bytes, which the server compares with what it has.

import type { Job, JobEnvelope } from '@waybill/spec'
import { isApiError } from '../api-errors.ts'
import { type Backoff, backoffDelay } from '../transport/backoff.ts'
import type { Calls } from '../client.ts'
import {
  checkItems,
  cutPart,
  encodeItems,
  type ItemSource,
  type Part,
  partLimits,
  type PartSource,
} from './encode-items.ts'
import { UploadError } from '../errors.ts'
import { isPassingError } from '../transport/is-passing.ts'
import type { CallOptions, JobHandle, ResumeOptions, UploadOptions } from '../job-handle.ts'
import { createPartBody } from './part-body.ts'
import { uploadTimeoutMs } from './upload-timeout.ts'

/** The dependencies of an upload. */
export interface Upload {
  readonly calls: Calls
  readonly job: JobHandle
  /** Takes a snapshot for the handle's newest. */
  readonly keep: (job: Job) => Job
  readonly options: UploadOptions & CallOptions
}

/** A restart of the server, an upgrade of it, a walk through a tunnel. */
const defaultRetryUploadForMs = 600_000
/** Soon at first, as a broken connection is the most frequent; then often enough that a server that is back is not kept waiting. */
const uploadBackoff: Backoff = { initialMs: 250, factor: 2, maxMs: 10_000, jitter: 0.5 }

/** Makes the job that takes the items, or finds the one that an earlier submission with this key made. */
export async function openJob(
  calls: Calls,
  { envelope, idempotencyKey }: { envelope: JobEnvelope; idempotencyKey: string },
  { signal }: CallOptions,
): Promise<Job> {
  const call = calls.raw.POST('/v1/jobs', {
    params: { header: { 'Idempotency-Key': idempotencyKey } },
    body: { ...envelope, open: true },
    signal,
  })
  const { data, headers } = await calls.read('submit job', call)
  // A replayed answer is the one of then.
  return headers.has('Idempotent-Replayed') ? await readJob(calls, data.id, signal) : data
}

/** Fills an open job that may have items already, and seals it. One that is sealed already stays as it is. */
export async function resumeUpload(upload: Upload, items: ItemSource, options: ResumeOptions): Promise<Job> {
  checkItems(items)
  const { calls, job, keep } = upload
  const from = options.from ?? 0
  if (!(Number.isSafeInteger(from) && from >= 0)) {
    throw new TypeError(`Cannot upload items as from must be an integer >= 0: current value is ${String(from)}`)
  }
  const opened = keep(await readJob(calls, job.id, options.signal))
  const source = encodeItems(items, partLimits, { now: calls.timing.now, firstIndex: from })
  try {
    return await uploadFrom(upload, source, opened)
  } finally {
    source.close()
  }
}

/**
 * Sends the parts from where the server stands, and seals the job. Throws UploadError, or the signal's reason.
 * @param first was taken from `source` already
 */
export async function uploadFrom(upload: Upload, source: PartSource, opened: Job, first?: Part): Promise<Job> {
  const { calls, job, keep, options } = upload
  const { signal, onUploadProgress } = options
  let nextIndex = opened.nextIndex ?? opened.counts.total
  let bytes = 0

  function report(): void {
    onUploadProgress?.({ job, nextIndex, bytes })
  }

  async function append(part: Part): Promise<void> {
    const receipt = await persist(upload, async () => {
      const { body, headers, stop } = createPartBody(part.bytes)
      const call = calls.raw.POST('/v1/jobs/{jobId}/items', {
        params: { path: { jobId: job.id }, query: { fromIndex: part.fromIndex } },
        headers: { 'Content-Type': 'application/x-ndjson', ...headers },
        body: body as unknown as string,
        signal,
        ...calls.via({ repeatable: false, timeoutMs: uploadTimeoutMs(calls.requestTimeoutMs, part.bytes) }),
      })
      return await calls.read(`append items to job ${job.id}`, call).finally(stop)
    })
    nextIndex = receipt.data.nextIndex
    bytes += part.bytes.length
    report()
  }

  async function seal(itemCount: number): Promise<Job> {
    const answer = await persist(upload, () => {
      const call = calls.raw.POST('/v1/jobs/{jobId}/seal', {
        params: { path: { jobId: job.id } },
        body: { itemCount },
        signal,
        ...calls.via({ repeatable: false }),
      })
      return calls.read(`seal job ${job.id}`, call)
    })
    return keep(answer.data)
  }

  /** The part that is being sent, or was. */
  let current: Part | undefined
  try {
    if (opened.status !== 'open') return checkSealed(opened)
    report()
    let part = await resumeAt(upload, { source, first, nextIndex })
    for (;;) {
      current = part
      const sending = part.itemCount > 0 ? append(part) : null
      const making = part.isLast ? null : source.next(signal)
      // Whichever fails first is reported; the other one must not be an unhandled rejection.
      making?.catch(() => undefined)
      await sending
      if (making === null) return await seal(part.fromIndex + part.itemCount)
      part = await making
    }
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    throw toUploadError(job, { nextIndex, part: current, cause })
  }
}

/** The part that begins where the server stands. What lies before is passed over, and must be what the server has. */
async function resumeAt(
  { job, options: { signal } }: Upload,
  { source, first, nextIndex }: { source: PartSource; first: Part | undefined; nextIndex: number },
): Promise<Part> {
  let part = first
  let lastId: string | undefined
  if (part !== undefined && part.fromIndex < nextIndex) {
    const cut = cutPart(part, Math.min(nextIndex, part.fromIndex + part.itemCount))
    lastId = cut.lastId
    part = cut.part.itemCount > 0 || cut.part.isLast ? cut.part : undefined
  }
  if (part === undefined) {
    const skipped = await source.skipTo(nextIndex, signal)
    lastId = skipped.lastId ?? lastId
    part = await source.next(signal)
  }
  if (part.fromIndex < nextIndex) {
    throw new TypeError(
      `Cannot upload items as they must begin with the ${nextIndex} that the server has: they end before index ${part.fromIndex}`,
    )
  }
  if (part.fromIndex > nextIndex) {
    throw new TypeError(
      `Cannot upload items as from must be at most ${nextIndex}, where the server stands: current value is ${part.fromIndex}`,
    )
  }
  if (lastId !== undefined) {
    const stored = await job.item(nextIndex - 1, { signal })
    // The id of an item that could not be read as one is not known there.
    if (stored.id !== lastId && stored.error?.code !== 'invalid_item') {
      throw new TypeError(
        `Cannot upload items as they must begin with those that the server has, whose item ${nextIndex - 1} is ${JSON.stringify(stored.id)}: current value is ${JSON.stringify(lastId)}`,
      )
    }
  }
  return part
}

function checkSealed(job: Job): Job {
  if (job.sealedAt !== null) return job
  throw new TypeError(`Cannot upload items as the job must be open: it is ${job.outcome ?? job.status}`)
}

async function readJob(calls: Calls, jobId: string, signal: AbortSignal | undefined): Promise<Job> {
  const call = calls.raw.GET('/v1/jobs/{jobId}', { params: { path: { jobId } }, signal })
  return (await calls.read(`get job ${jobId}`, call)).data
}

/** Sends until there is an answer that counts, or nothing went forward for too long. */
async function persist<Value>({ calls, options }: Upload, send: () => Promise<Value>): Promise<Value> {
  const { now, random, sleep } = calls.timing
  const { signal, retryUploadForMs = calls.repeats ? defaultRetryUploadForMs : 0 } = options
  const startedMs = now()
  for (let attempt = 0; ; attempt++) {
    try {
      return await send()
    } catch (error) {
      if (signal?.aborted || !isPassing(error)) throw error
      const atLeastMs = isApiError(error) ? (error.retryAfterMs ?? 0) : 0
      const delayMs = backoffDelay(uploadBackoff, attempt, random(), atLeastMs)
      if (now() - startedMs + delayMs > retryUploadForMs) throw error
      await sleep(delayMs, signal)
    }
  }
}

function isPassing(error: unknown): boolean {
  // The server still receives an attempt of ours whose connection broke on this side only.
  return isPassingError(error) || (isApiError(error) && error.code === 'append_in_progress')
}

function toUploadError(
  job: JobHandle,
  { nextIndex, part, cause }: { nextIndex: number; part: Part | undefined; cause: unknown },
): UploadError {
  const itemIndex = itemIndexOf(cause, part)
  const place = itemIndex === null ? '' : ` at item ${itemIndex}`
  const why = cause instanceof Error ? cause.message : String(cause)
  const message = `Cannot continue the upload of job ${job.id}${place}, of which the server has ${nextIndex} items: ${why}`
  return new UploadError(message, { job, nextIndex, itemIndex, cause })
}

/** Which item of the whole input the failure is about. */
function itemIndexOf(cause: unknown, part: Part | undefined): number | null {
  if (!isApiError(cause)) return (cause as { itemIndex?: number } | null)?.itemIndex ?? null
  const line = cause.problem?.errors?.[0]?.line
  // Lines count from 1, and every one is an item.
  return line === undefined || part === undefined ? null : part.fromIndex + line - 1
}
