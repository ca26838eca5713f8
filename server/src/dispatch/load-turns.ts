/** Limits the number of tasks that run at once; others wait for their turn, in the order they came, and hold nothing meanwhile. */
export class LoadTurns {
  readonly #max: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(max: number) {
    this.#max = max
  }

  get running(): number {
    return this.#running
  }

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#max) this.#running++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next() // it takes over this turn
    }
  }
}
