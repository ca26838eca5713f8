import type { ItemInput, Job } from '@waybill/spec'
import { parseTraceparent } from '@waybill/spec/rules'
import { requireCapacity } from './capacity.ts'
import { readIdempotencyKey } from '../engine/idempotency.ts'
import { untilChanged } from '../engine/job-book.ts'
import { retryAfterSeconds } from '../show/job-view.ts'
import { limits } from '../engine/limits.ts'
import { actOnJobs } from './job-actions.ts'
import { addItems, makeJob } from './make-job.ts'
import type { MockJob } from '../engine/mock-job.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import type { Answer, Call, OperationHandlers } from './operation-handler.ts'
import { cutPage } from '../show/pages.ts'
import { preferredWaitSeconds } from '../read/prefer.ts'
import { jobNotFound, MockProblem } from '../show/problems.ts'
import { readBody, requireMediaType } from '../read/read-body.ts'
import { readItems, type SentItem } from '../read/read-items.ts'
import { countMismatch, readPart, readSubmission } from '../read/read-submission.ts'

type JobOperation =
  | 'submitJob'
  | 'actOnJobs'
  | 'listJobs'
  | 'getJob'
  | 'deleteJob'
  | 'appendItems'
  | 'sealJob'
  | 'cancelJob'
  | 'pauseJob'
  | 'resumeJob'
  | 'releaseJob'

const BUSY_RETRY_SECONDS = 1

/** Jobs: submitted, filled, read, controlled. */
export const jobHandlers: Pick<OperationHandlers, JobOperation> = {
  async submitJob({ operation, request, world }) {
    const mediaType = requireMediaType(request, operation)
    const isJson = mediaType === 'application/json'
    const limit = isJson ? 'maxJsonBodyBytes' : 'maxNdjsonBodyBytes'
    const key = readIdempotencyKey(request)
    const { first, isReplay } = await world.keys.once({
      key,
      scope: operation.operationId,
      mediaType,
      receive: () => readBody(request, { name: limit, bytes: limits[limit] }),
      carryOut(body) {
        const { envelope, items, open } = readSubmission(mediaType, body, world)
        requireCapacity({ items: items.length, openJobs: open ? 1 : 0 }, world)
        const job = makeJob(world, {
          envelope,
          items,
          open,
          idempotencyKey: key,
          traceparent: parseTraceparent(request.headers.get('traceparent')),
        })
        return { status: open ? (201 as const) : (202 as const), body: world.book.show(job), jobIds: [job.id] }
      },
    })
    const headers = { ...locationOf(first.body.id), ...(isReplay && { 'Idempotent-Replayed': 'true' }) }
    return { status: first.status, body: first.body, headers }
  },

  actOnJobs,

  listJobs({ query, world }) {
    const { status, channel, source, executionId, createdAfter, createdBefore, deadlineAtRisk } = query
    const found = world.book
      .all()
      .filter(
        ({ envelope, createdAtMs }) =>
          (channel?.includes(envelope.channel) ?? true) &&
          (source?.includes(envelope.source ?? '') ?? true) &&
          (createdAfter === undefined || createdAtMs >= Date.parse(createdAfter)) &&
          (createdBefore === undefined || createdAtMs < Date.parse(createdBefore)),
      )
    const shown = found
      .map((job) => world.book.show(job))
      .filter((job) => status?.includes(job.status) ?? true)
      .filter((job) => executionId === undefined || job.executionId === executionId)
      .filter((job) => deadlineAtRisk !== true || isAtRisk(job))
    const scope = ['listJobs', status, channel, source, executionId, createdAfter, createdBefore, deadlineAtRisk]
    const page = cutPage(shown.reverse(), query, { scope, idOf: (job) => job.id })
    return { status: 200, body: { jobs: [...page.entries], ...page.next } }
  },

  async getJob({ path, query, request, world }) {
    const job = foundJob(world, path.jobId)
    const waitSeconds = preferredWaitSeconds(request)
    if (waitSeconds !== null) {
      const knownStatus = query.knownStatus ?? world.book.statusOf(job)
      const signal = AbortSignal.any([request.signal, world.ending.signal])
      await untilChanged(job, { knownStatus, timeoutMs: waitSeconds * 1000, signal }, world)
    }
    // Deleted while we waited.
    const shown = world.book.show(foundJob(world, path.jobId))
    const etag = `W/"${shown.version}"`
    if (waitSeconds !== null) {
      return { status: 200, body: shown, headers: { ETag: etag, 'Preference-Applied': `wait=${waitSeconds}` } }
    }
    if (namesTag(request.headers.get('if-none-match'), etag))
      return { status: 304, body: null, headers: { ETag: etag } }
    return { status: 200, body: shown, headers: { ETag: etag, ...askAgain(shown) } }
  },

  deleteJob({ path, world }) {
    const job = foundJob(world, path.jobId)
    if (job.phase !== 'ended') {
      const detail = `Cannot delete job ${job.id} as it must have ended: it is ${world.book.statusOf(job)}`
      throw new MockProblem('job_not_ended', detail)
    }
    world.book.delete(job)
    return { status: 204, body: null }
  },

  async appendItems({ operation, path, query, request, world }) {
    const job = foundJob(world, path.jobId)
    const action = 'append items'
    if (job.phase === 'waiting' || job.phase === 'eligible') throw sealed(action, `job ${job.id} is sealed`)
    if (job.phase !== 'open') throw ended(action, job)
    const mediaType = requireMediaType(request, operation)
    if (job.isAppending) throw busy(action)
    job.isAppending = true
    try {
      const limit = { name: 'maxAppendBodyBytes', bytes: limits.maxAppendBodyBytes }
      const sent = readPart(mediaType, await readBody(request, limit))
      if ((job.phase as MockJob['phase']) !== 'open') throw ended(action, job)
      return { status: 200, body: append(job, { sent, fromIndex: query.fromIndex }, world) }
    } finally {
      job.isAppending = false
    }
  },

  async sealJob(call) {
    const { path, world } = call
    const { itemCount } = await call.json<{ itemCount: number }>()
    const job = foundJob(world, path.jobId)
    const action = 'seal job'
    const total = job.items.length
    if (job.sealedAtMs !== null) {
      if (total === itemCount) return accepted(job, world)
      throw sealed(action, `it was sealed with ${total} items: current value is ${itemCount}`)
    }
    if (job.phase !== 'open') throw ended(action, job)
    if (job.isAppending) throw busy(action)
    if (itemCount !== total) throw countMismatch(action, itemCount, total)
    world.lifeCycle.seal(job)
    return accepted(job, world)
  },

  cancelJob({ path, world }) {
    const job = foundJob(world, path.jobId)
    world.lifeCycle.stop(job, 'cancelled')
    return accepted(job, world)
  },
  pauseJob: (call) => control(call, 'pause'),
  resumeJob: (call) => control(call, 'resume'),
  releaseJob: (call) => control(call, 'release'),
}

