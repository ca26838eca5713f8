// When to ask again. Pure: what it needs to know of time and chance is handed in.

import { type Backoff, backoffDelay } from '../transport/backoff.ts'
import { checkNumber } from '../transport/check-number.ts'
import { parseRetryAfter } from '../transport/retry-after.ts'

/** From lively to patient: a job of 10 s is seen to end within 3 s, one of an hour costs two requests a minute. */
export const pollBackoff: Backoff = { initialMs: 500, factor: 1.25, maxMs: 30_000, jitter: 0.2 }

/** So many quick answers in a row are the normal life of a short job. */
const quickAnswersAllowed = 4

/**
 * The result of the last request: `answer`, at once; `held`, when something had changed or time was up; `quick`, at once though it
 * claims to have been held; `failure`, no snapshot, temporarily.
 */
export type PollNews = 'answer' | 'held' | 'quick' | 'failure'

/** The history of a poll loop. The contents of the responses play no part. */
export interface PollState {
  readonly backoff: Backoff
  /** The answers in a row before this one; counted anew when the server expects the job to be done sooner. */
  readonly answers: number
  /** The quick answers in a row before this one. */
  readonly quickAnswers: number
  /** The failures in a row before this one. */
  readonly failures: number
  /** The `Retry-After` of the answer before, in milliseconds; 0 when it had none. */
  readonly floorMs: number
}

/** When to ask again, and what to remember until then. */
export interface PollStep {
  /** In milliseconds; not below the `Retry-After`, never more than a timer can take. */
  readonly delayMs: number
  readonly state: PollState
}

/**
 * @param changes to `pollBackoff`
 * @throws {TypeError} with them delays would be none, or shrink
 */
export function startPolling(changes: Partial<Backoff> = {}): PollState {
  const backoff: Backoff = {
    initialMs: changes.initialMs ?? pollBackoff.initialMs,
    factor: changes.factor ?? pollBackoff.factor,
    maxMs: changes.maxMs ?? pollBackoff.maxMs,
    jitter: changes.jitter ?? pollBackoff.jitter,
  }
  checkNumber('wait', 'backoff.initialMs', backoff.initialMs, { least: 1 })
  checkNumber('wait', 'backoff.factor', backoff.factor, { least: 1 })
  checkNumber('wait', 'backoff.maxMs', backoff.maxMs, { least: 1 })
  checkNumber('wait', 'backoff.jitter', backoff.jitter, { least: 0, most: 1 })
  return { backoff, answers: 0, quickAnswers: 0, failures: 0, floorMs: 0 }
}

/**
 * The delay until the next request. It grows with each answer, as most jobs that have run for long keep running for long. A server that
 * knows better says so in `Retry-After`, which is never undercut; when it falls, the end comes near and delays grow from the
 * beginning again. An estimate that stands still does not keep them small.
 * @param headers of the last answer; null when there was none
 * @param nowMs milliseconds since 1970
 * @param random 0 <= random < 1
 */
export function nextPoll(
  state: PollState,
  news: PollNews,
  headers: Pick<Headers, 'get'> | null,
  { nowMs, random }: { nowMs: number; random: number },
): PollStep {
  const { backoff, failures, quickAnswers } = state
  const floorMs = parseRetryAfter(headers?.get('Retry-After') ?? null, nowMs) ?? 0
  const delay = (attempt: number): number => backoffDelay(backoff, attempt, random, floorMs)
  if (news === 'failure') return { delayMs: delay(failures), state: { ...state, failures: failures + 1 } }
  if (news === 'held') return { delayMs: 0, state: { ...state, failures: 0, quickAnswers: 0 } }
  if (news === 'quick') {
    const tooMany = quickAnswers - quickAnswersAllowed
    return {
      delayMs: tooMany < 0 ? 0 : delay(tooMany),
      state: { ...state, failures: 0, quickAnswers: quickAnswers + 1 },
    }
  }
  const answers = floorMs > 0 && floorMs < state.floorMs ? 0 : state.answers
  return { delayMs: delay(answers), state: { ...state, failures: 0, quickAnswers: 0, answers: answers + 1, floorMs } }
}
