import type { JobId } from './ids.ts'
import { type KeyHashSeed, type KeyHashTarget, seedKeyHash, writeKeyHash } from './key-hash.ts'

/*
 * Which texts the stored hashes of an item are made of. Frozen with the hash itself: they stand in the chunks on disk.
 */

/** The seed of the key hashes of one subscription's items for a channel: equal keys of different subscriptions never wait for each other. */
export function partitionKeySeed(subscription: string, channel: string): KeyHashSeed {
  return seedKeyHash([subscription, channel])
}

/** The seed of the id hashes of items of one object type. */
export function itemIdSeed(objectType: string): KeyHashSeed {
  return seedKeyHash([objectType])
}

/** The one key hash of all items of a job with `partitionBy: job`; from a seed of its own, so that no item's key is equal to it. */
export function jobKeyHash(place: { subscription: string; channel: string; jobId: JobId }): readonly [number, number] {
  const out = new Uint32Array(2)
  writeKeyHash(seedKeyHash([place.subscription, place.channel, 'job']), place.jobId, { out, at: 0 })
  return [out[0]!, out[1]!]
}

/** One hash as two words, for looking an item up; the hot path writes into arrays instead. */
export function hashOf(seed: KeyHashSeed, text: string): readonly [number, number] {
  const target: KeyHashTarget = { out: new Uint32Array(2), at: 0 }
  writeKeyHash(seed, text, target)
  return [target.out[0]!, target.out[1]!]
}
