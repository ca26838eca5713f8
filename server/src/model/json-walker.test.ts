import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JsonListener, JsonWalker } from './json-walker.ts'

const deaf: JsonListener = { watchedDepth: -1, onName: () => {}, onValue: () => {}, onValueEnd: () => {} }

/** Walks over a text in steps of this many bytes, with other text around it. */
function walk(json: string | Buffer, stepBytes = Infinity): JsonWalker {
  const walker = new JsonWalker(deaf)
  const bytes = Buffer.concat([Buffer.from('"[1'), Buffer.from(json as string), Buffer.from('}"0')])
  walker.begin(bytes, 3, bytes.length - 3)
  while (!walker.walk(stepBytes));
  return walker
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Values out of range, and how deep it goes, found the slow way. */
function wildness(value: unknown, depth = 0): { depth: number; wild: boolean } {
  if (typeof value === 'number') return { depth, wild: !Number.isFinite(value) }
  if (typeof value !== 'object' || value === null) return { depth, wild: false }
  const inner = Object.values(value).map((member) => wildness(member, depth + 1))
  return {
    depth: Math.max(depth + 1, ...inner.map((one) => one.depth)),
    wild: inner.some((one) => one.wild),
  }
}

function check(json: string, stepBytes: number): boolean {
  const walker = walk(json, stepBytes)
  const expected = isJson(json)
  expect([walker.isJson, walker.brokenAt < 0], json).toEqual([expected, expected])
  if (!expected) return false
  const { depth, wild } = wildness(JSON.parse(json))
  expect(walker.tooDeep, json).toBe(depth > 64)
  // Of members that are there twice JSON.parse drops one, which may be the wild one.
  if (wild) expect(walker.outOfRange, json).not.toBeNull()
  return true
}

const steps = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(Infinity))

const numbers = [
  '0',
  '-0',
  '10',
  '1.5',
  '-1.5e3',
  '1E400',
  '-1e+400',
  '1e-400',
  '1e99',
  '1e100',
  '9'.repeat(400),
  `0.${'0'.repeat(400)}1e420`,
]
const noNumbers = [
  '-',
  '+1',
  '.5',
  '1.',
  '01',
  '-01',
  '1e',
  '1e+',
  '1.e1',
  '0x1',
  'NaN',
  'Infinity',
  '-Infinity',
  '1_0',
  '--1',
  '1-',
  '1e1.5',
  '٣',
]
const strings = [
  '""',
  '"a"',
  '"\\u0041"',
  '"\\ud83d\\udc5f"',
  '"\\ud800"',
  '"\\""',
  '"\\\\"',
  '"\\/\\b\\f\\n\\r\\t"',
  '"\u007f"',
  '"\u2028"',
  '"👟"',
  '"\\u0000"',
]
const noStrings = [
  '"',
  '"a',
  "'a'",
  '"\\"',
  '"\\x"',
  '"\\u12"',
  '"\\u12g4"',
  '"\\U0041"',
  '"\t"',
  '"\n"',
  '"\u0000"',
  '"\u001f"',
  '"\\',
  '"\\u',
  '"\\u004',
  'a"',
  '"a"b',
]
const structures = [
  '[]',
  '{}',
  '[ ]',
  '{ }',
  '[1,2]',
  '{"a":1}',
  '{"a":1,"a":2}',
  '{"":0}',
  ' [ 1 , { "a" : [ ] } ] ',
  'true',
  'false',
  'null',
  '\t1\r',
  '[[],[[]],{"a":{}}]',
  '{"__proto__":{"a":1}}',
]
const noStructures = [
  '',
  ' ',
  '[',
  ']',
  '{',
  '}',
  '[1',
  '[1,',
  '[1,]',
  '[,1]',
  '[1 2]',
  '[1}',
  '{1}',
  '{"a"}',
  '{"a":}',
  '{"a":1',
  '{"a":1,}',
  '{"a" 1}',
  '{,}',
  '{a:1}',
  '[1]]',
  '{}{}',
  '1 2',
  'tru',
  'truex',
  'True',
  'nul',
  'undefined',
  '[tru]',
  '/*a*/1',
  '1//a',
  '\ufeff1',
  '\u00a01',
  '\f1',
  '[1]x',
  '{"a":1}}',
  '["a":1]',
  '{"a":[}',
  '{"a":{]',
  '[{"a":1]',
]

