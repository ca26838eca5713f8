import { describe, expect, test } from 'vitest'
import { isCalled, isInFlight, ItemState, standsBehind } from './item-table.ts'

/** The names of the states for which a predicate holds. */
function statesThat(predicate: (state: ItemState) => boolean): string[] {
  return Object.entries(ItemState).flatMap(([name, state]) => (predicate(state) ? [name] : []))
}

describe('ItemState', () => {
  test('has a number of its own for each state, which fits the top byte of a word', () => {
    const numbers = Object.values(ItemState)
    expect(new Set(numbers).size).toBe(9)
    for (const number of numbers) expect(number).toBe(number & 0xff)
  })

  test('is asked by name what it means', () => {
    expect(statesThat(isCalled).sort()).toEqual(['leading', 'running'])
    expect(statesThat(isInFlight).sort()).toEqual(['ending', 'leading', 'leaving', 'running'])
    expect(statesThat(standsBehind).sort()).toEqual(['behind', 'leaving'])
  })
})
