/** Length of a step. */
export const STEP_SECONDS = 10
/** Steps that can be read: an hour. */
export const MAX_STEPS = 360
/** The step that runs is kept beside them. */
const KEPT_STEPS = MAX_STEPS + 1

interface Ring {
  /** The columns of a step stand together. */
  readonly counts: Uint32Array
  /** The last step that was counted in. */
  step: number
}

/** Steps of a window, each of `stepsEach` kept ones. */
export interface StepWindow {
  readonly fromStep: number
  readonly steps: number
  readonly stepsEach: number
}

/**
 * Counts by row, column and step, for as many steps as an hour has. Steps are numbered on one scale and never go back. A row takes its memory,
 * `4 * columns * 361` bytes, when it is first counted in, and keeps it.
 */
export class StepRings {
  readonly #columns: number
  readonly #rings: (Ring | undefined)[]

  constructor(rows: number, columns: number) {
    this.#columns = columns
    this.#rings = Array.from<undefined>({ length: rows })
  }

  /** Adds to a count of a step; of one that is too old nothing is kept. */
  add(row: number, column: number, at: { readonly step: number; readonly count: number }): void {
    const { counts, step } = this.#advanced(row, at.step)
    if (at.step <= step - KEPT_STEPS) return
    counts[(at.step % KEPT_STEPS) * this.#columns + column]! += at.count
  }

  /** Forgets all of a row. */
  clear(row: number): void {
    this.#rings[row]?.counts.fill(0)
  }

  /** Whether any of these columns has a count in the window. */
  hasAny(row: number, columns: readonly number[], { fromStep, steps, stepsEach }: StepWindow): boolean {
    for (let step = fromStep; step < fromStep + steps * stepsEach; step++)
      if (columns.some((column) => this.#count(row, column, step) > 0)) return true
    return false
  }

  /** The sum of each step of a window. */
  sums(row: number, column: number, { fromStep, steps, stepsEach }: StepWindow): number[] {
    return Array.from({ length: steps }, (_, n) => {
      let sum = 0
      for (let at = 0; at < stepsEach; at++) sum += this.#count(row, column, fromStep + n * stepsEach + at)
      return sum
    })
  }

  /** The last count of each step of a window. */
  lasts(row: number, column: number, { fromStep, steps, stepsEach }: StepWindow): number[] {
    return Array.from({ length: steps }, (_, n) => this.#count(row, column, fromStep + (n + 1) * stepsEach - 1))
  }

  #count(row: number, column: number, step: number): number {
    const ring = this.#rings[row]
    if (ring === undefined || step > ring.step || step <= ring.step - KEPT_STEPS) return 0
    return ring.counts[(step % KEPT_STEPS) * this.#columns + column]!
  }

  #advanced(row: number, step: number): Ring {
    let ring = this.#rings[row]
    if (ring === undefined) this.#rings[row] = ring = { counts: new Uint32Array(this.#columns * KEPT_STEPS), step }
    const first = Math.max(ring.step + 1, step - KEPT_STEPS + 1)
    for (let next = first; next <= step; next++) {
      const at = (next % KEPT_STEPS) * this.#columns
      ring.counts.fill(0, at, at + this.#columns)
    }
    ring.step = Math.max(ring.step, step)
    return ring
  }
}
