/** How many ids are put in between two looks at the time. */
const IDS_A_TURN = 10_000

/** A set of hashes of two words, and where in the list each stands; open addressing, no object an id. */
export class WantedIds {
  readonly #ids: Uint32Array
  readonly #buckets: Uint32Array
  readonly #mask: number

  /** Empty until `fill` is through. */
  constructor(ids: Uint32Array) {
    this.#ids = ids
    let size = 16
    while (size < ids.length) size *= 2
    this.#buckets = new Uint32Array(size)
    this.#mask = size - 1
  }

  /** Puts the ids in; others may have their turn where it yields. */
  *fill(): Generator<null, void> {
    for (let n = 0; n < this.#ids.length / 2; n++) {
      const bucket = this.#bucketOf(this.#ids[n * 2]!, this.#ids[n * 2 + 1]!)
      if (this.#buckets[bucket] === 0) this.#buckets[bucket] = n + 1
      if (n % IDS_A_TURN === IDS_A_TURN - 1) yield null
    }
  }

  /** Which of the ids it is, the first if it is there several times; -1: none. */
  find(first: number, second: number): number {
    return this.#buckets[this.#bucketOf(first, second)]! - 1
  }

  #bucketOf(first: number, second: number): number {
    let bucket = (first ^ Math.imul(second, 0x9e37_79b1)) & this.#mask
    for (let n = this.#buckets[bucket]!; n !== 0; n = this.#buckets[bucket]!) {
      if (this.#ids[n * 2 - 2] === first && this.#ids[n * 2 - 1] === second) break
      bucket = (bucket + 1) & this.#mask
    }
    return bucket
  }
}
