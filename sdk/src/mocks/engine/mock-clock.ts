import { clampDelay, maxDelayMs } from '../../transport/sleep.ts'

/** The time that a mock lives in. */
export interface MockClock {
  /** Milliseconds since 1970. */
  nowMs(): number
  /** Calls once, after `delayMs` as timers count them (they may be a millisecond before `nowMs`), never at once. @returns what takes it back; it may be called late and twice */
  after(delayMs: number, carryOut: () => void): () => void
  /** Takes back all that was asked for. */
  clear(): void
}

/** A clock that stands still but for `advance`. */
export interface VirtualClock extends MockClock {
  /** Moves on, and carries out on the way what falls due, in its order; also what that asks for in turn. */
  advance(ms: number): void
}

/** Timers further away than this do not keep a program alive: nothing waits for them. */
const LONG_WAIT_MS = 60_000

/** The time of this machine. Timers and `Date` are looked up at each call: fake ones of a test count from when they are there. */
export function createRealClock(): MockClock {
  const timers = new Set<() => void>()

  function after(delayMs: number, carryOut: () => void): () => void {
    const dueMs = Date.now() + delayMs
    let timer: ReturnType<typeof setTimeout>
    function wait(leftMs: number): void {
      timer = setTimeout(
        () => {
          if (leftMs > maxDelayMs) return wait(dueMs - Date.now())
          timers.delete(cancel)
          carryOut()
        },
        clampDelay(Math.ceil(leftMs)),
      )
      // Node and Bun have it, browsers need it not.
      if (leftMs >= LONG_WAIT_MS) (timer as { unref?: () => void }).unref?.()
    }
    function cancel(): void {
      clearTimeout(timer)
      timers.delete(cancel)
    }
    timers.add(cancel)
    wait(delayMs)
    return cancel
  }

  return {
    nowMs: () => Date.now(),
    after,
    clear() {
      for (const cancel of timers) cancel()
    },
  }
}

interface Due {
  readonly atMs: number
  readonly carryOut: () => void
}

/** @param startMs what the clock shows at first, milliseconds since 1970 */
export function createVirtualClock(startMs: number): VirtualClock {
  let nowMs = startMs
  /** By time; what falls due at the same moment in the order in which it was asked for. */
  let line: Due[] = []

  return {
    nowMs: () => nowMs,
    after(delayMs, carryOut) {
      const due = { atMs: nowMs + Math.max(0, delayMs), carryOut }
      let at = line.length
      while (at > 0 && line[at - 1]!.atMs > due.atMs) at--
      line.splice(at, 0, due)
      return () => {
        line = line.filter((other) => other !== due)
      }
    },
    clear() {
      line = []
    },
    advance(ms) {
      const untilMs = nowMs + ms
      for (let next = line[0]; next !== undefined && next.atMs <= untilMs; next = line[0]) {
        line.shift()
        nowMs = next.atMs
        next.carryOut()
      }
      nowMs = untilMs
    },
  }
}
