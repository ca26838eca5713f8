import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashOf } from '../../model/item-hashes.ts'
import { seedKeyHash } from '../../model/key-hash.ts'
import { writeAsciiKeyHash } from './scan-item.ts'

describe('writeAsciiKeyHash', () => {
  it('writes what the frozen hash of the same string is, wherever the bytes stand', () => {
    const ascii = fc.string({
      unit: fc.integer({ min: 0, max: 127 }).map((code) => String.fromCharCode(code)),
      maxLength: 300,
    })
    fc.assert(
      fc.property(ascii, fc.nat(9), fc.string(), (key, start, seedText) => {
        const seed = seedKeyHash([seedText])
        const bytes = Buffer.concat([Buffer.alloc(start, 'y'), Buffer.from(key), Buffer.from('z')])
        const target = { out: new Uint32Array(4), at: 2 }
        writeAsciiKeyHash(seed, { bytes, start, end: start + key.length }, target)
        expect([...target.out]).toEqual([0, 0, ...hashOf(seed, key)])
      }),
    )
  })
})
