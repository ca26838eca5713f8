import { describe, expect, test } from 'vitest'
import type { NewItem } from '../../upload/encode-items.ts'
import { countKeys, maxCountedKeys } from './count-keys.ts'

async function* generate(count: number, toItem: (n: number) => NewItem): AsyncGenerator<NewItem, void, undefined> {
  for (let n = 0; n < count; n++) yield await Promise.resolve(toItem(n))
}

const item = (n: number): NewItem => ({ id: `s${n}`, partitionKey: `k${n % 3}`, data: { shop: n % 2 } })

describe('countKeys', () => {
  test.each([
    [undefined, 3],
    ['item', 3],
    ['job', 1],
    ['none', null],
    ['/data/shop', 2],
    ['/id', 10],
    ['/data/nothing', 0],
  ])('counts the keys of partitionBy %s', async (partitionBy, keys) => {
    const { items, count } = countKeys(generate(10, item), partitionBy)
    for await (const _ of items);
    expect(count).toMatchObject({ items: 10, keys })
  })

  test('takes the id where an item has no key of its own', async () => {
    const { items, count } = countKeys(generate(10, (n) => ({ id: `s${n % 4}` })))
    for await (const _ of items);
    expect(count.keys).toBe(4)
  })

  test('stops counting keys where there are too many to remember', async () => {
    const { items, count } = countKeys(generate(maxCountedKeys + 1, (n) => ({ id: `s${n}` })))
    for await (const _ of items);
    expect(count).toMatchObject({ items: maxCountedKeys + 1, keys: null })
  })

  test('ends its source when it is left', async () => {
    let isEnded = false
    async function* endless(): AsyncGenerator<NewItem, void, undefined> {
      try {
        for (let n = 0; ; n++) yield await Promise.resolve(item(n))
      } finally {
        isEnded = true
      }
    }
    for await (const _ of countKeys(endless()).items) break
    expect(isEnded).toBe(true)
  })
})
