import type { Answer } from '../client.ts'
import { startDeadline } from './deadline.ts'
import { ExecutionTimeoutError } from '../errors.ts'
import type { Execution } from '../ids.ts'
import type { FollowOptions } from '../job-handle.ts'
import { createPace } from './pace.ts'
import type { Timing } from '../transport/sleep.ts'

/** How an execution is waited for. It is polled: the server does not hold answers about executions back. */
export interface ExecutionWaitOptions extends Omit<FollowOptions, 'transport'> {
  /** Called with every answer, the last one included. What it throws ends the wait. */
  onProgress?: (execution: Execution) => void
}

/**
 * Requests an execution again and again until it is done.
 * @param request sends one request, without retries
 */
export async function waitForExecution(
  timing: Timing,
  id: string,
  options: ExecutionWaitOptions,
  request: (signal: AbortSignal) => Promise<Answer<Execution>>,
): Promise<Execution> {
  const deadline = startDeadline(timing, options.timeoutMs, options.signal)
  const { signal } = deadline
  let last: Execution | null = null
  try {
    const { pause, recover } = createPace(timing, options, signal)
    for (;;) {
      let answer: Answer<Execution>
      try {
        answer = await request(signal)
      } catch (error) {
        await recover(error)
        continue
      }
      last = answer.data
      // A failure of the caller's own is no failure of the request.
      options.onProgress?.(last)
      if (last.done) return last
      await pause('answer', answer.headers)
    }
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason
    if (!deadline.passed) throw error
    const status = last?.status ?? 'not known yet'
    const message = `Cannot wait longer for execution ${id} as it must be done within ${options.timeoutMs} ms: its status is ${status}`
    throw new ExecutionTimeoutError(message, id, last)
  } finally {
    deadline.clear()
  }
}
