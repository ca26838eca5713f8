import type { Backoff } from '../transport/backoff.ts'
import { checkNumber } from '../transport/check-number.ts'
import { isPassingError, retryAfterOf } from '../transport/is-passing.ts'
import { nextPoll, type PollNews, startPolling } from './poll.ts'
import type { Timing } from '../transport/sleep.ts'

export interface PaceOptions {
  backoff?: Partial<Backoff>
  /** @default no limit */
  maxConsecutiveErrors?: number
}

/** The delays of one loop that asks again and again. */
export interface Pace {
  /** To be called after each answer: waits until the next request is due. */
  pause(news: PollNews, headers: Headers | null): Promise<void>
  /** To be called after each failure: waits likewise, and throws the error again if it ends the loop. */
  recover(error: unknown): Promise<void>
}

/**
 * @param signal ends every delay, with its reason
 * @throws {TypeError} an option is no number that makes sense
 */
export function createPace(timing: Timing, options: PaceOptions, signal: AbortSignal): Pace {
  checkNumber('wait', 'maxConsecutiveErrors', options.maxConsecutiveErrors, { least: 1 })
  const maxErrors = options.maxConsecutiveErrors ?? Number.POSITIVE_INFINITY
  let state = startPolling(options.backoff)

  async function pause(news: PollNews, headers: Headers | null): Promise<void> {
    const step = nextPoll(state, news, headers, { nowMs: timing.now(), random: timing.random() })
    state = step.state
    if (step.delayMs > 0) await timing.sleep(step.delayMs, signal)
  }

  async function recover(error: unknown): Promise<void> {
    if (signal.aborted || !isPassingError(error) || state.failures + 1 >= maxErrors) throw error
    await pause('failure', retryAfterOf(error))
  }

  return { pause, recover }
}
