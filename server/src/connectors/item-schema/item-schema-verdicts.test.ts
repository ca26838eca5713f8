import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ItemSchema } from './item-schema.ts'

/*
 * Ajv with the engine's own regular expressions is the oracle: an item that it accepts is accepted, and no other.
 */

const ajv = new Ajv2020({ strict: false, validateFormats: true })
addFormats.default(ajv, ['date-time', 'date', 'time', 'email', 'uri', 'uuid', 'ipv4'])

const texts = fc.constantFrom(
  ...['', 'a', 'ab', 'ba', '12', 'é', '😀', 'a@b.c', '10.0.0.1', 'https://a.example/b', '08:00:00Z'],
  ...['2026-01-15', '2026-02-30', '2026-01-15T08:00:00Z'],
)
const names = fc.constantFrom('a', 'b', 'c', 'ab')
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    texts,
    fc.integer({ min: -3, max: 6 }),
    fc.constantFrom(null, true, false, 0.5, -0),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value

const count = fc.integer({ min: 0, max: 3 })
const types = fc.constantFrom('null', 'boolean', 'object', 'array', 'number', 'integer', 'string')
const someNames = fc.uniqueArray(names, { maxLength: 2 })
/** Keywords that judge a value by itself. */
const plain: readonly [string, fc.Arbitrary<unknown>][] = [
  ['type', types],
  ['type', fc.uniqueArray(types, { minLength: 1, maxLength: 3 })],
  [
    'enum',
    fc.uniqueArray(fc.oneof(texts, count, fc.constantFrom(null, [1], { a: 1 })), { minLength: 1, maxLength: 3 }),
  ],
  ['const', fc.oneof(texts, count)],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength'].map(counted),
  ...['minItems', 'maxItems', 'minProperties', 'maxProperties'].map(counted),
  ['multipleOf', fc.constantFrom(1, 2, 0.5)],
  ['pattern', fc.constantFrom('^a', 'b$', '[0-9]+', '^.{2}$', '\\p{L}')],
  ['format', fc.constantFrom('date-time', 'date', 'time', 'email', 'uri', 'uuid', 'ipv4')],
  ['required', someNames],
  ['uniqueItems', fc.boolean()],
  ['dependentRequired', fc.dictionary(names, someNames, { maxKeys: 2 })],
]

function counted(name: string): [string, fc.Arbitrary<unknown>] {
  return [name, count]
}

/** Schemas of up to three keywords each: with more of them hardly a value is valid. @param more keywords for those that hold others */
function schemasWith(
  more: (schema: fc.Arbitrary<unknown>) => readonly [string, fc.Arbitrary<unknown>][],
): fc.Arbitrary<object> {
  const of = (keywords: readonly [string, fc.Arbitrary<unknown>][]): fc.Arbitrary<object> =>
    fc
      .array(fc.oneof(...keywords.map(([name, value]) => value.map((one) => [name, one] as const))), {
        minLength: 1,
        maxLength: 3,
      })
      .map((entries) => Object.fromEntries(entries))
  const { schema, leaf } = fc.letrec((tie) => {
    const inner = tie('schema')
    const some = fc.array(inner, { minLength: 1, maxLength: 3 })
    const named = fc.dictionary(names, inner, { maxKeys: 3 })
    const holding: readonly [string, fc.Arbitrary<unknown>][] = [
      ['allOf', some],
      ...['items', 'additionalProperties'].map((name): [string, typeof inner] => [name, inner]),
      ['properties', named],
      ['patternProperties', fc.dictionary(fc.constantFrom('^a', 'b$'), inner, { maxKeys: 2 })],
      ['$ref', fc.constantFrom('#/$defs/x', '#/$defs/y')],
      ...more(inner),
    ]
    return {
      schema: fc.oneof({ maxDepth: 4, depthIdentifier: 'schema' }, of(plain), of(plain), of(holding), fc.boolean()),
      leaf: of(plain),
    }
  })
  return fc
    .record({ x: leaf, y: leaf, root: schema.filter((one) => typeof one === 'object') })
    .map(({ x, y, root }) => ({ ...root, $defs: { x, y } }))
}

/** Null: Ajv's code for the schema fails, as it does with some `patternProperties` in branches. */
function verdictOf(validate: (value: unknown) => unknown, value: unknown): boolean | null {
  try {
    return validate(value) === true
  } catch {
    return null
  }
}

type Keywords = readonly [string, fc.Arbitrary<unknown>][]
const each = (keywords: readonly string[], value: fc.Arbitrary<unknown>): Keywords =>
  keywords.map((name) => [name, value] as const)
const branches = (schema: fc.Arbitrary<unknown>): Keywords =>
  each(['anyOf', 'oneOf', 'prefixItems'], fc.array(schema, { minLength: 1, maxLength: 3 }))

it.each([
  [
    'schemas',
    schemasWith((schema) => [
      ...each(['not', 'if', 'then', 'else', 'propertyNames'], schema),
      ...branches(schema),
      ['dependentSchemas', fc.dictionary(names, schema, { maxKeys: 2 })],
    ]),
  ],
  // Beside `prefixItems`, Ajv accepts an empty array.
  [
    'schemas of some elements',
    schemasWith((schema) => [['contains', schema], counted('minContains'), counted('maxContains')]),
  ],
  // Without branches: Ajv counts what one that failed has judged, and leaves out what `if` without `then` has.
  [
    'schemas of what is left',
    schemasWith((schema) => [
      ...each(['unevaluatedItems', 'unevaluatedProperties'], schema),
      ['prefixItems', fc.array(schema, { minLength: 1, maxLength: 3 })],
    ]),
  ],
])('the verdict is that of Ajv for random %s', (_name, schemas) => {
  const seen = { valid: 0, invalid: 0 }
  fc.assert(
    fc.property(schemas, fc.array(values, { minLength: 3, maxLength: 8 }), (schema, some) => {
      const expected = ajv.compile(schema)
      const checked = new ItemSchema(schema)
      for (const value of some) {
        const { faults } = checked.check(value)
        const verdict = verdictOf(expected, value)
        if (verdict === null) continue
        expect(faults.length === 0, JSON.stringify({ value, faults })).toBe(verdict)
        seen[faults.length === 0 ? 'valid' : 'invalid']++
      }
      // It keeps every schema.
      ajv.removeSchema(schema)
    }),
    { numRuns: 300, endOnFailure: true },
  )
  expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(300)
})