function control(
  { path, world }: Call<'pauseJob' | 'resumeJob' | 'releaseJob'>,
  action: 'pause' | 'resume' | 'release',
): Answer<'pauseJob'> {
  const job = foundJob(world, path.jobId)
  if (job.phase === 'ended') throw ended(`${action} job`, job)
  world.lifeCycle[action](job)
  return accepted(job, world)
}

/** @throws MockProblem `job_not_found` */
export function foundJob({ book }: Pick<MockWorld, 'book'>, id: string): MockJob {
  const job = book.find(id)
  if (job === null) throw jobNotFound(id)
  return job
}

function accepted(job: MockJob, { book }: MockWorld): Answer<'sealJob'> {
  const shown = book.show(job)
  return { status: 202, body: shown, headers: { ...locationOf(job.id), ...askAgain(shown) } }
}

export function locationOf(jobId: string): { Location: string } {
  return { Location: `/v1/jobs/${jobId}` }
}

export function askAgain(shown: Pick<Job, 'done' | 'progress'>): { 'Retry-After'?: string } {
  const seconds = retryAfterSeconds(shown)
  return seconds === null ? {} : { 'Retry-After': String(seconds) }
}

function namesTag(header: string | null, etag: string): boolean {
  if (header === null) return false
  const opaque = etag.replace(/^W\//, '')
  return header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === opaque)
}

/** Takes what is new of a part, all of it or nothing. */
function append(
  job: MockJob,
  { sent, fromIndex }: { sent: readonly SentItem[]; fromIndex: number },
  world: MockWorld,
): { nextIndex: number; accepted: number; deduplicated: number } {
  const before = job.items.length
  if (fromIndex > before) {
    const detail = `Cannot append as fromIndex must be at most the job's nextIndex ${before}: current value is ${fromIndex}`
    throw new MockProblem('upload_gap', detail, { members: { nextIndex: before } })
  }
  const known = sent.slice(0, before - fromIndex)
  for (const [n, { value, text }] of known.entries()) {
    const { input, error } = job.items[fromIndex + n]!
    if (text === null ? isSame(value, input) : text === error?.text) continue
    const detail = `Cannot append as item ${fromIndex + n} is stored with other content`
    throw new MockProblem('item_conflict', detail, { members: { index: fromIndex + n } })
  }
  const { partitionBy, onInvalidItem } = job.envelope
  const items = readItems(sent.slice(known.length), { action: 'append items', partitionBy, onInvalidItem })
  requireCapacity({ items: items.length }, world)
  const nowMs = world.clock.nowMs()
  addItems(job, items, nowMs)
  job.touchedAtMs = nowMs
  world.book.changed(job)
  return { nextIndex: job.items.length, accepted: items.length, deduplicated: known.length }
}

/** Whether a job is expected to end after its deadline. */
function isAtRisk({ done, progress, deadlineAt }: Job): boolean {
  return !done && deadlineAt !== null && (progress?.estimatedEndAt ?? '') > deadlineAt
}

function isSame(value: unknown, input: ItemInput | null): boolean {
  return JSON.stringify(value) === JSON.stringify(input)
}

function busy(action: string): MockProblem {
  const detail = `Cannot ${action} as another part of this job is being received`
  return new MockProblem('append_in_progress', detail, { retryAfterSeconds: BUSY_RETRY_SECONDS })
}

function sealed(action: string, current: string): MockProblem {
  return new MockProblem('job_sealed', `Cannot ${action} as ${current}`)
}

function ended(action: string, { id, stop }: MockJob): MockProblem {
  const current = stop === null ? 'has ended' : `was ${stop}`
  return new MockProblem('job_ended', `Cannot ${action} as job ${id} must not have ended: it ${current}`)
}
