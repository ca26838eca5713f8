/**
 * The 64-bit hash of a key, frozen: it stands in the chunks on disk, so it may never change (test vectors hold it). Ingest computes the
 * same over the bytes of a line (scan-item.ts).
 *
 * Two lanes of 32 bits over the UTF-16 code units, each step a multiply-xorshift as in MurmurHash3 (Austin Appleby, public domain),
 * with cross-mixing at the end. Not cryptographic: a collision only makes two keys wait for each other.
 */

/** Running state of one hash; reuse it, the hot path makes none per item. */
export interface KeyHashSeed {
  readonly low: number
  readonly high: number
}

const C1 = 0xcc9e2d51
const C2 = 0x1b873593
const C3 = 0x85ebca6b
const C4 = 0xc2b2ae35

function finish(h: number): number {
  h ^= h >>> 16
  h = Math.imul(h, C3)
  h ^= h >>> 13
  h = Math.imul(h, C4)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * Folds a text into a seed: hash (subscription, channel) once per job, then each key from that seed. The length is mixed in, so
 * ("ab", "c") and ("a", "bc") differ.
 */
export function seedKeyHash(texts: readonly string[]): KeyHashSeed {
  const out = new Uint32Array(2)
  let seed: KeyHashSeed = { low: 0x9e3779b9, high: 0x7f4a7c15 }
  for (const part of texts) {
    writeKeyHash(seed, part, { out, at: 0 })
    seed = { low: out[0]!, high: out[1]! }
  }
  return seed
}

/** Where a hash goes: two words from `at` on. */
export interface KeyHashTarget {
  readonly out: Uint32Array
  at: number
}

/** Writes the hash of `key` under `seed` as two words. Never writes (0, 0): that pair means "no key". */
export function writeKeyHash(seed: KeyHashSeed, key: string, target: KeyHashTarget): void {
  let low = seed.low | 0
  let high = seed.high | 0
  const length = key.length
  for (let i = 0; i < length; i++) {
    const unit = key.charCodeAt(i)
    low = Math.imul(low ^ Math.imul(unit + 1, C1), C2)
    low ^= low >>> 15
    high = Math.imul(high ^ Math.imul(unit + 0x10001, C4), C3)
    high ^= high >>> 13
  }
  low = finish(low ^ length ^ Math.imul(high, C1))
  high = finish(high ^ Math.imul(length, C2) ^ low)
  target.out[target.at] = low
  target.out[target.at + 1] = low === 0 && high === 0 ? 1 : high
}
