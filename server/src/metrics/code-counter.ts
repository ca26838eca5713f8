import { MAX_CODES, OTHER } from './metric-table.ts'
import type { Sample } from './sample.ts'

const WIDTH = MAX_CODES + 1

/** Counts by row and error code: the first 20 codes of a row, the others together. */
export class CodeCounter {
  readonly #counts: Float64Array
  readonly #codes: string[][]

  constructor(rows: number) {
    this.#counts = new Float64Array(rows * WIDTH)
    this.#codes = Array.from({ length: rows }, () => [])
  }

  add(row: number, code: string, count: number): void {
    const codes = this.#codes[row]!
    let at = code === OTHER ? MAX_CODES : codes.indexOf(code)
    if (at < 0) at = codes.length < MAX_CODES ? codes.push(code) - 1 : MAX_CODES
    this.#counts[row * WIDTH + at]! += count
  }

  clear(row: number): void {
    this.#codes[row] = []
    this.#counts.fill(0, row * WIDTH, (row + 1) * WIDTH)
  }

  *samples(row: number, labels: Readonly<Record<string, string>>): Generator<Sample> {
    for (const [at, code] of this.#codes[row]!.entries())
      yield { labels: { ...labels, code }, value: this.#counts[row * WIDTH + at]! }
    const others = this.#counts[row * WIDTH + MAX_CODES]!
    if (others > 0) yield { labels: { ...labels, code: OTHER }, value: others }
  }
}
