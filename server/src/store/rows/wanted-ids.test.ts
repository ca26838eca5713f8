import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WantedIds } from './wanted-ids.ts'

describe('wanted ids', () => {
  it('finds what a list finds, the first of equal ones', () => {
    const word = fc.constantFrom(0, 1, 2, 16, 32, 0xffff_ffff)
    const id = fc.tuple(word, word)
    fc.assert(
      fc.property(fc.array(id, { maxLength: 40 }), fc.array(id), (ids, asked) => {
        const wanted = new WantedIds(Uint32Array.from(ids.flat()))
        expect([...wanted.fill()]).toEqual([])
        for (const [first, second] of [...asked, ...ids]) {
          expect(wanted.find(first, second)).toBe(ids.findIndex((one) => one[0] === first && one[1] === second))
        }
      }),
    )
  })
})
