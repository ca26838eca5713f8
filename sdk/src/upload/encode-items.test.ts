import { describe, expect, it } from 'vitest'
import { cutPart, encodeItems, type Part, type PartLimits } from './encode-items.ts'

const limits: PartLimits = { maxItems: 3, maxBytes: 100, maxAgeMs: 1_000 }
const now = (): number => 0

function textOf(part: Part): string {
  return new TextDecoder().decode(part.bytes)
}

async function readAll(items: Parameters<typeof encodeItems>[0], wanted = limits): Promise<Part[]> {
  const source = encodeItems(items, wanted, { now })
  const read: Part[] = []
  do {
    const part = await source.next()
    // Their memory is used again.
    read.push({ ...part, bytes: part.bytes.slice() })
  } while (!read.at(-1)!.isLast)
  return read
}

describe('encodeParts', () => {
  it.each([0, 1, 2, 3, 4, 6, 7])('makes parts of %i items that are whole together', async (count) => {
    const items = Array.from({ length: count }, (_, index) => ({ id: `${index}` }))
    const encoded = await readAll(items)
    expect(encoded.map(({ fromIndex, itemCount }) => [fromIndex, itemCount])).toEqual(
      Array.from({ length: Math.max(1, Math.ceil(count / 3)) }, (_, n) => [n * 3, Math.min(3, count - n * 3)]),
    )
    expect(encoded.map(textOf).join('')).toBe(items.map(({ id }) => `{"id":"${id}"}\n`).join(''))
  })

  it('keeps every character, however many bytes it has', async () => {
    const items = ['a', 'ü', '€', '😀', '\ud800', '\n'].map((text) => ({ id: text.repeat(50) }))
    const encoded = await readAll(items, { ...limits, maxItems: 100, maxBytes: 1_000_000 })
    expect(textOf(encoded[0]!)).toBe(items.map((item) => `${JSON.stringify(item)}\n`).join(''))
  })

  it('leaves a part as it is while the next one is made', async () => {
    const source = encodeItems(
      Array.from({ length: 9 }, (_, index) => ({ id: `${index}` })),
      limits,
      { now },
    )
    const first = await source.next()
    const second = await source.next()
    expect([textOf(first), textOf(second)]).toEqual([
      '{"id":"0"}\n{"id":"1"}\n{"id":"2"}\n',
      '{"id":"3"}\n{"id":"4"}\n{"id":"5"}\n',
    ])
  })

  it('closes a part that takes long to fill, but never the first', async () => {
    let nowMs = 0
    async function* yieldSlowly() {
      for (let index = 0; index < 8; index++) {
        nowMs += 600
        yield await Promise.resolve({ id: `${index}` })
      }
    }
    const source = encodeItems(yieldSlowly(), limits, { now: () => nowMs })
    const counts: number[] = []
    for (let part = await source.next(); ; part = await source.next()) {
      counts.push(part.itemCount)
      if (part.isLast) break
    }
    expect(counts).toEqual([3, 2, 2, 1])
  })

  it('leaves its source once, and not one that has ended or failed', async () => {
    const ended = { left: 0 }
    function* yieldItems(state: { left: number }, count: number) {
      try {
        for (let index = 0; index < count; index++) yield { id: `${index}` }
      } finally {
        state.left++
      }
    }
    const whole = encodeItems(yieldItems(ended, 2), limits, { now })
    await whole.next()
    whole.close()
    expect(ended.left).toBe(1)
    const half = { left: 0 }
    const source = encodeItems(yieldItems(half, 5), limits, { now })
    await source.next()
    source.close()
    source.close()
    expect(half.left).toBe(1)
    const never = { left: 0 }
    encodeItems(yieldItems(never, 5), limits, { now }).close()
    expect(never.left).toBe(0)
  })
})

describe('cutPart', () => {
  it('gives the items from an index on, and the id of the one before', async () => {
    const [part] = await readAll([{ id: 'a' }, { id: 'ü' }, { id: 'c' }])
    expect(cutPart(part!, 0)).toEqual({ part, lastId: undefined })
    const { part: rest, lastId } = cutPart(part!, 2)
    expect([rest.fromIndex, rest.itemCount, textOf(rest), lastId]).toEqual([2, 1, '{"id":"c"}\n', 'ü'])
    expect(cutPart(part!, 3)).toMatchObject({ part: { fromIndex: 3, itemCount: 0 }, lastId: 'c' })
  })
})
