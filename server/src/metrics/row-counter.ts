import type { Sample } from './sample.ts'

/** Counts by row and by one more label whose values are known: one array. */
export class RowCounter<Value extends string> {
  readonly #counts: Float64Array
  readonly #columns: ReadonlyMap<string, number>
  readonly values: readonly Value[]

  constructor(rows: number, values: readonly Value[]) {
    this.values = values
    this.#columns = new Map(values.map((value, column) => [value, column]))
    this.#counts = new Float64Array(rows * values.length)
  }

  /** A value that is none of the known ones is not counted. */
  add(row: number, value: Value, count: number): void {
    const column = this.#columns.get(value)
    if (column !== undefined) this.#counts[row * this.values.length + column]! += count
  }

  get(row: number, value: Value): number {
    return this.#counts[row * this.values.length + this.#columns.get(value)!]!
  }

  /** Sets a row to 0; without one, all. */
  clear(row?: number): void {
    const { length } = this.values
    if (row === undefined) this.#counts.fill(0)
    else this.#counts.fill(0, row * length, (row + 1) * length)
  }

  /** One sample for each value of a row. */
  *samples(row: number, labels: Readonly<Record<string, string>>, name: string): Generator<Sample> {
    for (const value of this.values) yield { labels: { ...labels, [name]: value }, value: this.get(row, value) }
  }
}
