import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SchemaPattern } from './schema-pattern.ts'

const texts = [
  '',
  'a',
  'A1_',
  '\n',
  '\r',
  '\u2028',
  ' ',
  '\u00a0',
  '\ufeff',
  'é',
  '😀',
  'a-b',
  '[',
  'a.b',
  '12',
  '\b',
  '-',
  '^',
  'x]',
]

describe('a pattern', () => {
  const sources = [
    ...[
      '^[a-z]+$',
      '.',
      '^.$',
      '\\s',
      '\\S',
      '[\\s]',
      '[^\\s]',
      '[\\S]',
      '[^\\S]',
      '\\d',
      '[\\d\\-x]',
      '\\w\\W',
      '\\t|\\n',
      '\\v',
      '\\0',
      '\\cA',
    ],
    ...[
      '\\u0041',
      '\\u{1F600}',
      '\\ud83d\\ude00',
      '^😀$',
      '[😀]',
      '[^]',
      '[]',
      '[\\b]',
      '\\bb',
      '[a-z-9]',
      '[-a]',
      '[a-]',
      '[[:a:]',
      '[(?:]',
    ],
    ...[
      '(?<n>a)',
      '(a)(b)?',
      '\\p{L}',
      '\\P{L}',
      '\\p{Script=Latin}',
      '\\p{Lu}',
      '\\p{Letter}',
      'a{2}',
      '(?:a|1){1,3}?$',
      '\\^',
      '\\/',
      '[\\^-]',
      '[^^]',
    ],
  ]
  it.each(sources)('matches as in ECMAScript: %s', (source) => {
    const [pattern, expected] = [new SchemaPattern(source), new RegExp(source, 'u')]
    expect(texts.filter((text) => pattern.test(text) !== expected.test(text))).toEqual([])
  })

  it('matches random texts as in ECMAScript', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '.',
      '\\s',
      '\\d',
      '[a-c]',
      '[^b\\n]',
      '(a|b)',
      '(?:ab)',
      '\\b',
      '^',
      '$',
      '\\u00e9',
      '-',
      '\\.',
    )
    const repeat = fc.constantFrom('', '', '', '*', '+', '?', '{1,2}', '*?')
    const part = fc.tuple(atom, repeat).map(([one, times]) => one + (['\\b', '^', '$'].includes(one) ? '' : times))
    const source = fc
      .array(fc.array(part, { maxLength: 4 }), { minLength: 1, maxLength: 3 })
      .map((branches) => branches.map((one) => one.join('')).join('|'))
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '\n', 'é', '-', '.'), maxLength: 8 })
    fc.assert(
      fc.property(source, fc.array(text, { minLength: 1, maxLength: 5 }), (written, some) => {
        const [pattern, expected] = [new SchemaPattern(written), new RegExp(written, 'u')]
        for (const one of some) expect(pattern.test(one)).toBe(expected.test(one))
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['(?=a)', 'must be without lookahead, lookbehind and flags: it has (?='],
    ['(?<!a)b', 'must be without lookahead, lookbehind and flags: it has (?<!'],
    ['(?i:a)', 'must be without lookahead, lookbehind and flags: it has (?i'],
    ['(a)\\1', 'must be without backreferences'],
    ['(?<a>x)\\k<a>', 'must be without backreferences'],
    ['(', 'must be a regular expression of ECMAScript with the flag u: it is not valid'],
    ['\\-', 'must be a regular expression of ECMAScript with the flag u: it is not valid'],
    ['(?:a{1000}){1000}', 'must be a regular expression that RE2 can run: invalid repeat count: `{1000}`'],
    ['a{1,1000}b{1,1000}', 'must be a smaller regular expression: its repeats make it too large'],
    ['\\p{Emoji=Yes}', 'must be a regular expression of ECMAScript with the flag u: it is not valid'],
    ['a'.repeat(1025), 'must have at most 1024 characters: current value has 1025'],
  ])('is refused: %s', (source, message) => {
    expect(() => new SchemaPattern(source)).toThrow(message)
  })

  it.each(['^(a+)+$', '^(a|a)*$', '(x+x+)+y', '^(.*)(.*)(.*)(.*)z$', '(a|b|ab)*c', '[ab]*a[ab]{900}$'])(
    'costs no more for each character of a longer text: %s',
    (source) => {
      const pattern = new SchemaPattern(source)
      expect(pattern.cost(100_000) / pattern.cost(1000)).toBeLessThan(101)
      expect(pattern.cost(1)).toBeLessThanOrEqual(pattern.size)
      // A backtracking engine would not end.
      expect(pattern.test(`${'a'.repeat(100_000)}!`)).toBe(false)
    },
  )
})
