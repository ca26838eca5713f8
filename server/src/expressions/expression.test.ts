import { isCelList, isCelMap, run } from '@bufbuild/cel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExpressionError } from './expression-error.ts'
import { type Expression, ExpressionLanguage, MAX_EXPRESSION_BYTES } from './expression.ts'
import { MAX_STEPS } from './meter.ts'

const language = new ExpressionLanguage({ item: 'map', job: 'map', attempt: 'int' })
const item = {
  id: 'sku-1',
  action: 'update',
  data: {
    price: 12.5,
    stock: 3,
    tags: ['new', 'blue'],
    name: 'Lamp',
    nested: { on: true, none: null },
    sizes: [1, 2, 3],
  },
}
const values = { item, job: { id: 'job_1', channel: 'shop' }, attempt: 2n }

function evaluate(source: string): unknown {
  return language.compile(source).evaluate(values)
}

function refusal(act: () => unknown): { detail: string; text: string | null } {
  try {
    act()
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return { detail: error.detail, text: error.range === null ? null : `${error.range.from}-${error.range.to}` }
  }
  throw new Error('nothing was refused')
}

describe('an expression', () => {
  it.each([
    ['item.data.price > 10', true],
    ['item.data.stock == 3', true],
    ['"blue" in item.data.tags', true],
    ['item.data.tags.exists(t, t.startsWith("n"))', true],
    ['item.data.tags.map(t, t + "!")', ['new!', 'blue!']],
    ['item.data.sizes.filter(s, s >= 2.0)', [2, 3]],
    ['has(item.data.missing) ? item.data.missing : "none"', 'none'],
    ['like(item.id, "sku-*")', true],
    ['attempt + 1', 3],
    ['{"name": item.data.name, "n": size(item.data.tags)}', { name: 'Lamp', n: 2 }],
    ['json({"a": item.data.tags})', '{"a":["new","blue"]}'],
    ['timestamp("2026-01-02T03:04:05Z")', '2026-01-02T03:04:05.000Z'],
    ['duration("90s")', '90s'],
    ['bytes("ab")', 'YWI='],
    ['item.data.nested', { on: true, none: null }],
    ['item.data.tags.join("/") + "/" + string(attempt)', 'new/blue/2'],
  ])('%s', (source, result) => {
    expect(evaluate(source)).toEqual(result)
  })

  it.each([
    ['fixed(item.data.price, 2)', '12.50'],
    ['fixed(507.0 / 100.0, 2)', '5.07'],
    ['fixed(3, 1)', '3.0'],
    ['fixed(-105.0 / 100.0, 2)', '-1.05'],
    ['fixed(-0.001, 2)', '0.00'],
    ['fixed(-0.5, 0)', '-1'],
  ])('%s is %s', (source, text) => {
    expect(evaluate(source)).toBe(text)
  })

  it.each([
    ['fixed(item.data.name, 2)', 'must have a number: it has a string'],
    ['fixed(1.5, 21)', 'must have 0 to 20 digits: it has 21'],
    ['fixed(1.5, -1)', 'must have 0 to 20 digits: it has -1'],
  ])('%s %s', (source, detail) => {
    expect(refusal(() => evaluate(source)).detail).toContain(detail)
  })

  it('names only members that its variables have', () => {
    const known = new ExpressionLanguage({
      item: { map: ['id', 'data'] },
      items: { list: ['id', 'data'] },
      other: 'map',
    })
    for (const source of [
      'item.data.anything + item["id"]',
      'items.map(i, i.data.anything)',
      'items.map(item, item.data)',
      '[other].map(item, item.anything)',
      'items[0].anything',
    ]) {
      known.compile(source)
    }
    for (const [source, part] of [
      ['1 + item.dta.name', 'item.dta'],
      ['item["dta"]', 'item["dta"]'],
      ['has(item.dta)', 'item.dta'],
      ['items.filter(i, i.dta == 1)', 'i.dta'],
    ] as const) {
      const refused = refusal(() => known.compile(source))
      expect(refused.detail).toMatch(/must name a member of \w+, one of id, data: it names dta/)
      expect(source.slice(...refused.text!.split('-').map(Number))).toBe(part)
    }
  })

  it.each(['null in item.data', '[1] in item.data', 'item.data in item'])('%s looks for no name', (source) => {
    expect(refusal(() => evaluate(source)).detail).toMatch('must look for a name among the members of an object')
  })

  it('is evaluated any number of times, each time with a budget of its own', () => {
    const expression = language.compile('item.data.tags.all(t, size(t) > 2)')
    for (let n = 0; n < 50_000; n++) expect(expression.evaluate(values)).toBe(true)
  })

  it('has a type that fits, else is refused with the range', () => {
    expect(language.compile('attempt > 1', { result: 'bool' }).type).toBe('bool')
    expect(language.compile('[1, 2]', { result: 'list' }).type).toBe('list<int>')
    expect(language.compile('item.data.price', { result: 'bool' }).type).toBe('dyn')
    expect(refusal(() => language.compile('attempt + 1', { result: 'bool' }))).toEqual({
      detail: 'must be of type bool: it is of type int',
      text: '0-11',
    })
  })

  it.each([
    ['a name that is not declared', 'process.exit()', /Unknown variable|must call only/],
    ['a syntax error', 'item..data', /Expected|Unexpected/],
    ['types that do not fit', 'attempt + "a"', /no such overload/],
    ['a regular expression', '"aaa".matches("(a+)+$")', /like\(text, glob\)/],
    ['an extension', 'cel.bind(x, item, x)', /must call only functions/],
    ['parsing of JSON', 'b"{}".json()', /found no matching|must call only/],
    ['a time zone', 'timestamp("2026-01-02T03:04:05Z").getHours("Europe/Vienna")', /without a time zone/],
    ['a comprehension within another', 'item.data.tags.all(a, item.data.tags.all(b, a == b))', /within another/],
    [
      'one within the filter of another',
      'item.data.tags.map(a, item.data.tags.exists(b, a == b), a)',
      /within another/,
    ],
    ['too many nodes', Array.from({ length: 150 }, () => 'attempt').join('+'), /nodes/i],
    ['too deep nesting', `${'('.repeat(2)}${'['.repeat(20)}1${']'.repeat(20)}))`, /depth/i],
  ])('is refused for %s', (_what, source, detail) => {
    const refused = refusal(() => language.compile(source))
    expect(refused.detail).toMatch(detail)
    expect(refused.text).toMatch(/^\d+-\d+$/)
  })

  it('is refused for its length before it is parsed', () => {
    const source = `"${'a'.repeat(MAX_EXPRESSION_BYTES)}"`
    expect(refusal(() => language.compile(source)).detail).toBe('must have at most 4096 bytes: it has 4098')
  })

  it('reports the range that cannot be evaluated', () => {
    const source = 'attempt > 1 ? item.data.missing : 1'
    expect(refusal(() => evaluate(source))).toEqual({
      detail: 'No such key: missing',
      text: expect.stringMatching(/^\d/),
    })
  })

  it('reads own members only', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(refusal(() => evaluate(`item["${name}"]`)).detail).toMatch(/No such key/)
      expect(evaluate(`"${name}" in item`)).toBe(false)
    }
  })

  it('makes no member that the library would leave out', () => {
    for (const name of ['constructor', '__proto__', 'prototype']) {
      const refused = refusal(() => evaluate(`{"a": 1, "${name}": {"polluted": true}}`))
      expect(refused.detail).toBe(`must make no member named ${name}`)
      expect(refused.text).toMatch(/^9-/)
      expect(refusal(() => evaluate(`{["${name}"].map(n, n)[0]: 1}`)).detail).toContain(name)
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('gives exact integers', () => {
    expect(evaluate('9007199254740991')).toBe(9007199254740991)
    expect(JSON.stringify(evaluate('[9007199254740993, 1]'))).toBe('[9007199254740993,1]')
    expect(evaluate('string(9007199254740992)')).toBe('9007199254740992')
    expect(refusal(() => evaluate('1.0 / 0.0')).detail).toMatch(/finite/)
    expect(refusal(() => evaluate('type(1)')).detail).toMatch(/JSON value/)
  })
})

describe('an expensive expression', () => {
  const text = 'a'.repeat(500_000)
  const numbers = Array.from({ length: 400_000 }, (_, n) => n % 10)
  const words = Array.from({ length: 100_000 }, () => 'aaaa')
  const large = { text, copy: `${text.slice(0, -1)}a`, numbers, words, glob: '*a'.repeat(128), same: [...words] }

  it.each([
    ['doubles a text', '[item.text + item.text + item.text].map(t, t + t)'],
    ['joins by a long text', 'item.words.join(item.text)'],
    ['searches a long text for each element', 'item.words.all(w, item.text.contains(w + "b") == false)'],
    ['compares long texts for each element', 'item.words.all(w, item.text == item.copy)'],
    ['compares lists for each element', 'item.words.all(w, item.words == item.same)'],
    ['looks through a list for each element', 'item.words.all(w, !(w + "b" in item.words))'],
    ['makes a list for each element', 'item.words.map(w, item.words + [w])'],
    ['makes JSON for each element', 'item.words.map(w, json(item.words))'],
    ['splits for each element', 'item.words.map(w, item.text.split("a"))'],
    ['matches with many stars', 'item.words.all(w, like(item.text, item.glob + "b") == false)'],
    ['gives the item for each element', 'item.words.map(w, item.words)'],
    ['changes letters for each element', 'item.words.map(w, item.text.upperAscii())'],
    ['counts characters for each element', 'item.words.all(w, size(item.text) > 1)'],
    // Errors that do not end the evaluation.
    ['looks for a member that no element has', 'item.numbers.exists(n, n.name == "x")'],
    ['adds what cannot be added', 'item.numbers.all(n, n + 1 > 0)'],
    ['spends its steps again and again', 'item.numbers.all(n, item.text.contains(item.copy))'],
    ['makes what is too long for each element', 'item.numbers.exists(n, size(item.text + item.copy + item.text) == 1)'],
    ['tries one thing after another', 'item.numbers.map(n, n.name == "x" || n >= 0.0)'],
    ['has has on the left', 'item.numbers.map(n, has(n.name.first) || n >= 0.0)'],
    ['has a loop on the left', 'item.numbers.exists(n, n.name == "x") || item.numbers.exists(n, n.name == "y")'],
  ])('ends when it %s', (_what, source) => {
    const expression = language.compile(source)
    const startedCpu = process.cpuUsage()
    const refused = refusal(() => expression.evaluate({ item: large, job: {}, attempt: 1n }))
    const { user, system } = process.cpuUsage(startedCpu)
    expect(refused.detail).toMatch(/at most \d+ steps|no value longer than/)
    // Unbounded, each takes from seconds to hours. Not a measurement: five orders of magnitude lie between.
    expect((user + system) / 1000).toBeLessThan(2_000)
  })

  it('is evaluated where it is linear', () => {
    const linear = language.compile('item.numbers.filter(n, n > 4.0).size() + size(item.text)')
    expect(linear.evaluate({ item: large, job: {}, attempt: 1n })).toBe(700_000)
    expect(MAX_STEPS).toBeGreaterThan(3 * 1024 * 1024)
  })
})

describe('differential', () => {
  // Another implementation of the language must give the same result, or refuse as well.
  const leaf = fc.constantFrom(
    ...['1', '2', '0', '-3', '1.5', '"a"', '"ab"', '""', 'true', 'false', 'null', '[1, 2]', '[]', '["a", "b"]'],
    ...['item.n', 'item.s', 'item.l', 'item.m', 'item.b', 'item.missing', 'attempt', '{"a": 1}'],
  )
  const { tree: source } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc
        .tuple(
          tie('tree'),
          fc.constantFrom('+', '-', '*', '==', '!=', '<', '<=', '>', '>=', 'in', '&&', '||'),
          tie('tree'),
        )
        .map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(tie('tree'), tie('tree'), tie('tree')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      fc
        .tuple(tie('tree'), fc.constantFrom('size()', 'startsWith("a")', 'contains("b")', 'endsWith("b")'))
        .map(([a, call]) => `(${a}).${call}`),
      fc
        .tuple(fc.constantFrom('item.l', '[1, 2, 3]', '["a"]'), fc.constantFrom('all', 'exists', 'filter', 'map'), leaf)
        .map(([list, macro, other]) => `${list}.${macro}(x, ${macro === 'map' ? `[x, ${other}]` : `x == ${other}`})`),
      tie('tree').map((a) => `string(${a})`),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `!(${a} == ${b})`),
      fc.constantFrom('has(item.missing)', 'has(item.s)', 'has(item.m.k)'),
    ),
  }))
  const given = { n: 4.5, s: 'abc', l: ['a', 'b', 'abc'], m: { k: 'v' }, b: true }

  it('gives what another implementation gives', () => {
    let compared = 0
    fc.assert(
      fc.property(source, (text) => {
        let expression: Expression
        try {
          expression = language.compile(text)
        } catch {
          return // an expression that the check refuses is never evaluated
        }
        const ours = outcome(() => expression.evaluate({ item: given, job: {}, attempt: 2n }))
        const theirs = outcome(() => plain(run(text, { item: asMap(given), attempt: 2n })))
        expect(ours, text).toEqual(theirs)
        if (ours !== 'refused') compared++
      }),
      { numRuns: 3000 },
    )
    expect(compared).toBeGreaterThan(500)
  })
})

function outcome(act: () => unknown): unknown {
  try {
    return { value: act() }
  } catch {
    return 'refused'
  }
}

function asMap(value: unknown): never {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value as never
  return new Map(Object.entries(value).map(([key, member]) => [key, asMap(member)])) as never
}

/** Converts a value of the other implementation to the form of ours. */
function plain(value: unknown): unknown {
  if (value instanceof Error) throw value
  if (typeof value === 'bigint') return Number(value)
  if (isCelList(value)) return [...value].map(plain)
  if (isCelMap(value))
    return Object.fromEntries([...value.entries()].map(([key, member]) => [`${key as string}`, plain(member)]))
  return value
}
