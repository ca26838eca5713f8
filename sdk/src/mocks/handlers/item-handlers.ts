import type { Item, ItemAttempt } from '@waybill/spec'
import { parseTraceparent } from '@waybill/spec/rules'
import { requireCapacity } from './capacity.ts'
import { eventStream } from './events.ts'
import { readIdempotencyKey } from '../engine/idempotency.ts'
import { hasScope, type MockCaller } from '../engine/access-tokens.ts'
import { followersOf, fullItemView } from '../show/item-view.ts'
import { untilChanged } from '../engine/job-book.ts'
import { foundJob, locationOf } from './job-handlers.ts'
import { limits } from '../engine/limits.ts'
import { makeJob } from './make-job.ts'
import { isItemEnded, type MockItem, type MockJob } from '../engine/mock-job.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import type { OperationHandlers } from './operation-handler.ts'
import { cutPage } from '../show/pages.ts'
import { preferredWaitSeconds } from '../read/prefer.ts'
import { MockProblem } from '../show/problems.ts'
import { hidesKey, type Redacted, redactedView } from '../show/redact-view.ts'
import { readBody, requireMediaType } from '../read/read-body.ts'
import { readDelivery } from '../read/read-submission.ts'
import { csvTexts, resultTexts } from '../show/results.ts'
import { streamTexts } from './text-streams.ts'

type ItemOperation = 'listItems' | 'getItem' | 'getResults' | 'getResultsCsv' | 'streamEvents' | 'deliverItem'

/** The items of jobs, and what came of them. */
export const itemHandlers: Pick<OperationHandlers, ItemOperation> = {
  listItems({ path, query, caller, world }) {
    const job = foundJob(world, path.jobId)
    const { status, partitionKey, id, include = [] } = query
    // Whoever does not see the key does not find by it: a guess would be confirmed.
    const isKeyHidden = partitionKey !== undefined && hidesKey(redactedFor(caller, job, world))
    const found = job.items.filter(
      (item) =>
        !isKeyHidden &&
        (status?.includes(item.status) ?? true) &&
        (partitionKey === undefined || item.partitionKey === partitionKey) &&
        (id === undefined || item.id === id),
    )
    const scope = ['listItems', job.id, status, partitionKey, id, [...include].sort()]
    const page = cutPage(found, query, { scope, idOf: ({ index }) => String(index) })
    const items = page.entries.map((item): Item => {
      const { data, log, ...plain } = showTo(caller, item, world)
      return {
        ...plain,
        ...(include.includes('data') && { data }),
        ...(include.includes('log') && { log: withoutReplacedData(log!) }),
      }
    })
    return { status: 200, body: { items, ...page.next } }
  },

  getItem({ path, caller, world }) {
    const job = foundJob(world, path.jobId)
    const item = job.items[path.index]
    if (item !== undefined) return { status: 200, body: { ...showTo(caller, item, world), ...followersOf(item) } }
    const detail = `Cannot find item ${path.index} of job ${job.id} as it has ${job.items.length} items`
    throw new MockProblem('item_not_found', detail)
  },

  getResults({ path, query, caller, world }) {
    const job = foundJob(world, path.jobId)
    const redact = redactedFor(caller, job, world)
    const texts = resultTexts(job, { from: query.from ?? 0, ...(query.status && { statuses: query.status }), redact })
    const text = streamTexts(texts, world.faults.takeDrop())
    return {
      status: 200,
      body: { mediaType: 'application/x-ndjson', text },
      headers: { 'Content-Disposition': `attachment; filename="${job.id}.ndjson"` },
    }
  },

  getResultsCsv({ path, caller, world }) {
    const job = foundJob(world, path.jobId)
    if (job.phase !== 'ended') {
      const detail = `Cannot make a CSV file as the job must have ended: it is ${world.book.statusOf(job)}`
      throw new MockProblem('job_not_ended', detail)
    }
    return {
      status: 200,
      body: {
        mediaType: 'text/csv; charset=utf-8; header=present',
        text: streamTexts(csvTexts(job, redactedFor(caller, job, world)), null),
      },
      headers: { 'Content-Disposition': `attachment; filename="${job.id}.csv"` },
    }
  },

  streamEvents({ path, request, world }) {
    const job = foundJob(world, path.jobId)
    const header = request.headers.get('last-event-id') ?? ''
    const lastSeen = /^\d{1,16}$/.test(header) ? Number(header) : null
    const { done, version } = world.book.show(job)
    if (done && lastSeen !== null && lastSeen >= version) return { status: 204, body: null }
    const text = eventStream(job, { lastSeen, drop: world.faults.takeDrop() }, world)
    return { status: 200, body: { mediaType: 'text/event-stream', text } }
  },

  async deliverItem({ operation, request, caller, world }) {
    const mediaType = requireMediaType(request, operation)
    const key = readIdempotencyKey(request)
    const { first, isReplay } = await world.keys.once({
      key,
      scope: operation.operationId,
      mediaType,
      receive: () => readBody(request, { name: 'maxJsonBodyBytes', bytes: limits.maxJsonBodyBytes }),
      carryOut(body) {
        const { envelope, items } = readDelivery(body, world)
        requireCapacity({ items: 1 }, world)
        const traceparent = parseTraceparent(request.headers.get('traceparent'))
        const job = makeJob(world, { envelope, items, open: false, idempotencyKey: key, traceparent })
        return { status: 202, body: null, jobIds: [job.id] }
      },
    })
    const job = foundJob(world, first.jobIds[0]!)
    const waitSeconds = preferredWaitSeconds(request)
    await untilDone(job, { timeoutMs: (waitSeconds ?? limits.defaultWaitSeconds) * 1000, request, world })
    const item = job.items[0]!
    const done = isItemEnded(item)
    const receipt = { done, job: world.book.show(job), item: withoutData(showTo(caller, item, world)) }
    return {
      status: done ? 200 : 202,
      body: receipt,
      headers: {
        ...locationOf(job.id),
        ...(waitSeconds !== null && { 'Preference-Applied': `wait=${waitSeconds}` }),
        ...(isReplay && { 'Idempotent-Replayed': 'true' }),
      },
    }
  },
}

