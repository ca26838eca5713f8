import type { Sample } from './sample.ts'

/** Values whose bucket is looked up rather than searched, in thousandths. */
const TABLE_SIZE = 4096

/** Histograms with the same buckets, one a row: two arrays, and nothing is made for a value. */
export class RowHistogram {
  readonly #bounds: readonly number[]
  /** Values up to each bound and above the bound before, then those above all. */
  readonly #counts: Float64Array
  readonly #sums: Float64Array
  /** Bucket of values in thousandths, rounded up. */
  readonly #table = new Uint8Array(TABLE_SIZE)

  /** @param bounds upper bounds of the buckets, ascending, whole thousandths or below one; +Inf follows by itself */
  constructor(rows: number, bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = new Float64Array(rows * (bounds.length + 1))
    this.#sums = new Float64Array(rows)
    for (let at = 0; at < TABLE_SIZE; at++) this.#table[at] = this.#search(at / 1000)
  }

  observe(row: number, value: number): void {
    this.#counts[row * (this.#bounds.length + 1) + this.#search(value)]!++
    this.#sums[row]! += value
  }

  /** The same for a time in whole ms, as records have it, that was found `count` times. */
  observeMs(row: number, ms: number, count = 1): void {
    const bucket = ms >= 0 && ms < TABLE_SIZE ? this.#table[Math.ceil(ms)]! : this.#search(ms / 1000)
    this.#counts[row * (this.#bounds.length + 1) + bucket]! += count
    this.#sums[row]! += (ms / 1000) * count
  }

  count(row: number): number {
    let count = 0
    const { length } = this.#bounds
    for (let bucket = 0; bucket <= length; bucket++) count += this.#counts[row * (length + 1) + bucket]!
    return count
  }

  clear(row: number): void {
    this.clearIn(this.#counts, row)
    this.#sums[row] = 0
  }

  /** Returns all counts, to be given to `percentilesSince`. */
  copy(): Float64Array {
    return this.#counts.slice()
  }

  /** Sets the counts of a row to 0 in a copy. */
  clearIn(copy: Float64Array, row: number): void {
    const width = this.#bounds.length + 1
    copy.fill(0, row * width, (row + 1) * width)
  }

  /**
   * Returns how many values a row got since a copy was made, and these shares of them; null: none. Within a bucket values are taken as evenly spread, above
   * the last bound as equal to it (as `histogram_quantile` of Prometheus).
   * @param shares 0 to 1, ascending
   */
  percentilesSince(
    copy: Float64Array,
    row: number,
    shares: readonly number[],
  ): { readonly count: number; readonly values: number[] } | null {
    const width = this.#bounds.length + 1
    const counts = Array.from({ length: width }, (_, n) => this.#counts[row * width + n]! - copy[row * width + n]!)
    const count = counts.reduce((sum, one) => sum + one, 0)
    if (count <= 0) return null
    let bucket = 0
    let below = 0
    const values = shares.map((share) => {
      const rank = share * count
      while (bucket < width - 1 && below + counts[bucket]! < rank) below += counts[bucket++]!
      if (bucket === width - 1) return this.#bounds.at(-1)!
      const from = bucket === 0 ? 0 : this.#bounds[bucket - 1]!
      return from + ((this.#bounds[bucket]! - from) * (rank - below)) / counts[bucket]!
    })
    return { count, values }
  }

  /** The buckets of a row, each with all below it, then sum and count. */
  *samples(row: number, labels: Readonly<Record<string, string>>): Generator<Sample> {
    const width = this.#bounds.length + 1
    let count = 0
    for (let bucket = 0; bucket < width; bucket++) {
      count += this.#counts[row * width + bucket]!
      yield { labels: { ...labels, le: this.#bounds[bucket] ?? '+Inf' }, value: count, suffix: '_bucket' }
    }
    yield { labels, value: this.#sums[row]!, suffix: '_sum' }
    yield { labels, value: count, suffix: '_count' }
  }

  #search(value: number): number {
    let bucket = 0
    while (bucket < this.#bounds.length && value > this.#bounds[bucket]!) bucket++
    return bucket
  }
}