describe('JsonWalker', () => {
  it.each([...numbers, ...strings, ...structures].map((json) => [json.slice(0, 60), json]))('accepts %j', (_, json) => {
    for (const step of [1, 2, 3, Infinity]) {
      expect(check(json, step)).toBe(true)
      expect(check(`{"a":[${json},${json}],"b":${json}}`, step)).toBe(true)
    }
  })

  it.each([...noNumbers, ...noStrings, ...noStructures].map((json) => [json]))('refuses %j', (json) => {
    for (const step of [1, 2, 3, Infinity]) {
      expect(check(json, step)).toBe(false)
      check(`{"a":[${json},${json}],"b":${json}}`, step) // what is none may be a part of something
    }
  })

  it('agrees with JSON.parse, whatever the size of its steps', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' }), fc.nat(2), steps, (value, indent, step) => {
        expect(check(JSON.stringify(value, null, indent), step)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('agrees with JSON.parse on damaged texts', () => {
    const base = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value)),
      fc.constantFrom('{"a":[1,-0.5e+3,{"b":"\\u00e4\\n"},true,null],"c":{}}', '[[[[]]],{"x":{"y":[false]}}]'),
    )
    const piece = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'{}[]":,\\u0019eE+-.tfn \t\r\n\u0000üd8'), maxLength: 4 }),
      fc.constantFrom(...numbers.slice(0, 10), ...noNumbers, 'true', 'null', '"a"'),
    )
    let accepted = 0
    fc.assert(
      fc.property(
        base,
        fc.array(fc.tuple(fc.nat(), fc.nat(3), piece), { minLength: 1, maxLength: 3 }),
        steps,
        (json, changes, step) => {
          let text = json
          for (const [n, drop, insert] of changes) {
            const at = n % (text.length + 1)
            text = text.slice(0, at) + insert + text.slice(at + drop)
          }
          if (check(text.toWellFormed(), step)) accepted++
        },
      ),
      { numRuns: 20_000 },
    )
    expect(accepted).toBeGreaterThan(1000)
  })

  it('agrees with JSON.parse on any mixture of tokens', () => {
    const token = fc.constantFrom(...'{}[]:, ', '"a"', '1', 'null', '"')
    fc.assert(
      fc.property(fc.array(token, { maxLength: 8 }), steps, (tokens, step) => {
        check(tokens.join(''), step)
      }),
      { numRuns: 20_000 },
    )
  })

  it('says where it goes wrong', () => {
    const at = (json: string): number => walk(json).brokenAt - 3
    expect(at('{"a":1,}')).toBe(7)
    expect(at('[1,x]')).toBe(3)
    expect(at('"ä\n"')).toBe(3) // in bytes
    expect(at('[1,2')).toBe(4) // the end
    expect(at('tru')).toBe(0)
  })

  it('points at a number out of range', () => {
    expect(walk('{"a":{"x/y":[0,[1,2],-1e400]},"b":1e999}').outOfRange).toBe('/a/x~1y/2')
    expect(walk('1e400').outOfRange).toBe('')
    expect(walk('{"\\u0061":1e400}').outOfRange).toBe('/a')
    expect(walk(`{"${'n'.repeat(5000)}":1e400}`).outOfRange).toHaveLength(1 + 255 + 3)
    expect(walk('[1e308,-1e308,1e-999]').outOfRange).toBeNull()
  })

  it('knows the depth, however deep it goes', () => {
    expect(walk(`${'['.repeat(64)}${']'.repeat(64)}`)).toMatchObject({ isJson: true, tooDeep: false })
    expect(walk(`${'['.repeat(65)}${']'.repeat(65)}`)).toMatchObject({ isJson: true, tooDeep: true })
    expect(walk(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)).toMatchObject({ isJson: true, tooDeep: true })
    expect(walk('[{'.repeat(100_000))).toMatchObject({ isJson: false, tooDeep: false })
    expect(walk(`${'[{"a":'.repeat(1000)}1${'}]'.repeat(999)}]]`)).toMatchObject({ isJson: false })
  })

  it('passes no more than it is asked to, but for the rest of an escape or a word', () => {
    const json = Buffer.from(
      JSON.stringify(Array.from({ length: 2000 }, (_, n) => ({ n, text: 'x'.repeat(n % 90), deep: [[[n * 1e100]]] }))),
    )
    const walker = new JsonWalker(deaf)
    walker.begin(json, 0, json.length)
    let calls = 1
    while (!walker.walk(100)) calls++
    expect(walker.isJson).toBe(true)
    expect(calls).toBeGreaterThanOrEqual(Math.floor(json.length / 105))
  })
})
