import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { calledFiles, folderChanges, namedFiles, walkFaults } from '../../scripts/walk.ts'

const page = readFileSync(join(import.meta.dirname, '../../ARCHITECTURE.md'), 'utf8')
/** Longer than this it is when a file or a visit was added: better it becomes shorter. */
const MAX_FILES = 45
const MAX_FOLDER_CHANGES = 12

describe('the walk of an item in ARCHITECTURE.md', () => {
  const named = namedFiles(page)

  it('has every file that is called when an item passes, and no other, beside those that do not see it', async () => {
    expect(walkFaults(named, await calledFiles())).toEqual([])
  })

  it('is no longer than it was', () => {
    expect(named.walk.length).toBeLessThanOrEqual(MAX_FILES)
    expect(folderChanges(named.walk)).toBeLessThanOrEqual(MAX_FOLDER_CHANGES)
  })

  it('would miss a file that is called, one that is not, and one that stands there twice', () => {
    const tables =
      '| the walk | x |\n|---|---|\n| `http/a.ts`, `model/b.ts` | y |\n\n| beside the walk | why |\n|---|---|\n| `http/c.ts` | z |\n\n'
    const read = namedFiles(tables)
    expect(read).toEqual({ walk: ['http/a.ts', 'model/b.ts'], beside: ['http/c.ts'] })
    expect(folderChanges([...read.walk, 'model/d.ts', 'http/e.ts'])).toBe(2)
    expect(walkFaults(read, new Set(['http/a.ts', 'model/b.ts', 'http/c.ts']))).toEqual([])
    expect(walkFaults(read, new Set(['http/a.ts', 'http/c.ts', 'http/d.ts']))).toEqual([
      'Cannot leave out http/d.ts as the way of an item calls it: name it in the walk or beside it',
      'Cannot name model/b.ts as the way of an item must call it: it does not',
    ])
    const twice = { walk: ['http/a.ts'], beside: ['http/a.ts'] }
    expect(walkFaults(twice, new Set(['http/a.ts']))).toEqual(['Cannot name http/a.ts twice'])
    expect(() => namedFiles('')).toThrow('must have a table')
  })
})
