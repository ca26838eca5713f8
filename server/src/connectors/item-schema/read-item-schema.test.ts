import { describe, expect, it } from 'vitest'
import { itemSchemaFaults } from './item-schema.ts'
import { MAX_ITEM_SCHEMA_BYTES } from './read-item-schema.ts'

function list<T>(length: number, make: (n: number) => T): T[] {
  return Array.from({ length }, (_, n) => make(n))
}

describe('an item schema', () => {
  it('is accepted with everything that may be in it', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'https://shop.example/product',
      title: 'Product',
      'x-owner': { team: 'pim' },
      type: 'object',
      properties: { parent: { $ref: '#' }, price: { $ref: '#/$defs/a~1b%25' }, tag: { $ref: '#tag' } },
      $defs: {
        'a/b%': { type: 'number' },
        tag: { $anchor: 'tag', type: ['string', 'null'], default: 'x', examples: ['y'] },
      },
    }
    expect(itemSchemaFaults(schema)).toEqual([])
  })

  it('is refused with the place of each fault', () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'text',
      properties: {
        'a/b': { pattern: '(?=a)' },
        c: 1,
        d: { typo: 1, $dynamicRef: '#a' },
        e: { $ref: '#/$defs/none' },
        f: { $ref: 'https://shop.example/schema' },
        g: { items: [{}] },
      },
    }
    expect(itemSchemaFaults(schema).map(({ pointer, detail }) => `${pointer} ${detail}`)).toEqual([
      '/$schema must be https://json-schema.org/draft/2020-12/schema, or left out',
      '/type must be one of null, boolean, object, array, number, integer, string, or a list of them',
      '/properties/a~1b/pattern must be without lookahead, lookbehind and flags: it has (?=',
      '/properties/c must be a schema: an object, true or false',
      '/properties/d/typo is not a keyword of JSON Schema 2020-12',
      '/properties/d/$dynamicRef is not supported: use $ref',
      '/properties/g/items must be one schema: a list of them is prefixItems',
      '/properties/e/$ref must lead to a schema within itemSchema, such as #/$defs/price: there is none at #/$defs/none',
      '/properties/f/$ref must lead to a schema within itemSchema, such as #/$defs/price: there is none at https://shop.example/schema',
    ])
  })

  it.each([
    [{ required: ['a', 'a'] }, '/required'],
    [{ required: 'a' }, '/required'],
    [{ minLength: -1 }, '/minLength'],
    [{ maxItems: 1.5 }, '/maxItems'],
    [{ minContains: '1', contains: {} }, '/minContains'],
    [{ multipleOf: 0 }, '/multipleOf'],
    [{ minimum: '1' }, '/minimum'],
    [{ enum: [] }, '/enum'],
    [{ uniqueItems: 1 }, '/uniqueItems'],
    [{ allOf: [] }, '/allOf'],
    [{ anyOf: {} }, '/anyOf'],
    [{ not: null }, '/not'],
    [{ properties: [] }, '/properties'],
    [{ dependentRequired: { a: 'b' } }, '/dependentRequired/a'],
    [{ dependentSchemas: 1 }, '/dependentSchemas'],
    [{ prefixItems: {} }, '/prefixItems'],
    [{ format: 'url' }, '/format'],
    [{ format: 'constructor' }, '/format'],
    [{ type: 'constructor' }, '/type'],
    [{ type: [] }, '/type'],
    [{ $ref: 7 }, '/$ref'],
    [{ $ref: '#%E0' }, '/$ref'],
    [{ $defs: 1 }, '/$defs'],
    [{ $defs: { a: { $id: 'x' } } }, '/$defs/a/$id'],
    [{ $defs: { a: { $anchor: 'x' }, b: { $anchor: 'x' } } }, '/$defs/b/$anchor'],
    [{ contentSchema: {} }, '/contentSchema'],
    [{ definitions: {} }, '/definitions'],
    [JSON.parse('{"__proto__":{}}') as object, '/__proto__'],
    [{ constructor: {} }, '/constructor'],
    [{ patternProperties: { '(': true } }, '/patternProperties/('],
    [{ $ref: '#' }, ''],
    [{ anyOf: [{ $ref: '#/$defs/a' }], $defs: { a: { not: { $ref: '#/$defs/a' } } } }, '/$defs/a'],
  ])('is refused: %j', (schema, pointer) => {
    const [fault, ...more] = itemSchemaFaults(schema)
    expect(fault).toMatchObject({ pointer })
    expect(more).toEqual([])
  })

  it('is bounded', () => {
    const first = (schema: object): unknown => itemSchemaFaults(schema)[0]
    expect(first({ description: 'x'.repeat(MAX_ITEM_SCHEMA_BYTES) })).toMatchObject({
      pointer: '',
      detail: expect.stringContaining('bytes'),
    })
    const deep = list(100_000, (n) => n).reduce<object>((inner) => ({ not: inner }), {})
    expect(first(deep)).toMatchObject({ pointer: '', detail: expect.stringContaining('nested') })
    expect(first({ allOf: list(2100, () => true) })).toMatchObject({
      pointer: '',
      detail: expect.stringContaining('2000 schemas'),
    })
    expect(first({ allOf: list(1500, () => true) })).toMatchObject({
      pointer: '',
      detail: expect.stringContaining('1000 schemas to one value'),
    })
    const double = (n: number): object =>
      n === 30 ? {} : { allOf: [{ $ref: `#/$defs/a${n + 1}` }, { $ref: `#/$defs/a${n + 1}` }] }
    expect(
      first({ $ref: '#/$defs/a0', $defs: Object.fromEntries(list(31, (n) => [`a${n}`, double(n)])) }),
    ).toMatchObject({
      detail: expect.stringContaining('1000 schemas to one value'),
    })
    expect(first({ anyOf: list(65, (n) => ({ pattern: `a${n}` })) })).toMatchObject({ pointer: '/anyOf/64/pattern' })
    expect(first({ anyOf: list(20, (n) => ({ pattern: `a{999}${n}` })) })).toMatchObject({
      pointer: '/anyOf/10/pattern',
    })
    expect(itemSchemaFaults({ properties: Object.fromEntries(list(100, (n) => [`p${n}`, 7])) })).toHaveLength(10)
  })
})
