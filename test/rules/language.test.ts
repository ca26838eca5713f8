import { describe, expect, it } from 'vitest'
import {
  type BannedWord,
  findLongSubjects,
  proseOfDocument,
  proseOfMarkdown,
  proseOfSource,
  wordsOfDocs,
  wordsOfIdentifiers,
  wordsOfName,
  wordsOfProse,
} from '../../scripts/language-rules.ts'

const wordsOf = (found: readonly BannedWord[]): string[] => found.map(({ word }) => word)

/* eslint no-template-curly-in-string: off -- sources within texts */

describe('the check of the language', () => {
  it('finds banned words of identifiers, not of comments and strings', () => {
    const source = 'const waitForRoom = 1 // room\nconst text = "room"\nconst broom = waitForRoom + MAX_SLOTS'
    expect(wordsOf(wordsOfIdentifiers(source))).toEqual(['room', 'room', 'slots'])
  })

  it('finds banned words of file names', () => {
    expect(wordsOf(wordsOfName('server/src/ingest/body/upload-room.ts'))).toEqual(['room'])
    expect(wordsOfName('server/src/mushroom.ts')).toEqual([])
  })

  it('finds banned words of guides, over line ends, and not in their code', () => {
    const guide = 'It goes\non, as it `is told`.\n\n```sh\necho is wanted\n```\n'
    expect(wordsOf(wordsOfProse(proseOfMarkdown(guide)))).toEqual(['goes on'])
  })

  // oxlint-disable-next-line no-template-curly-in-string -- it is source text
  it.each([`throw new Error('a token is wanted here')`, 'throw new Error(`${a} is wanted by ${b}`)'])(
    'finds banned words of messages, with and without values: %s',
    (source) => {
      expect(wordsOf(wordsOfProse(proseOfSource(source)))).toEqual(['wanted'])
    },
  )

  it('finds no banned word in a code', () => {
    expect(wordsOfProse(proseOfSource(`code = 'wanted'`))).toEqual([])
  })

  it.each([{ summary: 'What is told' }, { description: 'It is told.' }])(
    'finds banned words of descriptions: %j',
    (operation) => {
      const document = { paths: { a: [{ ...operation, example: 'wanted' }] } }
      expect(wordsOf(wordsOfProse(proseOfDocument(document)))).toEqual(['told'])
    },
  )

  it('finds banned first words of doc comments, not of other comments', () => {
    const source =
      '/** What it is. */\n/**\n * Who it is for.\n */\n// What follows\n/** Returns what it is. */\nconst whatever = 1'
    expect(wordsOf(wordsOfDocs(source))).toEqual(['what', 'who'])
  })

  it('fails for a subject of 73 characters', () => {
    expect(findLongSubjects(['x'.repeat(72)])).toEqual([])
    expect(findLongSubjects(['x'.repeat(73)])).toHaveLength(1)
  })
})
