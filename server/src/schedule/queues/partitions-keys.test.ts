import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ItemTable, ItemState, NONE } from './item-table.ts'
import { KeyTable } from './partitions.ts'

type Key = readonly [low: number, high: number]

/** The table beside a Map: each key's last handle. */
class Pair {
  readonly items = new ItemTable()
  readonly table = new KeyTable(this.items)
  readonly model = new Map<string, number>()

  append([low, high]: Key): void {
    const handle = this.items.allocate(0, 0, ItemState.ready)
    this.items.setKey(handle, low, high)
    const before = this.table.append(handle, low, high)
    if (before !== (this.model.get(`${low}/${high}`) ?? NONE)) expect.fail(`append says ${before}`)
    this.model.set(`${low}/${high}`, handle)
  }

  remove([low, high]: Key): void {
    const handle = this.model.get(`${low}/${high}`)
    const last = this.table.last(low, high)
    if (last !== (handle ?? NONE)) expect.fail(`last says ${last}`)
    if (handle === undefined) return
    this.table.replace(handle, NONE)
    this.model.delete(`${low}/${high}`)
  }

  checkAll(): void {
    expect(this.table.count).toBe(this.model.size)
    for (const [key, handle] of this.model) {
      const [low, high] = key.split('/').map(Number) as [number, number]
      if (this.table.last(low, high) !== handle) expect.fail(`key ${key} is lost`)
    }
  }
}

/** Few different words, so that keys share half of their hash, their tag, or their place. */
const word = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0xffffffff }))

describe('KeyTable', () => {
  test('holds what a Map holds', () => {
    const step = fc.record({ key: fc.tuple(word, word), times: fc.integer({ min: 1, max: 400 }), remove: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const pair = new Pair()
        // Each step is a run of neighbouring keys, so that the table changes its size many times over.
        for (const { key, times, remove } of steps) {
          for (let n = 0; n < times; n++) {
            const next: Key = [(key[0] + n) >>> 0, key[1]]
            if (remove) pair.remove(next)
            else pair.append(next)
          }
          pair.checkAll()
        }
      }),
      { numRuns: 60 },
    )
  })

  test('grows and shrinks while keys come and go, and gives its memory back', () => {
    const pair = new Pair()
    const random = mulberry(1)
    const keys: Key[] = []
    for (let n = 0; n < 30_000; n++) keys.push([random(), random()])
    for (const key of keys) pair.append(key)
    pair.checkAll()
    for (let n = 0; n < keys.length; n++) {
      pair.remove(keys[n]!)
      if (n % 3 === 0) pair.append([random(), random()])
    }
    pair.checkAll()
    for (const key of [...pair.model.keys()]) pair.remove(key.split('/').map(Number) as unknown as Key)
    pair.checkAll()
    expect(pair.table.bytes).toBe(64)
  })

  test('stays small with few keys at a time however many come and go', () => {
    const pair = new Pair()
    for (let n = 0; n < 100_000; n++) {
      pair.append([n, n * 7])
      if (n >= 100) pair.remove([n - 100, (n - 100) * 7])
    }
    pair.checkAll()
    expect(pair.table.bytes).toBeLessThanOrEqual(8192)
  })

  test('takes reserved keys without growing again', () => {
    const pair = new Pair()
    pair.append([1, 1])
    pair.table.reserve(100_000)
    for (let n = 2; n < 2000; n++) pair.append([n, n]) // the first area is empty now
    const { bytes } = pair.table
    for (let n = 2000; n < 100_000; n++) pair.append([n, n])
    expect(pair.table.bytes).toBe(bytes)
    expect(pair.table.count).toBe(99_999)
  })
})

function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    return ((mixed ^ (mixed >>> 14)) * 2654435761) >>> 0
  }
}
