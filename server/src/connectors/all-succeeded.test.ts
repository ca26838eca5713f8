import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allSucceeded } from './all-succeeded.ts'

const itemsOf = (...indexes: number[]): { index: number }[] => indexes.map((index) => ({ index }))
const recognises = (body: string, ...indexes: number[]): boolean => allSucceeded(Buffer.from(body), itemsOf(...indexes))

function usual(indexes: readonly number[], space?: number): string {
  return JSON.stringify({ results: indexes.map((index) => ({ index, status: 'succeeded' })) }, null, space)
}

describe('allSucceeded', () => {
  it('recognises the usual answer, with and without white space', () => {
    for (const indexes of [[0], [7, 0, 1_000_000], [10, 100]]) {
      expect(recognises(usual(indexes), ...indexes)).toBe(true)
      expect(recognises(`\r\n${usual(indexes, 2)}\n`, ...indexes)).toBe(true)
    }
    expect(
      recognises('{"results": [{"index": 40, "status": "succeeded"}, {"index": 41, "status": "succeeded"}]}', 40, 41),
    ).toBe(true)
  })

  it.each([
    ['a failed item', usual([1, 2]).replace('succeeded', 'failed')],
    ['an item left out', usual([1])],
    ['another order', usual([2, 1])],
    ['an item too many', usual([1, 2, 3])],
    ['an item twice', usual([1, 1])],
    ['another index that begins alike', usual([1, 20])],
    ['a zero in front', usual([1, 2]).replace('2', '02')],
    ['a number with a fraction', usual([1, 2]).replace('2', '2.0')],
    ['a text for a number', usual([1, 2]).replace('2', '"2"')],
    ['a result', usual([1, 2]).replace('"}]', '","result":1}]')],
    ['another member', usual([1, 2]).replace(/}$/, ',"results":[]}')],
    ['something behind it', `${usual([1, 2])}x`],
    ['nothing', ''],
    ['a list', '[]'],
  ])('leaves an answer with %s to the parser', (_what, body) => {
    expect(recognises(body, 1, 2)).toBe(false)
  })

  it('is never true where the parser would not agree, whatever byte is changed', () => {
    const indexes = [3, 40, 512]
    fc.assert(
      fc.property(fc.constantFrom(0, 1), fc.nat(), fc.nat(255), fc.nat(2), (space, place, byte, kind) => {
        const body = Buffer.from(usual(indexes, space))
        const at = place % body.length
        const changed =
          kind === 0
            ? body.subarray(0, at)
            : Buffer.concat([body.subarray(0, at), Buffer.of(byte), body.subarray(at + (kind === 1 ? 1 : 0))])
        if (!allSucceeded(changed, itemsOf(...indexes))) return
        expect(JSON.parse(changed.toString('utf8'))).toEqual(JSON.parse(usual(indexes)))
      }),
      { numRuns: 2000 },
    )
  })
})
