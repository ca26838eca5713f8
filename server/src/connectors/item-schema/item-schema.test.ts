import { describe, expect, it } from 'vitest'
import { ItemSchema, MAX_SEARCH_STEPS } from './item-schema.ts'
import { MAX_STEPS } from './schema-run.ts'

function faultsOf(schema: object, data: unknown): string[] {
  return new ItemSchema(schema).check(data).faults.map(({ pointer, detail }) => `${pointer} ${detail}`)
}

function list<T>(length: number, make: (n: number) => T): T[] {
  return Array.from({ length }, (_, n) => make(n))
}

describe('faults of a data', () => {
  const product = {
    type: 'object',
    required: ['price', 'name'],
    properties: {
      price: { type: 'number', minimum: 0, multipleOf: 0.01 },
      name: { type: 'string', maxLength: 5, pattern: '^[a-z]+$' },
      tags: { items: { enum: ['a', 'b', null] }, uniqueItems: true },
      size: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      madeAt: { format: 'date-time' },
    },
    additionalProperties: false,
  }

  it('are none when it is valid', () => {
    expect(faultsOf(product, { price: 19.99, name: 'abc', tags: ['a', null], size: null })).toEqual([])
  })

  it('have their place and what is required, and repeat no text', () => {
    const data = { price: -1.001, name: 'Secret', tags: ['a', 'c', 'a'], size: 1, madeAt: 'yesterday', 'a/b~c': 1 }
    expect(faultsOf(product, data)).toEqual([
      '/data/price must be at least 0: current value is -1.001',
      '/data/price must be a multiple of 0.01: current value is -1.001',
      '/data/name must have at most 5 characters: current value has 6',
      '/data/name must match the pattern ^[a-z]+$',
      '/data/tags/2 must differ from element 0',
      '/data/tags/1 must be one of "a", "b", null: current value is a string',
      '/data/size must be a string: current value is 1, or must be null: current value is 1',
      '/data/madeAt must have the format date-time',
      '/data/a~1b~0c is not allowed',
    ])
    expect(faultsOf(product, null)).toEqual(['/data must be an object: current value is null'])
    expect(faultsOf(product, {})).toEqual(['/data/price is missing', '/data/name is missing'])
  })

  it('come from the branch that was meant', () => {
    const one = { type: 'object', properties: { kind: { const: 'a' }, at: { properties: { x: { type: 'number' } } } } }
    expect(faultsOf({ oneOf: [{ type: 'string' }, one] }, { kind: 'a', at: { x: 'no' } })).toEqual([
      '/data/at/x must be a number: current value is a string',
    ])
    expect(faultsOf({ oneOf: [{ minimum: 1 }, { maximum: 9 }] }, 5)).toEqual([
      '/data must be valid by one of the 2 schemas of oneOf alone: it is by several',
    ])
  })

  it('are at most ten, with short pointers and details', () => {
    const name = 'n'.repeat(10_000)
    const data = Object.fromEntries(list(10_000, (n) => [name + n, { [name]: 1 }]))
    const { faults, steps } = new ItemSchema({ additionalProperties: { additionalProperties: { const: name } } }).check(
      data,
    )
    expect(faults).toHaveLength(10)
    expect(Math.max(...faults.map(({ pointer }) => pointer.length))).toBeLessThan(150)
    expect(Math.max(...faults.map(({ detail }) => detail.length))).toBeLessThan(260)
    expect(steps).toBeLessThan(1_000_000)
    expect(
      faultsOf(
        { items: { type: 'string' } },
        list(100_000, () => 1),
      ),
    ).toHaveLength(10)
  })

  it('know multiples of decimal numbers', () => {
    const isMultiple = (value: number, multipleOf: number): boolean => faultsOf({ multipleOf }, value).length === 0
    expect([isMultiple(19.99, 0.01), isMultiple(0.3, 0.1), isMultiple(1e308, 1e-300), isMultiple(7, 0.5)]).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect([isMultiple(19.995, 0.01), isMultiple(1, 3), isMultiple(JSON.parse('1e400') as number, 2)]).toEqual([
      false,
      false,
      false,
    ])
  })

  it('see members of any name', () => {
    const schema = JSON.parse(
      '{"properties":{"__proto__":{"type":"number"}},"required":["__proto__","toString"]}',
    ) as object
    expect(faultsOf(schema, JSON.parse('{"__proto__":"x"}'))).toEqual([
      '/data/toString is missing',
      '/data/__proto__ must be a number: current value is a string',
    ])
  })
})

