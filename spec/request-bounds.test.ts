import { describe, expect, it } from 'vitest'
import { listOperations, readSpec, type JsonSchema } from './generate/spec-document.ts'

/*
 * A server checks the size of a value before anything else, so every value that a request can hold has a bound in its schema.
 */

const spec = readSpec(new URL('./openapi.yaml', import.meta.url))

/** Values that their schema leaves open, and what bounds them instead. */
const boundElsewhere: Readonly<Record<string, string>> = {
  'ItemInput.data': 'any JSON of the caller; x-max-bytes of ItemInput bounds it, and the depth is limited to 64',
  'ChannelConfig.itemSchema':
    'a JSON Schema; its bytes, depth and schemas are bounded where it is read, and the body has 64 KiB',
  'ParkedDecision.data': 'likewise; its own x-max-bytes bounds it, and the item as a whole is bound as ItemInput is',
}

/** Names each value of a request that has no bound. */
function unbounded(schema: JsonSchema, place: string, seen: Set<string> = new Set()): string[] {
  const ref = schema['$ref']
  if (typeof ref === 'string') {
    const name = ref.slice(ref.lastIndexOf('/') + 1)
    if (seen.has(name)) return []
    seen.add(name)
    return unbounded(spec.components.schemas[name]!, name, seen)
  }
  if (place in boundElsewhere) return []
  const branches = (schema['oneOf'] ?? schema['anyOf']) as JsonSchema[] | undefined
  if (branches !== undefined) return branches.flatMap((branch) => unbounded(branch, place, seen))
  const types = [schema['type']].flat()
  if ('enum' in schema || 'const' in schema) return []
  const own = types.flatMap((type) => missingBounds(schema, type).map((bound) => `${place}: ${bound}`))
  return [...own, ...subschemasOf(schema).flatMap(([name, part]) => unbounded(part, `${place}${name}`, seen))]
}

function missingBounds(schema: JsonSchema, type: unknown): string[] {
  const without = (...keywords: string[]): string[] => (keywords.some((word) => word in schema) ? [] : [keywords[0]!])
  switch (type) {
    case 'string':
      return without('maxLength', 'x-max-bytes')
    case 'integer':
    case 'number':
      return [...without('minimum', 'exclusiveMinimum'), ...without('maximum', 'exclusiveMaximum')]
    case 'array':
      return [...without('maxItems'), ...without('items')]
    case 'object': {
      if (schema['additionalProperties'] === false) return without('properties')
      const names = schema['propertyNames'] as JsonSchema | undefined
      return [
        ...without('maxProperties'),
        ...(names !== undefined && 'maxLength' in names ? [] : ['propertyNames.maxLength']),
        ...(typeof schema['additionalProperties'] === 'object' ? [] : ['additionalProperties']),
      ]
    }
    case 'boolean':
    case 'null':
      return []
    default:
      return ['type']
  }
}

function subschemasOf(schema: JsonSchema): [string, JsonSchema][] {
  const subschemas = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>).map(
    ([name, part]): [string, JsonSchema] => [`.${name}`, part],
  )
  const items = schema['items']
  const values = schema['additionalProperties']
  if (items !== undefined) subschemas.push(['[]', items as JsonSchema])
  if (typeof values === 'object' && values !== null) subschemas.push(['{}', values as JsonSchema])
  return subschemas
}

describe('every value of a request has a bound', () => {
  it.each(listOperations(spec).map((entry) => [entry.operation.operationId, entry] as const))(
    'of %s',
    (_, { operation, parameters }) => {
      const bodies = Object.values(operation.requestBody?.content ?? {}).flatMap((content) => [
        ...(content['x-line-schemas'] === undefined
          ? [unbounded(content.schema, 'body')]
          : content['x-line-schemas'].map((name) => unbounded(spec.components.schemas[name]!, name))),
      ])
      const given = parameters.map(({ name, schema }) => unbounded(schema, `parameter ${name}`))
      expect([...bodies, ...given].flat()).toEqual([])
    },
  )

  it('but for those that something else bounds', () => {
    const isOpen = (name: string): boolean => {
      const [schema = '', field = ''] = name.split('.')
      const properties = spec.components.schemas[schema]?.['properties'] as Record<string, JsonSchema> | undefined
      return properties?.[field]?.['type'] === undefined
    }
    expect(Object.keys(boundElsewhere).filter((name) => !isOpen(name))).toEqual([])
  })

  it('and so has every body as a whole', () => {
    const sizes = listOperations(spec).flatMap(({ operation }) =>
      Object.entries(operation.requestBody?.content ?? {}).map(([mediaType, content]) => ({
        body: `${operation.operationId} ${mediaType}`,
        bytes: content['x-max-bytes'],
      })),
    )
    expect(sizes.filter(({ bytes }) => typeof bytes !== 'number')).toEqual([])
  })
})

describe('what is not bounded', () => {
  const cases: [string, JsonSchema, string[]][] = [
    ['a string', { type: 'string' }, ['x: maxLength']],
    ['a string with a pattern', { type: 'string', pattern: '^a+$' }, ['x: maxLength']],
    ['a number', { type: 'number', minimum: 0 }, ['x: maximum']],
    ['an array', { type: 'array', items: { type: 'boolean' } }, ['x: maxItems']],
    ['an element', { type: 'array', maxItems: 1, items: { type: 'string' } }, ['x[]: maxLength']],
    [
      'a map',
      { type: 'object', maxProperties: 1, additionalProperties: {} },
      ['x: propertyNames.maxLength', 'x{}: type'],
    ],
    ['a field', { type: 'object', additionalProperties: false, properties: { a: {} } }, ['x.a: type']],
    ['one of two', { oneOf: [{ type: 'null' }, { type: 'integer', maximum: 1 }] }, ['x: minimum']],
    ['one of two types', { type: ['boolean', 'string'] }, ['x: maxLength']],
  ]
  it.each(cases)('is found: %s', (_, schema, found) => {
    expect(unbounded(schema, 'x')).toEqual(found)
  })
})
