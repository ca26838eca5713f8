/** Some of a job's items, by index: one bit each, so that the next one after any index is found in a few steps. */
export class IndexSet {
  readonly #words: Uint32Array
  #size = 0

  /** @param total indexes are below it */
  constructor(total: number) {
    this.#words = new Uint32Array((total + 31) >>> 5)
  }

  get size(): number {
    return this.#size
  }

  add(index: number): void {
    const bit = 1 << (index & 31)
    if ((this.#words[index >>> 5]! & bit) !== 0) return
    this.#words[index >>> 5]! |= bit
    this.#size++
  }

  delete(index: number): void {
    const bit = 1 << (index & 31)
    if ((this.#words[index >>> 5]! & bit) === 0) return
    this.#words[index >>> 5]! &= ~bit
    this.#size--
  }

  /** The first one from `from` on; -1: there is none. */
  next(from: number): number {
    let at = from >>> 5
    if (at >= this.#words.length) return -1
    let word = this.#words[at]! & (-1 << (from & 31))
    while (word === 0) {
      if (++at === this.#words.length) return -1
      word = this.#words[at]!
    }
    return at * 32 + (31 - Math.clz32(word & -word))
  }
}
