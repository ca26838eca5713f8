import type {
  DeadLetter,
  DeadLetterRetryRequest,
  ParkedDecision,
  ParkedItem,
  ProblemPlace,
  RetryRequest,
} from '@waybill/spec'
import { errorAdvice, parseTraceparent } from '@waybill/spec/rules'
import { hasScope, type MockCaller } from '../engine/access-tokens.ts'
import { readIdempotencyKey } from '../engine/idempotency.ts'
import { showTo, withoutData } from './item-handlers.ts'
import { foundJob } from './job-handlers.ts'
import { time } from '../show/job-view.ts'
import { headOf, type MockItem, type MockJob } from '../engine/mock-job.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import type { Answer, Call, OperationHandlers } from './operation-handler.ts'
import { groupDeadLetters, groupOf } from '../show/dead-letter-groups.ts'
import { cutPage } from '../show/pages.ts'
import { badRequest, MockProblem } from '../show/problems.ts'
import { requireMediaType } from '../read/read-body.ts'
import { readJson, receiveJson } from '../read/read-json.ts'
import { readDecision, replaceData } from './replace-data.ts'
import { retryItems } from './retries.ts'

/** Of a page. */
const MAX_GROUPS = 200

type FailureOperation =
  | 'retryJob'
  | 'listDeadLetters'
  | 'listDeadLetterGroups'
  | 'retryDeadLetters'
  | 'listParked'
  | 'resolveParked'

/** Items that failed, and items that wait for a decision. */
export const failureHandlers: Pick<OperationHandlers, FailureOperation> = {
  retryJob(call) {
    const { path, world, request } = call
    const traceparent = parseTraceparent(request.headers.get('traceparent'))
    return retry<RetryRequest>(call, path.jobId, ({ status = ['failed'], allowStale = false }) =>
      retryItems([foundJob(world, path.jobId)], { status, allowStale, traceparent }, world),
    )
  },

  listDeadLetters({ query, caller, world }) {
    const { channel, jobId, code, group, partitionKey, retried } = query
    const found = deadLetters(query, { caller, world })
    const scope = ['listDeadLetters', channel, jobId, code, group, partitionKey, retried]
    const page = cutPage(found, query, { scope, idOf: placeOf })
    return {
      status: 200,
      body: { deadLetters: page.entries.map((item) => deadLetter(item, caller, world)), ...page.next },
    }
  },

  listDeadLetterGroups({ query, caller, world }) {
    const { pageToken, channel, jobId, code, group, partitionKey, retried } = query
    const page = cutPage(
      groupDeadLetters(deadLetters(query, { caller, world })),
      { pageSize: MAX_GROUPS, ...(pageToken !== undefined && { pageToken }) },
      {
        scope: ['listDeadLetterGroups', channel, jobId, code, group, partitionKey, retried],
        idOf: (one) => `${one.id}/${one.channel}`,
      },
    )
    const complete = page.next.nextPageToken === undefined
    return { status: 200, body: { groups: [...page.entries], complete, ...page.next } }
  },

  retryDeadLetters(call) {
    const { world, caller, request } = call
    const traceparent = parseTraceparent(request.headers.get('traceparent'))
    return retry<DeadLetterRetryRequest>(call, '', ({ allowStale = false, ...filter }) => {
      requireChannel(filter, { place: { pointer: '/partitionKey' }, caller, world })
      for (const id of filter.jobIds ?? []) foundJob(world, id)
      const selects = (item: MockItem): boolean => isWanted(item, filter)
      return retryItems(world.book.all(), { status: ['failed'], selects, allowStale, traceparent }, world)
    })
  },

  listParked({ query, caller, world }) {
    const { channel, jobId } = query
    const parked = world.book.all().flatMap(({ items }) => items.filter(isParked))
    const found = parked.filter((item) => isWanted(item, { channels: listOf(channel), jobIds: listOf(jobId) }))
    const page = cutPage(found, query, { scope: ['listParked', channel, jobId], idOf: placeOf })
    return { status: 200, body: { parked: page.entries.map((item) => parkedItem(item, caller, world)), ...page.next } }
  },

  async resolveParked(call) {
    const { world } = call
    const decision = await readDecision(call)
    const notParked: typeof decision.items = []
    const chosen = decision.items.map((place) => ({ place, job: foundJob(world, place.jobId) }))
    for (const { place, job } of chosen) {
      const item = job.items[place.index]
      if (item === undefined || !isParked(item)) notParked.push(place)
      else resolve(item, decision, world)
    }
    return { status: 200, body: { resolved: decision.items.length - notParked.length, notParked } }
  },
}

type DeadLettersQuery = Call<'listDeadLetterGroups'>['query']

/** Newest first. */
function deadLetters(
  { channel, jobId, code, group, partitionKey, retried = true }: DeadLettersQuery,
  { caller, world }: { readonly caller: MockCaller; readonly world: MockWorld },
): MockItem[] {
  const filter = { channels: channel, jobIds: jobId, codes: code, groups: group, partitionKey }
  requireChannel(filter, { place: { parameter: 'partitionKey' }, caller, world })
  const failed = world.book.all().flatMap(({ items }) => items.filter(isDeadLetter))
  const found = failed.filter((item) => isWanted(item, filter) && (retried || item.retriedAs === null))
  return found.sort((a, b) => b.endedAtMs! - a.endedAtMs! || b.index - a.index)
}

