import type { ItemAttempt, ItemError } from '@waybill/spec'
import { errorAdvice, type Judgement } from '@waybill/spec/rules'
import type { Channels } from './channels.ts'
import { createFifo } from './fifo.ts'
import type { JobBook } from './job-book.ts'
import { time } from '../show/job-view.ts'
import type { MockClock } from './mock-clock.ts'
import { headOf, isItemEnded, type Line, type MockChannel, type MockItem, type MockJob } from './mock-job.ts'
import { type CallAnswer, holdsChannel, judge, mayBeRetried } from './verdict.ts'
import { gateOpensAtMs } from './waiting-reason.ts'

/** Calls the items of eligible jobs, in order per key, as their channels allow. */
export interface Deliveries {
  /** Gives all items of a job their places. */
  takePlaces(job: MockJob): void
  /** Checks again which items may run: after a channel or a job resumes. */
  resume(channelName: string): void
  /** Resumes a paused job's items. */
  unhold(job: MockJob): void
  /** Makes every item of these jobs that waits for a retry due now. */
  retryNow(jobs: readonly MockJob[]): void
  /** Calls a parked item again, with as many attempts as at first. */
  retryParked(item: MockItem): void
  /** Ends an item without a call: what runs is left to finish. */
  drop(item: MockItem, status: 'failed' | 'cancelled', error?: ItemError): void
}

export interface DeliveriesOptions {
  readonly clock: MockClock
  readonly random: () => number
  readonly channels: Channels
  readonly book: Pick<JobBook, 'changed'>
  /** Returns the response to the call of an item. */
  readonly answerCall: (item: MockItem) => CallAnswer
  /** Nothing is ever called. */
  readonly isStuck: boolean
  readonly onItemEnded: (job: MockJob) => void
  readonly onParked: (item: MockItem, untilMs: number) => void
}

