import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProblemError } from '../../model/errors.ts'
import { type ItemsPlace, JsonBodyScanner } from './json-body-scanner.ts'

const limits = {
  maxItems: 1000,
  maxItemsName: 'maxItemsPerJsonRequest',
  maxItemBytes: 10_000,
  maxEnvelopeBytes: 20_000,
}

interface Scanned {
  envelope: Record<string, unknown>
  items: unknown[]
}

function scan(text: string | Uint8Array, options: { place?: ItemsPlace; cuts?: readonly number[] } = {}): Scanned {
  const scanner = new JsonBodyScanner(options.place ?? { array: 'items' }, limits)
  const body = Buffer.from(text as string)
  const borders = (options.cuts ?? []).map((cut) => cut % (body.length + 1)).sort((a, b) => a - b)
  let from = 0
  for (const to of [...borders, body.length]) {
    scanner.push(body.subarray(from, to))
    from = to
  }
  scanner.end()
  const lines = Buffer.concat(scanner.takeBlocks()).toString()
  expect(lines === '' || lines.endsWith('\n')).toBe(true)
  const items = lines.split('\n').slice(0, -1)
  expect(items).toHaveLength(scanner.itemCount)
  return { envelope: scanner.envelope(), items: items.map((line) => JSON.parse(line) as unknown) }
}

function refusal(text: string | Uint8Array, options: Parameters<typeof scan>[1] = {}): ProblemError {
  try {
    scan(text, options)
  } catch (error) {
    if (error instanceof ProblemError) return error
    throw error
  }
  throw new Error(`Cannot look at the refusal as the body must be refused: it was read`)
}

/** JSON text of a value with white space between its tokens. */
function spaced(value: unknown, space: () => string): string {
  const s = space
  if (Array.isArray(value)) return `[${s()}${value.map((entry) => spaced(entry, s)).join(`${s()},${s()}`)}${s()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}${s()}:${s()}${spaced(member, s)}`,
  )
  return `{${s()}${members.join(`${s()},${s()}`)}${s()}}`
}

