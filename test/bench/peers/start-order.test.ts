import { describe, expect, it } from 'vitest'
import { findOrderFaults } from './start-order.ts'

const inOrder = Array.from({ length: 1000 }, (_, n) => n)

describe('findOrderFaults', () => {
  it('finds nothing when items of a key start in their order, whatever other keys do', () => {
    const oneKeyAfterAnother = inOrder.toSorted((a, b) => (a % 10) - (b % 10) || a - b)
    expect(findOrderFaults(oneKeyAfterAnother, 10)).toEqual({ disorders: 0, repeats: 0 })
    expect(findOrderFaults(inOrder.toReversed(), null)).toEqual({ disorders: 0, repeats: 0 })
  })

  it('finds a seeded disorder: item 40 starts after item 50 of its key', () => {
    const starts = inOrder.filter((n) => n !== 40)
    starts.splice(starts.indexOf(50) + 1, 0, 40)
    expect(findOrderFaults(starts, 10)).toEqual({ disorders: 1, repeats: 0 })
  })

  it('counts each item that comes too late, not each pair', () => {
    expect(findOrderFaults([2, 0, 1, 3], 1)).toEqual({ disorders: 2, repeats: 0 })
  })

  it('counts an item that starts again as a repeat, not as a disorder', () => {
    expect(findOrderFaults([0, 1, 2, 1, 3], 1)).toEqual({ disorders: 0, repeats: 1 })
  })
})
