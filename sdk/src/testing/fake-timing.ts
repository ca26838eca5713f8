import type { Timing } from '../transport/sleep.ts'

/** Time that stands still until somebody sleeps, and then jumps there. The calls that a test may inspect. */
export interface FakeTiming extends Timing {
  /** Every sleep that was asked for, in milliseconds. */
  readonly sleeps: number[]
  /** Deadlines that still run. */
  readonly openDeadlines: number
  /** Lets time pass; deadlines on the way fire. */
  advance(delayMs: number): void
}

interface OpenDeadline {
  atMs: number
  fire: () => void
}

/** @param random what chance always gives; 0.5 leaves every delay as it is */
export function createFakeTiming(random = 0.5): FakeTiming {
  let nowMs = Date.parse('2026-01-15T08:00:00Z')
  const sleeps: number[] = []
  const open = new Set<OpenDeadline>()

  function advance(delayMs: number): void {
    const untilMs = nowMs + delayMs
    for (;;) {
      const due = [...open].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (due === undefined) break
      nowMs = Math.max(nowMs, due.atMs)
      open.delete(due)
      due.fire()
    }
    nowMs = untilMs
  }

  return {
    sleeps,
    get openDeadlines() {
      return open.size
    },
    advance,
    now: () => nowMs,
    random: () => random,
    async sleep(delayMs, signal) {
      signal?.throwIfAborted()
      sleeps.push(delayMs)
      const nextMs = Math.min(...[...open].map(({ atMs }) => atMs - nowMs))
      // A deadline that fires on the way resumes those it aborts at its time, not at the end of their sleep.
      advance(Math.min(delayMs, nextMs))
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
      if (nextMs < delayMs) advance(delayMs - nextMs)
    },
    deadline(delayMs, signal) {
      return new Promise((resolve, reject) => {
        const entry = { atMs: nowMs + delayMs, fire: resolve }
        open.add(entry)
        signal?.addEventListener('abort', () => {
          open.delete(entry)
          reject(signal.reason as Error)
        })
      })
    },
  }
}

/** How work ended within the next turn of the event loop, where `at once` can be seen without a clock. */
export async function nextTurn(work: Promise<unknown>): Promise<unknown> {
  let outcome: unknown = 'not ended yet'
  work.then(
    (value) => (outcome = value),
    (error: unknown) => (outcome = error),
  )
  await new Promise((resolve) => setImmediate(resolve))
  return outcome
}
