import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IndexSet } from './index-set.ts'

describe('IndexSet', () => {
  test('finds the next one as a sorted list does', () => {
    const change = fc.record({ index: fc.integer({ min: 0, max: 99 }), add: fc.boolean() })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.integer({ min: 0, max: 120 }), (changes, from) => {
        const set = new IndexSet(100)
        const model = new Set<number>()
        for (const { index, add } of changes) {
          if (add) set.add(index)
          else set.delete(index)
          if (add) model.add(index)
          else model.delete(index)
        }
        const expected = [...model].sort((a, b) => a - b).find((index) => index >= from)
        expect([set.size, set.next(from)]).toEqual([model.size, expected ?? -1])
      }),
    )
  })
})
