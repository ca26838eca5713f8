import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExpressionError } from './expression-error.ts'
import { ExpressionLanguage } from './expression.ts'
import { MAX_TEXT } from './shape-text.ts'
import type { Members, Variables } from './variables.ts'

const ONE = new ExpressionLanguage({ item: 'map', job: 'map', attempt: 'int' })
const MANY = new ExpressionLanguage({ items: 'list', job: 'map', attempt: 'int' })

type Item = Readonly<Record<string, unknown>>

/** Counts how often the whole value is needed. */
class FakeVariables implements Variables {
  readonly #items: readonly Item[]
  evaluations = 0

  constructor(...items: Item[]) {
    this.#items = items
  }

  get values(): Readonly<Record<string, unknown>> {
    this.evaluations++
    return { item: this.#items[0], items: this.#items, job: { id: 'job_1' }, attempt: 2n }
  }

  object(variable: string): Members | null {
    return variable === 'item' ? membersOf(this.#items[0]!) : variable === 'job' ? membersOf({ id: 'job_1' }) : null
  }

  list(variable: string): readonly Members[] | null {
    return variable === 'items' ? this.#items.map(membersOf) : null
  }
}

function membersOf(value: Item): Members {
  return {
    get: (name) => (Object.hasOwn(value, name) ? value[name] : undefined),
    text: (name) => (name === 'data' && value['data'] !== undefined ? JSON.stringify(value['data']) : undefined),
  }
}

describe('the text of an expression', () => {
  it.each([
    'item.id',
    'item["id"]',
    'item.data',
    'item.data.price',
    '{"sku": item.id, "all": [item.data, {"job": job.id}], "n": 3, "x": b"ab", "no": null}',
    '[]',
    '{}',
  ])('%s is written without an evaluation', (source) => {
    const variables = new FakeVariables({ id: 'a"b', data: { price: 1.5, tags: ['x'] } })
    const expression = ONE.compile(source)
    const text = expression.text(variables)
    expect(variables.evaluations).toBe(0)
    expect(text).toBe(JSON.stringify(expression.evaluate(variables.values)))
  })

  it('of a list of all items is written without an evaluation', () => {
    const variables = new FakeVariables({ id: 'a', data: { n: 1 } }, { id: 'b', data: null })
    const expression = MANY.compile('items.map(i, [{"index": {"_id": i.id}}, i.data])')
    expect(expression.text(variables)).toBe('[[{"index":{"_id":"a"}},{"n":1}],[{"index":{"_id":"b"}},null]]')
    expect(expression.texts(variables)).toEqual(['{"index":{"_id":"a"}}', '{"n":1}', '{"index":{"_id":"b"}}', 'null'])
    expect(variables.evaluations).toBe(0)
  })

  it.each(['item.data', 'items.map(i, i.data)', '[item.data.list, 1]'])(
    'entries of %s that may be lists are found by an evaluation',
    (source) => {
      const variables = new FakeVariables({ id: 'a', data: [[1, 2], 3], items: [] })
      const language = source.startsWith('items') ? MANY : ONE
      const value = attempt(() => language.compile(source).evaluate(variables.values))
      const texts = attempt(() => language.compile(source).texts(variables))
      expect(texts).toEqual(Array.isArray(value) ? value.flat().map((entry) => JSON.stringify(entry)) : value)
    },
  )

  it.each([
    ['item.data.missing', 'missing'],
    ['item.data.price.more', 'more'],
    ['{"a": item.missing}', 'missing'],
    ['item.data.toString', 'toString'],
    ['item.constructor', 'constructor'],
  ])('a fault of %s is reported with its range', (source, part) => {
    const variables = new FakeVariables({ id: 'a', data: { price: 1 } })
    const { range } = fault(() => ONE.compile(source).text(variables))
    expect(source.slice(range!.from, range!.to)).toBe(part)
    expect(fault(() => ONE.compile(source).read(variables)).range).toEqual(range)
  })

  it('is refused when it is too long, before it is whole', () => {
    const variables = new FakeVariables({ id: 'a', data: 'x'.repeat(1_000_000) })
    const source = `[${Array.from({ length: 50 }, () => 'item.data').join(', ')}]`
    expect(fault(() => ONE.compile(source).text(variables)).detail).toMatch(`at most ${MAX_TEXT} characters`)
    expect(variables.evaluations).toBe(0)
  })

  // What has a shape and what has none, side by side and within each other.
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('ROOT.id', 'ROOT.data', 'ROOT.data.a', 'ROOT.data["b"]', 'ROOT.data.a.b', 'ROOT.data.list'),
      fc.constantFrom('job.id', 'attempt', '1', '-1', '2.5', '"x"', 'null', 'true', 'job.nothing', 'ROOT["__proto__"]'),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `[${a}, ${b}]`),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `{"k": ${a}, "l": ${b}}`),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `{"k": ${a}, "k": ${b}}`),
      tie('tree').map((a) => `{"1": ${a}, "0": 1}`),
      tie('tree').map((a) => `(${a} == null)`),
    ),
  }))
  const data = fc.oneof(
    fc.constant(null),
    fc.record({ a: fc.jsonValue({ maxDepth: 2 }), b: fc.jsonValue(), list: fc.array(fc.jsonValue({ maxDepth: 1 })) }),
    fc.jsonValue(),
  )
  const items = fc.array(fc.record({ id: fc.string({ unit: 'binary' }), data }), { minLength: 1, maxLength: 3 })

  it('is that of its value', () => {
    fc.assert(
      fc.property(tree, items, fc.boolean(), (source, list, isBatch) => {
        const text = isBatch ? `items.map(i, ${source.replaceAll('ROOT', 'i')})` : source.replaceAll('ROOT', 'item')
        const variables = new FakeVariables(...list.map((item) => JSON.parse(JSON.stringify(item)) as Item))
        const expression = attempt(() => (isBatch ? MANY : ONE).compile(text))
        if (typeof expression === 'string') return // refused when the channel is set
        const value = attempt(() => expression.evaluate(variables.values))
        const parsed = attempt(() => JSON.parse(expression.text(variables)) as unknown)
        expect(parsed, text).toEqual(JSON.parse(JSON.stringify(value)))
        expect(
          attempt(() => expression.read(variables)),
          text,
        ).toEqual(value)
        const texts = attempt(() => expression.texts(variables)?.map((entry) => JSON.parse(entry) as unknown) ?? null)
        if (Array.isArray(value)) expect(texts, text).toEqual(JSON.parse(JSON.stringify(value.flat())))
      }),
      { numRuns: 2000 },
    )
  })
})

/** Returns the result, or the message of an error. */
function attempt<T>(act: () => T): T | string {
  try {
    return act()
  } catch (error) {
    return (error as Error).message
  }
}

function fault(act: () => unknown): ExpressionError {
  try {
    act()
  } catch (error) {
    if (error instanceof ExpressionError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
