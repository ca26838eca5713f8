import type { Gate } from '../limits/gate.ts'
import { monotonicUs } from '../runtime/clock.ts'

/** How exact timers are: what is left of a wait is slept or spun away. */
const TIMER_SLACK_US = 1200
/** A sleep ends this long before the token comes up: it takes 60 µs longer than asked on Linux, 110 µs on a virtual machine, and more on a busy one. */
const SLEEP_SLACK_US = 200
/** The last moments before a token are spent in a loop that only looks at the time: a turn of the event loop takes too long to meet it. */
const SPIN_US = 100
/** Where calls run, a turn of the event loop that took longer may have run something else. */
const EMPTY_TURN_US = 50

/** Nobody ever notifies it: only its time-out counts. */
const sleeper = new Int32Array(new SharedArrayBuffer(4))

let waitedUs = 0

/** Time that this thread spent with waiting for tokens though it ran code, µs: only differences mean something. */
export function waitedForTokensUs(): number {
  return waitedUs
}

/**
 * Takes units of a gate right now, or within moments: a call that starts late has used less than the limit allows, and what was not used is lost
 * (burst 1).
 * @returns `waitUs` as of `Gate.tryTake`, and when it was asked, monotonic µs
 */
export function takeToken(gate: Gate, cost: number): { readonly waitUs: number; readonly nowUs: number } {
  const startUs = monotonicUs()
  let nowUs = startUs
  let waitUs = gate.tryTake(cost, nowUs)
  if (waitUs <= 0 || waitUs > SPIN_US) return { waitUs, nowUs }
  // Another thread may take the token meanwhile: the next one is not waited for here.
  while (waitUs > 0 && waitUs <= SPIN_US && nowUs < startUs + SPIN_US) {
    const dueUs = nowUs + waitUs
    do nowUs = monotonicUs()
    while (nowUs < dueUs)
    waitUs = gate.tryTake(cost, nowUs)
  }
  waitedUs += nowUs - startUs
  return { waitUs, nowUs }
}

/** A lane's wait for a token that comes up soon, so that its next call starts at that time and not at the next tick of a timer. */
export class GateWait {
  readonly #resume: () => void
  readonly #maySleep: () => boolean
  #pending: NodeJS.Timeout | NodeJS.Immediate | null = null

  /** @param options.maySleep nothing on this thread would be kept waiting for a millisecond */
  constructor(options: { resume: () => void; maySleep: () => boolean }) {
    this.#resume = options.resume
    this.#maySleep = options.maySleep
  }

  get pending(): boolean {
    return this.#pending !== null
  }

  /** Resumes at about that time. */
  wait(waitUs: number): void {
    const startUs = monotonicUs()
    if (waitUs > TIMER_SLACK_US) {
      this.#pending = setTimeout(() => this.#endWait(), Math.floor((waitUs - TIMER_SLACK_US) / 1000))
      return
    }
    // A turn of the event loop comes first in any case: outcomes are posted, messages are received.
    this.#pending = setImmediate(() => {
      const nowUs = monotonicUs()
      const maySleep = this.#maySleep()
      if (maySleep || nowUs - startUs <= EMPTY_TURN_US) waitedUs += nowUs - startUs
      const sleepUs = startUs + waitUs - SLEEP_SLACK_US - nowUs
      if (sleepUs > 0 && maySleep) {
        Atomics.wait(sleeper, 0, 0, sleepUs / 1000)
        waitedUs += monotonicUs() - nowUs
      }
      this.#endWait()
    })
  }

  /** Resumes when the event loop has had a turn. */
  yield(): void {
    this.#pending = setImmediate(() => this.#endWait())
  }

  stop(): void {
    if (this.#pending === null) return
    clearTimeout(this.#pending as NodeJS.Timeout)
    clearImmediate(this.#pending as NodeJS.Immediate)
    this.#pending = null
  }

  #endWait(): void {
    this.#pending = null
    this.#resume()
  }
}
