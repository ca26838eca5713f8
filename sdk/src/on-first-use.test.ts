import { expect, it } from 'vitest'
import { onFirstUse } from './on-first-use.ts'

interface Group {
  add(a: number, b: number): Promise<number>
  count(to: number): AsyncIterable<number>
}

function setUp() {
  const seen = { loads: 0, left: false }
  const group = onFirstUse<Group, 'add', 'count'>(
    async () => {
      seen.loads++
      return {
        add: (a, b) => (a < 0 ? Promise.reject(new Error('too small')) : Promise.resolve(a + b)),
        async *count(to) {
          try {
            for (let n = 1; n <= to; n++) yield n
          } finally {
            seen.left = true
          }
        },
      }
    },
    ['add'],
    ['count'],
  )
  return { group, seen }
}

it('onFirstUse loads nothing before a call is made, and hands over parameters, results and errors', async () => {
  const { group, seen } = setUp()
  expect(seen.loads).toBe(0)
  expect(await group.add(1, 2)).toBe(3)
  expect(seen.loads).toBe(1)
  await expect(group.add(-1, 2)).rejects.toThrow('too small')
})

it('onFirstUse loads nothing before a list is read, reads it as often as wanted, and leaves it when it is left', async () => {
  const { group, seen } = setUp()
  const list = group.count(3)
  expect(seen.loads).toBe(0)
  for (let time = 0; time < 2; time++) {
    const entries: number[] = []
    for await (const entry of list) entries.push(entry)
    expect(entries).toEqual([1, 2, 3])
  }
  seen.left = false
  for await (const entry of list) if (entry === 2) break
  expect(seen.left).toBe(true)
})

it('onFirstUse says that loading failed', async () => {
  const failing = onFirstUse<Group, 'add', 'count'>(() => Promise.reject(new Error('no such file')), ['add'], ['count'])
  await expect(failing.add(1, 2)).rejects.toThrow('no such file')
  const reading = (async () => {
    for await (const entry of failing.count(1)) expect(entry).toBe('never reached')
  })()
  await expect(reading).rejects.toThrow('no such file')
})