export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const { clock, random, channels, book, answerCall, isStuck, onItemEnded, onParked } = options
  const lines = new Map<string, Line>()
  let turns = 0

  function lineOf(item: MockItem): Line | null {
    const { id, envelope } = item.job
    if (envelope.partitionBy === 'none') return null
    const name = item.partitionKey === null ? `job ${id}` : `key ${envelope.channel} ${item.partitionKey}`
    let line = lines.get(name)
    if (line === undefined) lines.set(name, (line = createFifo()))
    return line
  }

  function makeReady(item: MockItem): void {
    item.turn = ++turns
    lineUp(item)
  }

  function lineUp(item: MockItem): void {
    const channel = channels.get(item.job.envelope.channel)
    if (item.attempts === 0) channel?.ready.push(item)
    else channel?.due.push(item)
  }

  function resume(channelName: string, delayMs = 0): void {
    const channel = channels.get(channelName)
    if (channel === undefined || isStuck) return
    const atMs = clock.nowMs() + delayMs
    if (channel.pump !== null && channel.pump.atMs <= atMs) return
    channel.pump?.cancel()
    // Never at once: an answer shows what was accepted before it moves.
    const cancel = clock.after(delayMs, () => {
      channel.pump = null
      pump(channel)
    })
    channel.pump = { atMs, cancel }
  }

  function pump(channel: MockChannel): void {
    while (!channel.paused && channel.runningCalls < channel.config.concurrency) {
      const next = channel.ready.peek() === undefined ? channel.due : channel.ready
      if (next.peek() === undefined) return
      const nowMs = clock.nowMs()
      const opensAtMs = gateOpensAtMs(channel, nowMs)
      if (opensAtMs > nowMs) return resume(channel.name, opensAtMs - nowMs)
      const item = next.shift()!
      if (item.status !== 'pending' || headOf(item) !== item) continue
      if (item.job.pausedAtMs === null) start(item, channel)
      else item.job.held.push(item)
    }
  }

  function start(item: MockItem, channel: MockChannel): void {
    const { job } = item
    const startedAtMs = clock.nowMs()
    const { rateLimit } = channel.config
    if (rateLimit !== null) {
      channel.allowedAtMs = Math.max(startedAtMs, channel.allowedAtMs) + rateLimit.periodMs / rateLimit.limit
    }
    channel.runningCalls++
    job.counts.running++
    job.startedAtMs ??= startedAtMs
    item.startedAtMs ??= startedAtMs
    item.status = 'running'
    item.attempts++
    const answer = answerCall(item)
    clock.after(answer.durationMs, () => {
      channel.runningCalls--
      job.counts.running--
      finish(item, { answer, channel, startedAtMs })
      resume(channel.name)
    })
    book.changed(job)
  }

  function finish(
    item: MockItem,
    { answer, channel, startedAtMs }: { answer: CallAnswer; channel: MockChannel; startedAtMs: number },
  ): void {
    const { job } = item
    const nowMs = clock.nowMs()
    const judgement = judgementOf(item, answer, channel)
    item.log.push(attemptOf(item, { answer, judgement, startedAtMs, nowMs }))
    item.error = judgement === null ? null : errorOf(answer)
    if (item.error !== null) {
      const { code, status, detail } = item.error
      const advice = errorAdvice(item.error)
      channel.lastError = { at: time(nowMs), code, status, detail, advice, until: null }
    }
    if (holdsChannel(answer)) channel.blockedUntilMs = Math.max(channel.blockedUntilMs, judgement?.retryAtMs ?? 0)
    if (judgement === null) {
      item.result = answer.result
      return end(item, 'succeeded')
    }
    if (judgement.verdict === 'failed') return end(item, 'failed')
    if (job.stop !== null) {
      job.stoppedItems++
      return end(item, 'cancelled')
    }
    if (judgement.verdict === 'throttled') item.uncountedAttempts++
    const parkedUntilMs = nowMs + channel.config.parkForSeconds * 1000
    if (judgement.verdict !== 'parked') return hold(item, 'retry', judgement.retryAtMs, () => retry(item))
    hold(item, 'parked', parkedUntilMs, () => drop(item, 'failed'))
    onParked(item, parkedUntilMs)
  }

  function judgementOf(item: MockItem, answer: CallAnswer, channel: MockChannel): Judgement | null {
    if (answer.code === null) return null
    const { retry: jobRetry, onExhausted } = item.job.envelope
    const { retry, maxRetryAfterMs } = channel.config
    const policy = { retry, maxRetryAfterMs, jobRetry, onExhausted }
    return judge(policy, { answer, item }, { nowMs: clock.nowMs(), random: random() })
  }

  function hold(item: MockItem, reason: 'retry' | 'parked', untilMs: number, whenOver: () => void): void {
    const nowMs = clock.nowMs()
    item.status = 'waiting'
    item.hold = { reason, sinceMs: nowMs, untilMs }
    item.job.counts.waiting++
    item.cancelTimer = clock.after(untilMs - nowMs, whenOver)
    book.changed(item.job)
  }

  function leaveHold(item: MockItem): void {
    if (item.hold === null) return
    item.cancelTimer?.()
    item.cancelTimer = null
    item.hold = null
    item.job.counts.waiting--
  }

  function retry(item: MockItem): void {
    leaveHold(item)
    item.status = 'pending'
    makeReady(item)
    resume(item.job.envelope.channel)
    book.changed(item.job)
  }

  function end(item: MockItem, status: 'succeeded' | 'failed' | 'cancelled'): void {
    const { job, line } = item
    leaveHold(item)
    item.status = status
    item.endedAtMs = clock.nowMs()
    job.lastProgressAtMs = item.endedAtMs
    job.counts[status]++
    if (line !== null && line.peek() === item) freeKey(line)
    onItemEnded(job)
    book.changed(job)
  }

  /** Lets the next item of the key take the head. */
  function freeKey(line: Line): void {
    let head = line.peek()
    while (head !== undefined && isItemEnded(head)) {
      line.shift()
      head = line.peek()
    }
    if (head === undefined) return
    makeReady(head)
    resume(head.job.envelope.channel)
  }

  function drop(item: MockItem, status: 'failed' | 'cancelled', error?: ItemError): void {
    if (isItemEnded(item) || item.status === 'running') return
    if (error !== undefined) item.error = error
    end(item, status)
  }

  return {
    takePlaces(job) {
      for (const item of job.items) {
        if (isItemEnded(item)) continue
        item.line = lineOf(item)
        item.line?.push(item)
        if (headOf(item) === item) makeReady(item)
      }
      resume(job.envelope.channel)
    },
    resume,
    unhold(job) {
      for (const item of job.held.splice(0)) lineUp(item)
      resume(job.envelope.channel)
    },
    retryNow(jobs) {
      for (const { items } of jobs) for (const item of items) if (item.hold?.reason === 'retry') retry(item)
    },
    retryParked(item) {
      item.uncountedAttempts = item.attempts
      item.uncountedByDecision = item.attempts
      retry(item)
    },
    drop,
  }
}

/** The error of a call that failed. */
export function errorOf(answer: CallAnswer): ItemError {
  const { status, code, detail } = answer
  return {
    code: code ?? '',
    origin: 'connector',
    title: status === null ? 'The connector refused the item' : `The connector answered ${status}`,
    status,
    detail,
    retryable: mayBeRetried(answer),
    pointer: null,
  }
}

function attemptOf(
  item: MockItem,
  call: { answer: CallAnswer; judgement: Judgement | null; startedAtMs: number; nowMs: number },
): ItemAttempt {
  const { answer, judgement, startedAtMs, nowMs } = call
  const again = judgement?.verdict === 'retry' || judgement?.verdict === 'throttled'
  return {
    attempt: item.attempts,
    epoch: 1,
    startedAt: time(startedAtMs),
    durationMs: nowMs - startedAtMs,
    verdict: judgement?.verdict ?? 'succeeded',
    code: answer.code,
    status: answer.status,
    detail: answer.detail,
    retryAt: again ? time(judgement.retryAtMs) : null,
  }
}
