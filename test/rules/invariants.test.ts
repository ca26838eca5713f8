import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findPromises, promisedIds, readPromises, testNames, withTable } from '../../scripts/promises.ts'

const page = readFileSync(join(import.meta.dirname, '../../ARCHITECTURE.md'), 'utf8')

describe('every promise of ARCHITECTURE.md', () => {
  const promises = readPromises()

  it('is read from there', () => {
    const series = { ORD: 6, RTY: 4, RAT: 4, FAIR: 3, REC: 6, PRG: 3, SEC: 2 }
    const wanted = Object.entries(series).flatMap(([name, count]) =>
      Array.from({ length: count }, (_, n) => `${name}-${n + 1}`),
    )
    expect(promisedIds(page).toSorted()).toEqual(wanted.toSorted())
  })

  it('stands in the name of a test', () => {
    expect(promises.filter(({ tests }) => tests.length === 0)).toEqual([])
  })

  it('is named where it is kept', () => {
    expect(promises.filter(({ sources }) => sources.length === 0)).toEqual([])
  })

  it('leads to its files in the table, which is as `npm run generate` writes it', () => {
    expect(withTable(page, promises)).toBe(page)
  })

  it('would be missed without a test or a source', () => {
    const text =
      "test('ORD-1: holds', run)\nit.each([['a', 'ORD-2']])(`RAT-1 %s`, run) // RAT-2\ntest('a seeded bug in REC-1', run)"
    expect(testNames(text)).toEqual(["'ORD-1: holds'", '`RAT-1 %s`', "'a seeded bug in REC-1'"])
    const sources = [{ path: 'gate.ts', text: '/** RAT-1, and RAT-12. */' }]
    expect(findPromises(['ORD-1', 'RAT-1', 'RAT-2', 'REC-1'], sources, [{ path: 'a.test.ts', text }])).toEqual([
      { id: 'ORD-1', sources: [], tests: ['a.test.ts'] },
      { id: 'RAT-1', sources: ['gate.ts'], tests: ['a.test.ts'] },
      { id: 'RAT-2', sources: [], tests: [] },
      { id: 'REC-1', sources: [], tests: [] },
    ])
  })
})
