import type { ChannelTest, ChannelTestRequest, DeliveryRequest, TestedAnswer, TestedRequest } from '@waybill/spec'
import { MASKED } from '@waybill/spec/rules'
import { masked } from '../engine/channel-secrets.ts'
import { foundChannel } from '../engine/channels.ts'
import { errorOf } from '../engine/deliveries.ts'
import { limits } from '../engine/limits.ts'
import type { Envelope, MockChannel, MockItem } from '../engine/mock-job.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import { randomHex } from '../engine/random.ts'
import { type CallAnswer, holdsChannel, judge } from '../engine/verdict.ts'
import { gateOpensAtMs } from '../engine/waiting-reason.ts'
import { readBody, requireMediaType } from '../read/read-body.ts'
import { readChannelTest } from '../read/read-channel-test.ts'
import { byteLength } from '../read/validate.ts'
import { time } from '../show/job-view.ts'
import { MockProblem } from '../show/problems.ts'
import { draftJob } from './make-job.ts'
import type { OperationHandlers } from './operation-handler.ts'

/**
 * Tests a channel with one item. The answer is what `failItem`, `resultOf` and the sandbox say of the item, at once. Templates are not rendered: `request`
 * is null for a channel that has some, and the request of the connector contract for any other.
 */
export const testChannel: OperationHandlers['testChannel'] = async ({ operation, path, request: sent, world }) => {
  const channel = foundChannel(world.channels, path.channel)
  requireMediaType(sent, operation)
  const body = await readBody(sent, { name: 'maxJsonBodyBytes', bytes: limits.maxJsonBodyBytes })
  const { request, item: read } = readChannelTest(operation, body)
  const job = draftJob(world, { envelope: envelopeOf(channel.name, request), items: [read], open: false })
  const item = job.items[0]!
  const shown = requestOf(item, channel, world)
  if (request.send !== true) return { status: 200, body: { sent: false, request: shown, answer: null, result: null } }
  takeUnit(channel, world)
  item.attempts = 1
  const answer = world.calls.answer(item)
  const isHttp = channel.config.connector.type === 'http'
  const result = resultOf(item, { answer, channel, world })
  return { status: 200, body: { sent: true, request: shown, answer: isHttp ? answerOf(answer) : null, result } }
}

function envelopeOf(channel: string, request: ChannelTestRequest): Envelope {
  const { objectType = 'object', action = 'update', partitionBy = 'item' } = request
  return {
    ...{ channel, objectType, action, partitionBy },
    ...{ source: null, executionId: null, runAtMs: null, deadlineAtMs: null, retry: null },
    ...{ onInvalidItem: 'reject', onExhausted: 'fail', dependsOn: [], retainForSeconds: 0, metadata: {} },
    webhook: null,
  }
}

/** @throws MockProblem `channel_held` */
function takeUnit(channel: MockChannel, { clock, delayFactor }: MockWorld): void {
  const nowMs = clock.nowMs()
  const opensAtMs = gateOpensAtMs(channel, nowMs)
  if (channel.paused || opensAtMs > nowMs) {
    const isBlocked = channel.blockedUntilMs > nowMs
    const reason = channel.paused
      ? 'it is paused'
      : isBlocked
        ? 'a Retry-After has not passed'
        : 'its rate limit is used up'
    throw new MockProblem(
      'channel_held',
      `Cannot call channel ${channel.name} as it must let a call start: ${reason}`,
      channel.paused ? {} : { retryAfterSeconds: Math.max(1, Math.ceil((opensAtMs - nowMs) / 1000)) * delayFactor },
    )
  }
  const { rateLimit } = channel.config
  if (rateLimit === null) return
  channel.allowedAtMs = Math.max(nowMs, channel.allowedAtMs) + rateLimit.periodMs / rateLimit.limit
}

function resultOf(
  item: MockItem,
  { answer, channel, world }: { answer: CallAnswer; channel: MockChannel; world: MockWorld },
): ChannelTest['result'] {
  if (answer.code === null) {
    const { result = null } = answer
    return { outcome: 'succeeded', verdict: 'succeeded', retryAt: null, warnings: [], error: null, result }
  }
  const { retry, maxRetryAfterMs } = channel.config
  const policy = { retry, maxRetryAfterMs, jobRetry: null, onExhausted: 'fail' } as const
  const { verdict, retryAtMs } = judge(policy, { answer, item }, { nowMs: world.clock.nowMs(), random: 1 })
  if (holdsChannel(answer)) channel.blockedUntilMs = Math.max(channel.blockedUntilMs, retryAtMs)
  const retryAt = verdict === 'retry' || verdict === 'throttled' ? time(retryAtMs) : null
  return { outcome: 'failed', verdict, retryAt, warnings: [], error: errorOf(answer), result: null }
}

/** The request of the connector contract; null where the channel makes another one, or none. */
function requestOf(item: MockItem, channel: MockChannel, { random }: MockWorld): TestedRequest | null {
  const {
    type,
    request,
    url = '',
    headers = {},
    timeoutMs = limits.channelDefaults.timeoutMs,
  } = masked(channel.config.connector)
  if (type !== 'http' || request !== undefined) return null
  const { job, input, partitionKey } = item
  const { objectType, action } = job.envelope
  const idempotencyKey = `${job.id}/0`
  const delivery: DeliveryRequest = {
    ...{ jobId: job.id, subscription: 'default', channel: channel.name, objectType, action: input!.action ?? action },
    items: [{ index: 0, idempotencyKey, attempt: 1, data: null, ...input!, partitionKey }],
  }
  const body = JSON.stringify(delivery)
  const own = { 'content-type': 'application/json', accept: 'application/json', 'user-agent': 'waybill' }
  const call = {
    'Waybill-Epoch': '1',
    traceparent: `00-${randomHex(random, 32)}-${randomHex(random, 16)}-00`,
    'Waybill-Timeout-Ms': String(timeoutMs),
    'Idempotency-Key': idempotencyKey,
    'Waybill-Attempt': '1',
  }
  const shown = {
    ...call,
    ...own,
    ...Object.fromEntries(Object.keys(headers).map((name) => [name.toLowerCase(), MASKED])),
  }
  return { method: 'POST', url, headers: pairs(shown), ...bodyOf(body) }
}

function answerOf({ status, code, detail, result, durationMs }: CallAnswer): TestedAnswer | null {
  if (status === null) return null
  const body = code === null ? (result == null ? '' : JSON.stringify(result)) : (detail ?? '')
  return { status, headers: [], ...bodyOf(body), durationMs }
}

function pairs(headers: Readonly<Record<string, string>>): TestedRequest['headers'] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }))
}

/** As the server, the first 64 KiB. */
function bodyOf(text: string): Pick<TestedAnswer, 'body' | 'bodyBytes' | 'bodyTruncated'> {
  const bytes = new TextEncoder().encode(text)
  const shown = new TextDecoder().decode(bytes.subarray(0, MAX_SHOWN_BYTES), { stream: true })
  return {
    body: text === '' ? null : shown,
    bodyBytes: byteLength(text),
    bodyTruncated: bytes.length > MAX_SHOWN_BYTES,
  }
}

const MAX_SHOWN_BYTES = 64 * 1024
