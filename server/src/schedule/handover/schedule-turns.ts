import type { Clock } from '../../runtime/clock.ts'
import { TurnBudget } from './turn-budget.ts'

/** A scheduler that takes turns with others. */
export interface TurnTaker {
  /** Does what is due until then (monotonic µs), at least one step. @returns true when more is due */
  slice(endUs: number): boolean
  /** Dispatches what may start. */
  pump(): void
}

export interface ScheduleTurnsOptions {
  readonly clock: Clock
  /** Calls back soon, after I/O had its turn. @default setImmediate */
  readonly defer?: (callback: () => void) => void
}

/**
 * The turns of all schedulers of a process: in one turn of the event loop they have one slice of 2 ms together for what is due, and one for the lots
 * that they dispatch. Those that were not reached come first in the next turn.
 */
export class ScheduleTurns {
  /** Lots have a slice of their own: work that does not end soon keeps none back. */
  readonly lots: TurnBudget
  readonly #slices: TurnBudget
  readonly #defer: (callback: () => void) => void
  #due = new Set<TurnTaker>()
  #isDeferred = false

  constructor({ clock, defer = setImmediate }: ScheduleTurnsOptions) {
    this.#defer = defer
    this.lots = new TurnBudget({ clock, defer })
    this.#slices = new TurnBudget({ clock, defer })
  }

  /** Gives a scheduler a slice in the next turn. */
  soon(taker: TurnTaker): void {
    this.#due.add(taker)
    if (this.#isDeferred) return
    this.#isDeferred = true
    this.#defer(() => {
      this.#isDeferred = false
      this.#run()
    })
  }

  /** Gives a scheduler a slice at once, if anything is left of that of this turn. */
  now(taker: TurnTaker): void {
    const more = this.#slices.spend((endUs) => taker.slice(endUs)) ?? true
    if (more) this.soon(taker)
    taker.pump()
  }

  /** A scheduler gets no more slices. */
  leave(taker: TurnTaker): void {
    this.#due.delete(taker)
  }

  #run(): void {
    const due = this.#due
    this.#due = new Set()
    this.#slices.renew()
    const ran: TurnTaker[] = []
    for (const taker of due) {
      const more = this.#slices.spend((endUs) => taker.slice(endUs))
      if (more === null) break
      due.delete(taker)
      ran.push(taker)
      if (more) this.#due.add(taker)
    }
    if (due.size > 0) this.#due = new Set([...due, ...this.#due])
    this.lots.renew()
    for (const taker of ran) taker.pump()
    const [next] = this.#due
    if (next !== undefined) this.soon(next)
  }
}
