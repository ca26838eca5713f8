// A job's snapshots until it is done: one meaning over all transports. Failures that may pass never end it, and it never submits.

import type { Job } from '@waybill/spec'
import { isApiError } from './api-errors.ts'
import type { Backoff } from './backoff.ts'
import type { Answer, Calls } from './client.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { isWaybillError, WaitTimeoutError } from './errors.ts'
import { isPassingError } from './is-passing.ts'
import type { FollowOptions, JobHandle } from './job-handle.ts'
import { nextPollDelay, pollBackoff } from './poll.ts'

/** How a snapshot is asked for. */
export interface SnapshotQuery {
  signal: AbortSignal
  /** How long the server may hold the answer back, in seconds; 0 is not at all. */
  waitSeconds: number
  /** The status that is known: it waits for another. */
  knownStatus: Job['status'] | undefined
}

/** What following stands on. */
export interface Followed {
  readonly calls: Calls
  readonly job: JobHandle
  /** One request, without retries. */
  readSnapshot(query: SnapshotQuery): Promise<Answer<Job>>
}

/** How long a held answer takes on its way, at most times. */
const answerTimeMs = 250
/** A server that answers long-polls faster than this, again and again, is asked at the pace of polls. */
const quickAnswerMs = 250
/** So many quick answers in a row are the normal life of a short job. */
const quickAnswersAllowed = 4

/**
 * Yields every snapshot that differs from the one before, and ends after the ended one.
 * @param longPollSeconds how long the server may hold an answer back
 */
export async function* followJob(
  followed: Followed,
  options: FollowOptions,
  longPollSeconds: number,
): AsyncGenerator<Job, void, undefined> {
  const { calls, job } = followed
  if (job.last?.done) {
    // An ended job changes no more.
    yield job.last
    return
  }
  const backoff: Backoff = { ...pollBackoff, ...options.backoff }
  const maxErrors = options.maxConsecutiveErrors ?? Number.POSITIVE_INFINITY
  const deadline = startDeadline(calls.timing, options.timeoutMs, options.signal)
  let holdsBack = checkTransport(options.transport) !== 'poll'
  let seenVersion = -1
  let polls = 0
  let failures = 0
  let quickAnswers = 0

  async function pause(attempt: number, retryAfter: string | null): Promise<void> {
    const { now, random, sleep } = calls.timing
    await sleep(nextPollDelay({ backoff, attempt }, retryAfter, now(), random()), deadline.signal)
  }

  try {
    for (;;) {
      const askedMs = calls.timing.now()
      // Without a snapshot there is nothing to wait for a change of: the first answer is wanted at once.
      const isFirst = job.last === null
      const waitSeconds = holdsBack && !isFirst ? limitWait(longPollSeconds, deadline) : 0
      const knownStatus = waitSeconds > 0 ? job.last?.status : undefined
      let answer: Answer<Job>
      try {
        answer = await followed.readSnapshot({ signal: deadline.signal, waitSeconds, knownStatus })
      } catch (error) {
        if (deadline.signal.aborted || !isPassingError(error) || ++failures >= maxErrors) throw error
        const retryAfterMs = isApiError(error) ? error.retryAfterMs : null
        await pause(failures - 1, retryAfterMs === null ? null : String(retryAfterMs / 1000))
        continue
      }
      failures = 0
      const snapshot = answer.data
      if (snapshot.version !== seenVersion || snapshot.done) {
        seenVersion = snapshot.version
        yield snapshot
      }
      if (snapshot.done) return
      if (waitSeconds > 0) {
        if (/\bwait\b/.test(answer.headers.get('Preference-Applied') ?? '')) {
          quickAnswers = calls.timing.now() - askedMs < quickAnswerMs ? quickAnswers + 1 : 0
          if (quickAnswers > quickAnswersAllowed) await pause(quickAnswers - quickAnswersAllowed - 1, null)
          continue
        }
        holdsBack = false
      } else if (holdsBack && isFirst) {
        continue
      }
      await pause(polls++, answer.headers.get('Retry-After'))
    }
  } catch (error) {
    throw explain(error, followed.job, options, deadline)
  } finally {
    deadline.clear()
  }
}

function checkTransport(transport: FollowOptions['transport']): FollowOptions['transport'] {
  if (transport === undefined || transport === 'auto' || transport === 'long-poll' || transport === 'poll')
    return transport
  throw new TypeError(
    `Cannot wait for job as transport must be 'auto', 'long-poll' or 'poll': current value is ${String(transport)}`,
  )
}

/** So that an answer comes before the deadline: what is known when time is up is not older than it must be. */
function limitWait(seconds: number, deadline: Deadline): number {
  const leftSeconds = Math.floor((deadline.remainingMs() - answerTimeMs) / 1000)
  return Math.min(seconds, Math.max(0, leftSeconds))
}

function explain(error: unknown, job: JobHandle, options: FollowOptions, deadline: Deadline): unknown {
  if (options.signal?.aborted) return options.signal.reason
  if (deadline.passed) {
    const message = `Cannot wait longer for job ${job.id} as it must be done within ${options.timeoutMs} ms: its status is ${job.last?.status ?? 'not known yet'}`
    return new WaitTimeoutError(message, job, job.last)
  }
  if (isWaybillError(error)) error.last = job.last
  return error
}
