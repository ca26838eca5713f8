import { describe, expect, it } from 'vitest'
import { readBlocks, readFileLinks } from './doc-blocks.ts'

const markdown = [
  '# Start',
  'See [the design](ARCHITECTURE.md#flow), [us](https://waybill.example/x.md), [below](#end).',
  '```sh run server',
  'node server/dist/main.js --dev',
  '```',
  '````md',
  '```ts run',
  'no block of its own, no [link](nowhere.md)',
  '```',
  '````',
  '## The end',
  'Inline `[no](link.md)`.',
  '```',
  'plain',
  '```',
].join('\n')

describe('readBlocks', () => {
  it('reads language, marks, heading, text and line, and no fence inside a longer fence', () => {
    const blocks = readBlocks(markdown)
    expect(blocks.map(({ language, marks, heading, line }) => ({ language, marks, heading, line }))).toEqual([
      { language: 'sh', marks: ['run', 'server'], heading: 'Start', line: 3 },
      { language: 'md', marks: [], heading: 'Start', line: 6 },
      { language: '', marks: [], heading: 'The end', line: 13 },
    ])
    expect(blocks[0]?.text).toBe('node server/dist/main.js --dev\n')
  })
})

describe('readFileLinks', () => {
  it('finds links to files only, none in code', () => {
    expect(readFileLinks(markdown)).toEqual(['ARCHITECTURE.md'])
  })
})