async function untilDone(
  job: MockJob,
  { timeoutMs, request, world }: { timeoutMs: number; request: Request; world: MockWorld },
): Promise<void> {
  const { clock, book, ending } = world
  const deadlineMs = clock.nowMs() + timeoutMs
  const signal = AbortSignal.any([request.signal, ending.signal])
  while (job.phase !== 'ended' && clock.nowMs() < deadlineMs && !signal.aborted) {
    const knownStatus = book.statusOf(job)
    await untilChanged(job, { knownStatus, timeoutMs: deadlineMs - clock.nowMs(), signal }, world)
  }
}

/** As where more than one item is asked for. */
export function withoutData({ data: _, log = [], ...item }: Item): Item {
  return { ...item, log: withoutReplacedData(log) }
}

function withoutReplacedData(log: readonly ItemAttempt[]): ItemAttempt[] {
  return log.map(({ replaced, ...attempt }) =>
    replaced === undefined ? attempt : { ...attempt, replaced: { at: replaced.at, by: replaced.by } },
  )
}

/** Hidden values of a job's items that the caller does not see. */
export function redactedFor(caller: MockCaller, { envelope }: MockJob, { channels }: MockWorld): Redacted {
  const { channel, partitionBy } = envelope
  const pointers = hasScope(caller, 'admin') ? [] : (channels.get(channel)?.config.redact ?? [])
  return { pointers, partitionBy }
}

/** The item with all that the caller may see of it. */
export function showTo(caller: MockCaller, item: MockItem, world: MockWorld): Item {
  return redactedView(showFull(item, world), redactedFor(caller, item.job, world))
}

export function showFull(item: MockItem, { clock, channels }: MockWorld): Item {
  return fullItemView(item, { nowMs: clock.nowMs(), channel: channels.get(item.job.envelope.channel) })
}
