import { setImmediate } from 'node:timers'

/**
 * How long one kind of our own work may hold the event loop. Status reads stay quick beside a million items: several kinds are done in one turn of it,
 * and where more threads than cores compete, a long turn is also interrupted for longer.
 */
export const SLICE_MS = 2

/** Share of the event loop that a caller may have for work that its bytes do not pay for. */
const FREE_SHARE = 0.25
/** Time that can be saved up, in ms: a few hundred small requests at once are not held back. */
const MAX_SAVED_MS = 200
/** A slice that has waited for so long goes before those of the same caller that had fewer turns. */
const MAX_WAIT_MS = 1000
/** Callers that are remembered although they have nothing to do; each is a few numbers. */
const MAX_IDLE_CALLERS = 1000

/** The event loop, as this file needs it. */
export interface LoopHost {
  nowMs(): number
  /** Runs when the events that are there have been looked at. */
  soon(run: () => void): void
  later(run: () => void, afterMs: number): void
}

/** A slice of work that waits for its turn. */
export interface Waiting {
  /** How often it had its turn before. */
  readonly turns: number
  /** Whether its caller has to have credit. */
  readonly charged: boolean
  readonly sinceMs: number
  readonly resolve: () => void
}

interface Caller {
  readonly name: string
  readonly waiting: Waiting[]
  /** Time it may still use, as of `atMs`; below zero: it owes. */
  creditMs: number
  atMs: number
}

const node: LoopHost = {
  nowMs: () => performance.now(),
  soon: (run) => void setImmediate(run),
  later: (run, afterMs) => void setTimeout(run, afterMs),
}

/**
 * Shares the event loop between all long pieces of work. They hold it for 2 ms together, then the loop looks at its events, and one of them
 * continues: the callers in turn, of one caller's the piece that had the fewest turns. So it does not matter to anybody else how many
 * pieces a caller has. A caller whose bodies cost more than their bytes pay for has a quarter of the loop for all of them.
 */
export class LoopTurns {
  readonly #host: LoopHost
  readonly #callers = new Map<string, Caller>()
  /** Callers with something waiting, the next one first. */
  readonly #ring: Caller[] = []
  /** When work began since the loop last looked at its events. */
  #beganMs = 0
  #looks = false
  #sleeps = false

  constructor(host: LoopHost = node) {
    this.#host = host
  }

  /** Callers that are remembered. */
  get callers(): number {
    return this.#callers.size
  }

  nowMs(): number {
    return this.#host.nowMs()
  }

  /** Whether the loop has to look at its events before any work continues. Cheap enough for every item. */
  get over(): boolean {
    const nowMs = this.#host.nowMs()
    if (this.#looks) return nowMs - this.#beganMs >= SLICE_MS
    this.#beganMs = nowMs
    this.#look()
    return false
  }

  /** Whether a caller has used more than it may. */
  owes(caller: string): boolean {
    const known = this.#callers.get(caller)
    return known !== undefined && this.#creditOf(known) < 0
  }

  /** Takes time off a caller's credit. */
  charge(caller: string, ms: number): void {
    const known = this.#caller(caller)
    known.creditMs = this.#creditOf(known) - ms
  }

  /** Resolves when it is the caller's turn; it has up to `SLICE_MS` then. */
  wait(caller: string, waiting: Waiting): void {
    const known = this.#caller(caller)
    if (known.waiting.push(waiting) === 1) this.#ring.push(known)
    this.#look()
  }

  #look(): void {
    if (this.#looks) return
    this.#looks = true
    this.#host.soon(() => {
      this.#looks = false
      this.#resume()
    })
  }

  #resume(): void {
    if (this.#ring.length === 0) return
    const next = this.#next()
    if (next === null) {
      this.#sleep()
      return
    }
    this.#beganMs = this.#host.nowMs()
    this.#look()
    next.resolve()
  }

  /** Takes out whose turn it is; null when all that wait have to have credit first. */
  #next(): Waiting | null {
    for (const [n, caller] of this.#ring.entries()) {
      const owes = this.#creditOf(caller) < 0
      const at = bestOf(caller.waiting, { owes, nowMs: this.#host.nowMs() })
      if (at < 0) continue
      const [next] = caller.waiting.splice(at, 1)
      this.#ring.splice(n, 1)
      if (caller.waiting.length > 0) this.#ring.push(caller)
      return next!
    }
    return null
  }

  /** No work may continue before a caller has credit again. */
  #sleep(): void {
    if (this.#sleeps) return
    this.#sleeps = true
    const owedMs = Math.min(...this.#ring.map((caller) => -this.#creditOf(caller)))
    this.#host.later(
      () => {
        this.#sleeps = false
        this.#look()
      },
      Math.max(1, Math.ceil(owedMs / FREE_SHARE)),
    )
  }

  #creditOf(caller: Caller): number {
    const nowMs = this.#host.nowMs()
    caller.creditMs = Math.min(MAX_SAVED_MS, caller.creditMs + (nowMs - caller.atMs) * FREE_SHARE)
    caller.atMs = nowMs
    return caller.creditMs
  }

  #caller(name: string): Caller {
    let caller = this.#callers.get(name)
    if (caller === undefined) {
      if (this.#callers.size >= MAX_IDLE_CALLERS) this.#forget()
      caller = { name, waiting: [], creditMs: MAX_SAVED_MS, atMs: this.#host.nowMs() }
      this.#callers.set(name, caller)
    }
    return caller
  }

  /** A caller with all its credit and nothing to do is as good as a new one. */
  #forget(): void {
    for (const caller of this.#callers.values())
      if (caller.waiting.length === 0 && this.#creditOf(caller) === MAX_SAVED_MS) this.#callers.delete(caller.name)
  }
}

/** Of one caller's slices the one that goes first; -1: none may. */
function bestOf(waiting: readonly Waiting[], { owes, nowMs }: { owes: boolean; nowMs: number }): number {
  let best = -1
  for (const [at, one] of waiting.entries()) {
    if (owes && one.charged) continue
    if (nowMs - one.sinceMs > MAX_WAIT_MS) return at // those that wait stand in the order in which they came
    if (best < 0 || one.turns < waiting[best]!.turns) best = at
  }
  return best
}

/** The turns of this thread's event loop. */
export const loopTurns = new LoopTurns()
