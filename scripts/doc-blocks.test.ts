import { describe, expect, it } from 'vitest'
import { readBlocks, readFileLinks } from './doc-blocks.ts'

const markdown = [
  'See [the design](ARCHITECTURE.md#flow), [us](https://waybill.example/x.md), [below](#end).',
  '```sh run server',
  'node server/dist/main.js --dev',
  '```',
  '````md',
  '```ts run',
  'no block of its own, no [link](nowhere.md)',
  '```',
  '````',
  'Inline `[no](link.md)`.',
  '```',
  'plain',
  '```',
].join('\n')

describe('readBlocks', () => {
  it('reads language, marks, text and line, and no fence inside a longer fence', () => {
    const blocks = readBlocks(markdown)
    expect(blocks.map(({ language, marks, line }) => ({ language, marks, line }))).toEqual([
      { language: 'sh', marks: ['run', 'server'], line: 2 },
      { language: 'md', marks: [], line: 5 },
      { language: '', marks: [], line: 11 },
    ])
    expect(blocks[0]?.text).toBe('node server/dist/main.js --dev\n')
  })
})

describe('readFileLinks', () => {
  it('finds links to files only, none in code', () => {
    expect(readFileLinks(markdown)).toEqual(['ARCHITECTURE.md'])
  })
})
