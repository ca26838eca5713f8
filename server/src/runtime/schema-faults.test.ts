import { describe, expect, it } from 'vitest'
import { schemaCompiler } from './schema-faults.ts'

const limits = { maxFaults: 100, maxNameLength: 64 }

const rule = {
  type: 'object',
  additionalProperties: false,
  required: ['then'],
  minProperties: 2,
  properties: {
    status: { type: 'array', maxItems: 64, items: { $ref: '#/$defs/Status' } },
    then: { type: 'string', enum: ['retry', 'fail'] },
  },
}
const document = {
  $id: 'test',
  $defs: {
    Status: { type: ['integer', 'string'], minimum: 100, maxLength: 7, pattern: '^[1-5][0-9]{2}$' },
    Rule: rule,
    Envelope: {
      type: 'object',
      additionalProperties: false,
      properties: {
        rules: { type: 'array', maxItems: 64, items: { $ref: '#/$defs/Rule' } },
        names: { type: 'array', maxItems: 1000, uniqueItems: true, items: { type: 'string', maxLength: 5 } },
        limit: { oneOf: [{ $ref: '#/$defs/Rule' }, { type: 'null' }] },
        quota: { oneOf: [{ type: 'string', maxLength: 5 }, { $ref: '#/$defs/Rule' }, { type: 'null' }] },
        metadata: {
          type: 'object',
          maxProperties: 3,
          propertyNames: { maxLength: 64, pattern: '^[a-z]+$' },
          additionalProperties: { type: 'string', maxLength: 5 },
        },
      },
    },
  },
}
const find = schemaCompiler([document], limits)({ $ref: 'test#/$defs/Envelope' })
const found = (value: unknown): string[] => find(value).map(({ pointer, detail }) => `${pointer} ${detail}`)
const many = <T>(count: number, one: T): T[] => new Array<T>(count).fill(one)

describe('the faults of a value', () => {
  it('are none of a valid one', () => {
    expect(found({ rules: [{ status: [409, '503'], then: 'fail' }], limit: null, metadata: { a: 'b' } })).toEqual([])
  })

  it('are named in the order in which they stand there, what is missing first', () => {
    const value = {
      rules: [{}, { status: [7, 'x', 409], then: 'park' }],
      ruls: 1,
      limit: { then: 'retry', status: 'x' },
      metadata: { a: 1, B: 'x' },
    }
    expect(found(value)).toEqual([
      '/rules/0 must have at least 2 fields: current value has 0',
      '/rules/0/then is missing',
      '/rules/1/status/0 must be >= 100: current value is 7',
      '/rules/1/status/1 must match pattern "^[1-5][0-9]{2}$": current value is "x"',
      '/rules/1/then must be one of retry, fail: current value is "park"',
      '/ruls does not exist: did you mean rules?',
      '/limit/status must be array: current value is "x"',
      '/metadata/a must be string: current value is 1',
      '/metadata/B is not a valid name',
    ])
  })

  it('are the size alone of what is too large', () => {
    expect(found({ rules: many(16_000, {}) })).toEqual([
      '/rules must have at most 64 elements: current value has 16000',
    ])
    expect(found({ names: many(1001, 7) })).toEqual(['/names must have at most 1000 elements: current value has 1001'])
    expect(found({ names: ['x'.repeat(60_000)] })).toEqual([
      '/names/0 must have at most 5 characters: current value has 60000',
    ])
    expect(found({ metadata: { a: 1, b: 1, c: 1, d: 1 } })).toEqual([
      '/metadata must have at most 3 fields: current value has 4',
    ])
  })

  it('are no more than the limit', () => {
    const status = many(64, 7)
    expect(found({ rules: many(64, { status, then: 'fail' }) })).toHaveLength(100)
    const unknown = Object.fromEntries(Array.from({ length: 9000 }, (_, n) => [`a${n}`, 0]))
    expect(found(unknown)).toHaveLength(100)
  })

  it('look at no element behind the limit', () => {
    let reads = 0
    const element = new Proxy({}, { ownKeys: () => (reads++, []), get: () => void reads++ })
    const list = schemaCompiler(
      [],
      limits,
    )({
      type: 'array',
      items: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
    })
    expect(list(many(16_000, element))).toHaveLength(100)
    expect(reads).toBeLessThan(1000)
  })

  it('show long names from outside only in part', () => {
    expect(found({ ['x'.repeat(60_000)]: 1 })).toEqual([`/${'x'.repeat(64)}… does not exist`])
  })

  it('of one of several shapes are found though it refers to its document', () => {
    expect(found({ quota: 'ample' })).toEqual([])
    expect(found({ quota: { then: 'retry', status: [200] } })).toEqual([])
    expect(found({ quota: 7 }).length).toBeGreaterThan(0)
  })

  it('of a whole of several shapes are those of the shape that was meant', () => {
    const shape = schemaCompiler()({
      allOf: [
        {
          if: { properties: { type: { const: 'a' } } },
          then: { required: ['x'], properties: { x: { type: 'string' } } },
        },
      ],
    })
    expect(shape({ type: 'a' })).toEqual([{ pointer: '/x', detail: 'is missing', unknown: false }])
    expect(shape({ type: 'b' })).toEqual([])
  })
})

it('reports what is wrong within an object, not that it is no text', () => {
  const body = { oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: { type: 'string' } }] }
  const ofBody = schemaCompiler([], limits)(body)
  expect(ofBody({ a: 'x', price: { amount: 'y' } })).toEqual([
    { pointer: '/price', detail: 'must be string: current value is an object', unknown: false },
  ])
  expect(ofBody(7).map(({ detail }) => detail)).toEqual([
    'must be string: current value is 7',
    'must be object: current value is 7',
  ])
  const any = schemaCompiler([], limits)({ anyOf: body.oneOf })
  expect(any({ stock: 3 })).toEqual([
    { pointer: '/stock', detail: 'must be string: current value is 3', unknown: false },
  ])
})