describe('a check', () => {
  const chain = list(60, (n) => n).reduce<unknown>((inner) => ({ a: inner }), {})
  const twice = { properties: { a: { $ref: '#/$defs/n' } } }
  const random = list(900_000, (n) => 'ab'[((n * 7919) % 13) % 2]).join('')
  const cases: [string, object, unknown][] = [
    ['recursion with two branches', { $ref: '#/$defs/n', $defs: { n: { oneOf: [twice, twice] } } }, chain],
    [
      'recursion with branches that fail',
      {
        $ref: '#/$defs/n',
        $defs: {
          n: {
            anyOf: [
              { ...twice, required: ['x'] },
              { ...twice, required: ['y'] },
            ],
          },
        },
      },
      chain,
    ],
    [
      'references that double',
      {
        $ref: '#/$defs/a0',
        $defs: Object.fromEntries(
          list(9, (n) => [
            `a${n}`,
            n === 8
              ? { type: 'array' }
              : { allOf: [{ items: { $ref: `#/$defs/a${n + 1}` } }, { items: { $ref: `#/$defs/a${n + 1}` } }] },
          ]),
        ),
      },
      [[[[[[[[[[1]]]]]]]]]],
    ],
    ['unique elements', { uniqueItems: true }, list(200_000, (n) => n)],
    ['unique elements that are equal to the end', { uniqueItems: true }, list(1000, (n) => [...list(900, () => 1), n])],
    ['a pattern with many states', { pattern: '[ab]*a[ab]{900}$' }, random],
    [
      'many patterns',
      { allOf: list(60, (n) => ({ items: { pattern: `[ab]*a[ab]{60}${n}?$` } })) },
      list(9000, (n) => random.slice(n, n + 100)),
    ],
    [
      'patterns of names',
      { patternProperties: Object.fromEntries(list(60, (n) => [`(a|b)*c${n}`, true])) },
      Object.fromEntries(list(60_000, (n) => [`k${n}`, 1])),
    ],
    [
      'many schemas for each element',
      { items: { allOf: list(900, () => ({ minLength: 0 })) } },
      list(300_000, () => 1),
    ],
    ['many branches for each element', { items: { anyOf: list(900, (n) => ({ const: n })) } }, list(300_000, () => -1)],
    [
      'members listed again and again',
      { anyOf: list(900, () => ({ additionalProperties: false })) },
      Object.fromEntries(list(100_000, (n) => [`k${n}`, 1])),
    ],
    [
      'unevaluated members',
      { allOf: list(60, (n) => ({ patternProperties: { [`k|${n}`]: true } })), unevaluatedProperties: false },
      Object.fromEntries(list(60_000, (n) => [`k${n}`, 1])),
    ],
    [
      'large values in a list of allowed ones',
      { items: { enum: list(900, (n) => ({ a: n })) } },
      list(100_000, (n) => ({ a: n })),
    ],
    ['required names', { items: { required: list(900, (n) => `n${n}`) } }, list(300_000, () => ({}))],
    ['lengths of a long text', { allOf: list(900, () => ({ maxLength: 450_000 })) }, '😀'.repeat(230_000)],
    ['multiples with far exponents', { items: { multipleOf: 1e-300 } }, list(200_000, () => 1e308)],
    ['contained elements', { allOf: list(900, () => ({ contains: { const: 'z' } })) }, list(300_000, (n) => n)],
    [
      'names of members',
      { propertyNames: { allOf: list(900, () => ({ pattern: '^[a-z0-9]+$' })) } },
      Object.fromEntries(list(60_000, (n) => [`k${n}`, 1])),
    ],
    ['long texts of a format', { items: { format: 'email' } }, list(10, () => 'a.'.repeat(50_000))],
  ]
  it.each(cases)('has an end: %s', (_name, schema, data) => {
    const { faults, steps } = new ItemSchema(schema).check(data)
    // What was charged last may be more than was left.
    if (faults[0]?.detail.startsWith('must take') !== true)
      expect(steps).toBeLessThanOrEqual(2 * MAX_STEPS + MAX_SEARCH_STEPS)
    expect(faults.length).toBeLessThanOrEqual(10)
  })

  it('ends with the budget, as a fault of the item', () => {
    const [, schema, data] = cases[0]!
    expect(faultsOf(schema, data)).toEqual(['/data must take at most 4194304 steps to check: it takes more'])
    expect(new ItemSchema(schema).check({ a: {} }).faults).toHaveLength(1)
  })

  it('survives a value that is nested deeper than any item', () => {
    const deep = list(100_000, (n) => n).reduce<unknown>((inner) => [inner], 1)
    expect(faultsOf({ $ref: '#/$defs/n', $defs: { n: { items: { $ref: '#/$defs/n' } } } }, deep)).toHaveLength(1)
  })
})

describe('what branches have judged', () => {
  const left = (schema: object, data: unknown): string[] =>
    faultsOf({ ...schema, unevaluatedProperties: false, unevaluatedItems: false }, data)
  const named = (name: string, more: object = {}): object => ({ properties: { [name]: true }, ...more })

  it('counts where they accept the value, and nowhere else', () => {
    const data = { a: 1, b: 2 }
    expect(left({ anyOf: [named('a'), named('b')] }, data)).toEqual([])
    expect(left({ anyOf: [named('a'), named('b', { required: ['c'] })] }, data)).toEqual(['/data/b is not allowed'])
    expect(left({ oneOf: [named('a'), named('b', { required: ['c'] })] }, data)).toEqual(['/data/b is not allowed'])
    expect(left({ if: named('a'), then: named('b') }, data)).toEqual([])
    expect(left({ if: named('a'), properties: { b: true } }, data)).toEqual([])
    expect(left({ if: named('a', { required: ['c'] }), else: named('b') }, data)).toEqual(['/data/a is not allowed'])
    expect(left({ not: { not: named('a') }, properties: { b: true } }, data)).toEqual(['/data/a is not allowed'])
    expect(left({ dependentSchemas: { a: named('a'), c: named('b') } }, data)).toEqual(['/data/b is not allowed'])
    expect(left({ prefixItems: [true], contains: { const: 3 } }, [1, 2, 3])).toEqual(['/data/1 is not allowed'])
    expect(left({ oneOf: [{}, { items: true, maxItems: 0 }] }, [1])).toEqual(['/data/0 is not allowed'])
  })
})
