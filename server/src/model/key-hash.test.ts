import { describe, expect, it } from 'vitest'
import type { JobId } from './ids.ts'
import { hashOf, itemIdSeed, jobKeyHash, partitionKeySeed } from './item-hashes.ts'
import { seedKeyHash, writeKeyHash } from './key-hash.ts'

const hex = (words: readonly number[]): string => words.map((word) => word.toString(16).padStart(8, '0')).join(' ')

describe('writeKeyHash', () => {
  // Frozen: these words stand in the chunks of every data folder. A change here needs a new hash beside this one, never in its place.
  it.each([
    ['', 'e9870586 7907a3a2'],
    ['a', '550a11e1 59e19cf5'],
    ['sku-1001', 'ffb5fb39 3862109a'],
    ['sku-1002', '2e704fe6 d548c877'],
    ['Größe 10½', 'cf6b6ebf 44bf69c1'],
    ['日本語', '7dfe3831 48fa552c'],
    ['👟', 'a61a5d9a 6eebc182'],
    ['\u0000', 'd1bfb032 ca7cd293'],
    ['x'.repeat(256), '76c3307d 0d1c1bf8'],
  ])('of %j is %s', (key, expected) => {
    expect(hex(hashOf(seedKeyHash(['default', 'sandbox']), key))).toBe(expected)
  })

  it('starts from the texts that item hashes are made of', () => {
    const jobId = 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f708' as JobId
    const hashes = {
      key: hashOf(partitionKeySeed('default', 'sandbox'), 'sku-1001'),
      id: hashOf(itemIdSeed('product'), 'sku-1001'),
      job: jobKeyHash({ subscription: 'default', channel: 'sandbox', jobId }),
    }
    expect(Object.fromEntries(Object.entries(hashes).map(([name, words]) => [name, hex(words)]))).toEqual({
      key: 'ffb5fb39 3862109a',
      id: '1ed789f6 492cadbf',
      job: 'e88f591c 17f205e1',
    })
    expect(hashes.job).not.toEqual(hashOf(partitionKeySeed('default', 'sandbox'), jobId))
  })

  it('separates where one part of a seed ends and the next begins', () => {
    expect(seedKeyHash(['ab', 'c'])).not.toEqual(seedKeyHash(['a', 'bc']))
    expect(seedKeyHash(['ab', 'c'])).not.toEqual(seedKeyHash(['abc']))
    expect(seedKeyHash([''])).not.toEqual(seedKeyHash([]))
  })

  it('has no collision in 500,000 ordinary keys, and spreads them evenly', () => {
    const seed = seedKeyHash(['default', 'sandbox'])
    const target = { out: new Uint32Array(2), at: 0 }
    const seen = new Set<bigint>()
    const buckets = new Uint32Array(256)
    const highBuckets = new Uint32Array(256)
    for (let n = 0; n < 500_000; n++) {
      writeKeyHash(seed, n % 2 === 0 ? `sku-${n}` : `${n}`, target)
      seen.add((BigInt(target.out[0]!) << 32n) | BigInt(target.out[1]!))
      buckets[target.out[0]! & 255]!++
      highBuckets[target.out[1]! >>> 24]!++
    }
    expect(seen.size).toBe(500_000)
    for (const count of [...buckets, ...highBuckets]) expect(Math.abs(count - 1953)).toBeLessThan(400) // nine standard deviations
    expect(seen.has(0n)).toBe(false)
  })
})