/** Without a backslash in names: once V8 13.6 has parsed such a member, it takes escaped ones such as `"\""` for it (nodejs/node#63785). */
const json = fc
  .jsonValue({
    maxDepth: 4,
    stringUnit: fc.constantFrom('a', '"', '\\', '\n', '{', ']', ',', 'ü', '👟', '\u0000', '\ud800'),
  })
  .filter((value) => !/\\\\(?:[^"\\]|\\.)*":/.test(JSON.stringify(value)))
const spaces = fc.array(fc.constantFrom('', ' ', '\n', '\t', '\r\n  '), { minLength: 1, maxLength: 7 })
const names = fc
  .string({ unit: fc.constantFrom('i', 't', 'e', 'm', 's', '"', '\n', '/', '_'), maxLength: 6 })
  .filter((name) => name !== 'items')

describe('JsonBodyScanner', () => {
  it('reads what JSON.parse reads, wherever the body is cut and the items stand', () => {
    const members = fc.uniqueArray(fc.tuple(names, json), { selector: ([name]) => name, maxLength: 5 })
    fc.assert(
      fc.property(
        members,
        fc.option(fc.array(json)),
        fc.nat(5),
        spaces,
        fc.array(fc.nat(5000)),
        fc.boolean(),
        (others, items, at, space, cuts, mark) => {
          const all: [string, unknown][] = [...others]
          if (items !== null) all.splice(at, 0, ['items', items])
          let n = 0
          const text = spaced(Object.fromEntries(all), () => space[n++ % space.length]!)
          const parsed = JSON.parse(text) as Record<string, unknown>
          const expected = parsed['items'] ?? []
          delete parsed['items']
          expect(scan((mark ? '\ufeff' : '') + text, { cuts })).toEqual({ envelope: parsed, items: expected })
        },
      ),
      { numRuns: 500 },
    )
  })

  it('reads an array as the body, and a single item', () => {
    fc.assert(
      fc.property(fc.array(json), spaces, fc.array(fc.nat(5000)), (items, space, cuts) => {
        let n = 0
        const s = (): string => space[n++ % space.length]!
        const expected = JSON.parse(JSON.stringify(items)) as unknown[]
        expect(scan(spaced(items, s), { place: 'body', cuts })).toEqual({ envelope: {}, items: expected })
        const body = spaced({ a: 1, item: items, b: 2 }, s)
        expect(scan(body, { place: { single: 'item' }, cuts })).toEqual({ envelope: { a: 1, b: 2 }, items: [expected] })
      }),
    )
  })

  it('hides nothing that JSON.parse refuses: it is refused, or stands in an item that is no JSON', () => {
    const body = '{"channel":"a","n":[1,{"x":null}],"items":[{"id":"a","data":[1.5,true]},"b"],"open":false}'
    fc.assert(
      fc.property(
        fc.nat(body.length),
        fc.nat(3),
        fc.string({ unit: fc.constantFrom(...'{}[]":,\\0e-tfn a\n'), maxLength: 2 }),
        (at, drop, insert) => {
          const text = body.slice(0, at) + insert + body.slice(at + drop)
          let parsed: unknown
          try {
            parsed = JSON.parse(text)
          } catch {
            expect(() => scan(text)).toThrow()
            return
          }
          const object = parsed as Record<string, unknown>
          // Twice the same field is fine for JSON.parse only.
          if (new Set(text.match(/"(?:channel|items|open|n)":/g)).size < 4) return
          if (!Array.isArray(object['items'])) return
          expect(scan(text)).toEqual({
            envelope: Object.fromEntries(Object.entries(object).filter(([name]) => name !== 'items')),
            items: object['items'],
          })
        },
      ),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['nothing', '', 'there is none'],
    ['an array', '[]', 'an object: current value is [ at offset 0'],
    ['half a body', '{"items":[{"id":"a"', 'ends in item 0'],
    ['a missing colon', '{"a" 1}', ': after the field "a": current value is 1'],
    ['a missing comma', '{"a":1 "b":2}', ', or } after the field "a"'],
    ['a trailing comma', '{"a":1,}', 'a field name in quotes: current value is }'],
    ['a trailing comma of items', '{"items":[{"id":"a"},]}', 'item 1: current value is ]'],
    ['two commas', '{"items":[{"id":"a"},,{}]}', 'item 1: current value is ,'],
    ['a missing comma of items', '{"items":[{"id":"a"}{}]}', ', or ] after item 0'],
    ['a missing value', '{"a":,"b":1}', 'a value of the field "a"'],
    ['more after the end', '{"items":[]} {}', 'nothing after the end of the JSON'],
    ['a second mark', '\ufeff\ufeff{}', 'an object: current value is byte 0xef'],
    ['a wrong value', '{"a":tru}', 'the field "a" is not'],
    ['a NUL between tokens', '{\u0000}', 'byte 0x00'],
  ])('refuses %s', (_, text, message) => {
    const problem = refusal(text)
    expect(problem.code).toBe('bad_request')
    expect(problem.message).toContain(message)
  })

  it('refuses a field that is there twice, however it is written', () => {
    expect(refusal('{"a":1,"\\u0061":2}').message).toContain('"a" is there twice')
    expect(refusal('{"items":[],"items":[]}').message).toContain('"items" is there twice')
    expect(refusal('{"items":5,"items":[]}').message).toContain('"items" is there twice')
    expect(scan('{"":1,"items":[]}').envelope).toEqual({ '': 1 })
  })

  it('keeps __proto__ a field like any other', () => {
    const { envelope } = scan('{"__proto__":{"channel":"x"},"items":[]}')
    expect(Object.keys(envelope)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(envelope)).toBe(Object.prototype)
    expect(envelope['channel']).toBeUndefined()
  })

  it('refuses other bytes than UTF-8 in the envelope', () => {
    expect(refusal(Buffer.from('{"a":"\xff"}', 'latin1')).message).toContain('must be UTF-8')
    expect(refusal(Buffer.from('{"\xff":1}', 'latin1')).message).toContain('must be UTF-8')
  })

  it('does not follow nesting, in envelope or items', () => {
    const bomb = '['.repeat(9000)
    expect(refusal(`{"a":${bomb}`).message).toContain('nested at most 64 deep')
    expect(refusal(`{"items":[${bomb}`).message).toContain('ends in item 0')
    expect(refusal(`{"items":[${'['.repeat(20_000)}`)).toMatchObject({
      code: 'line_too_large',
      errors: [{ pointer: '/items/0' }],
    })
  })

  it('keeps to its limits', () => {
    expect(refusal(`{"a":"${'x'.repeat(20_000)}"}`)).toMatchObject({
      code: 'line_too_large',
      members: { limit: { name: 'maxEnvelopeBytes' } },
    })
    expect(refusal(`{"${'x'.repeat(20_000)}":1}`)).toMatchObject({ members: { limit: { name: 'maxEnvelopeBytes' } } })
    expect(refusal(`{"item":"${'x'.repeat(10_000)}"}`, { place: { single: 'item' } })).toMatchObject({
      errors: [{ pointer: '/item' }],
    })
    expect(refusal(`[${'1,'.repeat(1000)}1]`, { place: 'body' })).toMatchObject({ code: 'too_many_items' })
  })
})
