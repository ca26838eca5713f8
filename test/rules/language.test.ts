import { describe, expect, it } from 'vitest'
import {
  bannedInNames,
  bannedInProse,
  countInDocs,
  countInIdentifiers,
  countInNames,
  countInProse,
  findLongSubjects,
  findRises,
  lowered,
  proseOfDocument,
  proseOfMarkdown,
  proseOfSource,
} from '../../scripts/language-rules.ts'

describe('the check of the language', () => {
  it('finds banned words of identifiers, not of comments and strings', () => {
    const source = 'const waitForRoom = 1 // room\nconst text = "room"\nconst broom = waitForRoom + MAX_SLOTS'
    expect(countInIdentifiers(source)).toMatchObject({ room: 2, slots: 1 })
  })

  it('finds banned words of file names', () => {
    expect(countInNames(['server/src/ingest/body/upload-room.ts', 'server/src/mushroom.ts'])).toMatchObject({ room: 1 })
  })

  it('finds banned words of guides, over line ends, and not in their code', () => {
    const guide = 'It goes\non, as it `goes on`.\n\n```sh\necho goes on\n```\n\nGoes on.\n'
    expect(countInProse(proseOfMarkdown(guide))).toMatchObject({ 'goes on': 2 })
  })

  it('finds banned words of messages, with and without values', () => {
    const source = `throw new Error('a token is wanted here')\nthrow new Error(\`\${a} is wanted by \${b} and wanted\`)\ncode = 'wanted'`
    expect(countInProse(proseOfSource(source))).toMatchObject({ wanted: 3 })
  })

  it('finds banned words of descriptions', () => {
    const document = { paths: { a: [{ summary: 'What is told', description: 'It is told.', example: 'told' }] } }
    expect(countInProse(proseOfDocument(document))).toMatchObject({ told: 2 })
  })

  it('finds banned first words of doc comments, not of other comments', () => {
    const source =
      '/** What it is. */\n/**\n * Who it is for.\n */\n// What follows\n/** Returns what it is. */\nconst whatever = 1'
    expect(countInDocs(source)).toEqual({ what: 1, who: 1 })
  })

  it('fails when a count rises, and for a word that is not listed', () => {
    expect(findRises({ room: 3 }, { room: 3 }, bannedInNames)).toEqual([])
    expect(findRises({ room: 2 }, { room: 3 }, bannedInNames)).toEqual([])
    expect(findRises({ room: 4 }, { room: 3 }, bannedInNames)).toHaveLength(1)
    expect(findRises({ told: 1 }, {}, bannedInProse)[0]).toMatch(/"told".*at most 0 times.*use reported/)
  })

  it('lowers what is allowed, and never raises it', () => {
    expect(lowered({ room: 3, slots: 5, parts: 1 }, { room: 9, slots: 2, told: 7 })).toEqual({ room: 3, slots: 2 })
  })

  it('fails for a subject of 73 characters', () => {
    expect(findLongSubjects(['x'.repeat(72)])).toEqual([])
    expect(findLongSubjects(['x'.repeat(73)])).toHaveLength(1)
  })
})
