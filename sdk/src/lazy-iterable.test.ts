import { describe, expect, it } from 'vitest'
import { lazyIterable } from './lazy-iterable.ts'

describe('lazyIterable', () => {
  it('loads nothing before the first step, and once for steps at the same time', async () => {
    let loads = 0
    const iterable = lazyIterable(async () => {
      loads++
      return (async function* () {
        yield* [1, 2]
      })()
    })
    const iterator = iterable[Symbol.asyncIterator]()
    expect(loads).toBe(0)
    expect(await Promise.all([iterator.next(), iterator.next(), iterator.next()])).toEqual([
      { done: false, value: 1 },
      { done: false, value: 2 },
      { done: true, value: undefined },
    ])
    expect(loads).toBe(1)
  })

  it('closes what it loaded, and nothing when it never began', async () => {
    let closed = 0
    const iterable = lazyIterable(async () =>
      (async function* () {
        try {
          yield 1
        } finally {
          closed++
        }
      })(),
    )
    for await (const value of iterable) {
      expect(value).toBe(1)
      break
    }
    expect(closed).toBe(1)
    await iterable[Symbol.asyncIterator]().return!()
    expect(closed).toBe(1)
  })

  it('rejects with what loading fails with', async () => {
    const iterable = lazyIterable(() => Promise.reject(new Error('no network')))
    await expect(iterable[Symbol.asyncIterator]().next()).rejects.toThrow('no network')
  })
})