/** @param of what the request is about beside its body: the same key is for nothing else */
async function retry<Wish>(
  { operation, request, world }: Pick<Call<'retryJob'>, 'operation' | 'request' | 'world'>,
  of: string,
  carryOut: (wish: Partial<Wish>) => MockJob[],
): Promise<Answer<'retryJob'>> {
  const mediaType = requireMediaType(request, operation)
  const { first, isReplay } = await world.keys.once({
    key: readIdempotencyKey(request),
    scope: operation.operationId,
    mediaType: `${mediaType} ${of}`,
    receive: () => receiveJson(request),
    carryOut(body) {
      const jobs = carryOut(readJson(operation, body))
      return { status: 202, body: { jobs: jobs.map((job) => world.book.show(job)) }, jobIds: jobs.map(({ id }) => id) }
    },
  })
  return { status: 202, body: first.body, headers: { ...(isReplay && { 'Idempotent-Replayed': 'true' }) } }
}

function listOf(name: string | undefined): string[] | undefined {
  return name === undefined ? undefined : [name]
}

interface FailureFilter {
  readonly channels?: readonly string[] | undefined
  readonly jobIds?: readonly string[] | undefined
  readonly codes?: readonly string[] | undefined
  readonly groups?: readonly string[] | undefined
  readonly partitionKey?: string | undefined
}

function isWanted(item: MockItem, { channels, jobIds, codes, groups, partitionKey }: FailureFilter): boolean {
  return (
    (channels?.includes(item.job.envelope.channel) ?? true) &&
    (jobIds?.includes(item.job.id) ?? true) &&
    (codes?.includes(item.error?.code ?? '') ?? true) &&
    (groups?.includes(groupOf(item)) ?? true) &&
    (partitionKey === undefined || item.partitionKey === partitionKey)
  )
}

interface KeyFilterOptions {
  readonly place: Omit<ProblemPlace, 'detail'>
  readonly caller: MockCaller
  readonly world: MockWorld
}

/** The same key is another one for another channel, and what is found confirms it. @throws MockProblem `bad_request`, `forbidden` */
function requireChannel({ channels = [], partitionKey }: FailureFilter, options: KeyFilterOptions): void {
  if (partitionKey === undefined) return
  const { place, caller, world } = options
  if (channels.length !== 1) {
    const detail = `requires exactly one channel beside it: there are ${channels.length}`
    throw badRequest('look for failed items', { ...place, detail })
  }
  const [channel] = channels
  if (hasScope(caller, 'admin') || (world.channels.get(channel!)?.config.redact ?? []).length === 0) return
  const detail = `requires the scope admin as channel ${channel} hides values of its items: the caller lacks it`
  throw new MockProblem('forbidden', `Cannot look for failed items as partitionKey ${detail}`)
}

/** Whether an item failed for good. */
export function isDeadLetter({ status }: MockItem): boolean {
  return status === 'failed'
}

function isParked({ hold }: MockItem): boolean {
  return hold?.reason === 'parked'
}

function placeOf({ job, index }: MockItem): string {
  return `${job.id}/${index}`
}

function deadLetter(item: MockItem, caller: MockCaller, world: MockWorld): DeadLetter {
  const view = withoutData(showTo(caller, item, world))
  const { error, retriedAs, job, endedAtMs } = item
  const advice = retriedAs === null ? errorAdvice(error!) : `Already retried: see job ${retriedAs}`
  return { channel: job.envelope.channel, code: error!.code, failedAt: time(endedAtMs!), advice, item: view }
}

function parkedItem(item: MockItem, caller: MockCaller, world: MockWorld): ParkedItem {
  const view = withoutData(showTo(caller, item, world))
  const { sinceMs, untilMs } = item.hold!
  const { channel } = item.job.envelope
  const waitingBehind = world.book
    .all()
    .flatMap(({ items }) => items)
    .filter((other) => other !== item && other.status === 'pending' && headOf(other) === item).length
  return { channel, since: time(sinceMs), until: time(untilMs), waitingBehind, item: view }
}

function resolve(item: MockItem, { decision, data }: ParkedDecision, world: MockWorld): void {
  const { book, channels, clock, lifeCycle } = world
  const { deliveries } = lifeCycle
  if (decision === 'replace') {
    const redact = channels.get(item.job.envelope.channel)?.config.redact ?? []
    replaceData(item, data, { nowMs: clock.nowMs(), redact })
  }
  if (decision === 'retry' || decision === 'replace') return deliveries.retryParked(item)
  if (decision === 'skip_key' && item.line !== null) {
    for (const job of book.all()) {
      for (const other of job.items) if (other.line === item.line && other !== item) deliveries.drop(other, 'cancelled')
    }
  }
  deliveries.drop(item, 'failed')
}
