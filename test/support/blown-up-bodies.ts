import { type JsonSchema, schemaDocument, type SchemaName } from '@waybill/spec'

/** A body that is in order but for one part, which is as large as it can be. */
export interface BlownUpBody {
  /** Which part, and what it was made: `/retry/rules: many {}`. */
  readonly name: string
  readonly text: string
}

/** Fills for a place in a body: JSON of at most the given number of bytes. */
const shapes: Readonly<Record<string, (bytes: number) => string>> = {
  'many {}': (bytes) => list('{}', bytes),
  'many numbers': (bytes) => list('1', bytes),
  'many nulls': (bytes) => list('null', bytes),
  'many unknown members': (bytes) => members(bytes, (n) => `"a${n}":0`),
  'one member many times': (bytes) => members(bytes, () => '"id":0'),
  'deep lists': (bytes) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2),
  'deep objects': (bytes) => '{"a":'.repeat(bytes / 6) + '1' + '}'.repeat(bytes / 6),
  'a long text': (bytes) => `"${'x'.repeat(bytes - 2)}"`,
  'a long number': (bytes) => '1'.repeat(bytes),
}

function list(element: string, bytes: number): string {
  return `[${new Array(Math.floor((bytes - 2) / (element.length + 1))).fill(element).join(',')}]`
}

function members(bytes: number, member: (n: number) => string): string {
  const texts: string[] = []
  for (let length = 2; length < bytes - 20; length += texts.at(-1)!.length + 1) texts.push(member(texts.length))
  return `{${texts.join(',')}}`
}

/**
 * Every part of a schema, blown up in every way. What a schema refers to is taken apart the first time it is met, and later as a whole.
 * @param bytes of the whole body
 * @param met schemas that were taken apart before
 */
export function* blownUpBodies(schema: SchemaName, bytes: number, met: Set<string>): Generator<BlownUpBody> {
  for (const { pointer, around } of placesIn(
    schemaDocument.$defs[schema],
    { pointer: '', around: (part) => part },
    met,
  )) {
    const frame = JSON.stringify(around(HOLE))
    const freeBytes = bytes - frame.length
    for (const [shape, make] of Object.entries(shapes))
      yield { name: `${pointer || '/'}: ${shape}`, text: frame.replace(JSON.stringify(HOLE), () => make(freeBytes)) }
  }
}

const HOLE = '@hole@'

interface Part {
  readonly pointer: string
  /** The body with something else in this place. */
  around(part: unknown): unknown
}

/** A place in a body, and what may be there. */
export interface Place extends Part {
  /** Without references and "or null". */
  readonly schema: JsonSchema
}

/** Yields every place in a body of a schema, itself first. @param met schemas that were taken apart before: they are one place */
export function* placesIn(schema: JsonSchema, part: Part, met: Set<string>): Generator<Place> {
  const { pointer, around } = part
  yield { ...part, schema: solid(schema) }
  const ref = JSON.stringify(schema).match(/^\{"(?:\$ref|oneOf)".*?#\/\$defs\/(\w+)/)?.[1]
  if (ref !== undefined && met.has(ref)) return
  if (ref !== undefined) met.add(ref)
  const { properties, items, additionalProperties: others } = solid(schema)
  const own = sample(schema) as Record<string, unknown>
  for (const [name, each] of Object.entries((properties ?? {}) as Record<string, JsonSchema>)) {
    const inside = (value: unknown): unknown => around({ ...own, [name]: value })
    yield* placesIn(each, { pointer: `${pointer}/${name}`, around: inside }, met)
  }
  if (items !== undefined)
    yield* placesIn(items as JsonSchema, { pointer: `${pointer}/0`, around: (value) => around([value]) }, met)
  if (typeof others === 'object')
    yield* placesIn(others as JsonSchema, { pointer: `${pointer}/a`, around: (a) => around({ a }) }, met)
}

/** The schema without references and "or null". */
function solid(schema: JsonSchema): JsonSchema {
  const { $ref, oneOf } = schema
  if (typeof $ref === 'string') return solid(schemaDocument.$defs[$ref.slice($ref.lastIndexOf('/') + 1) as SchemaName])
  if (Array.isArray(oneOf)) return solid(oneOf[0] as JsonSchema)
  return schema
}

const texts: Readonly<Record<string, string>> = {
  channel: 'shop',
  url: 'http://127.0.0.1:9',
  jobId: 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f708',
  job: 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f708',
}

/** The least value that is in order; of an object, what is required. */
function sample(schema: JsonSchema, name = ''): unknown {
  const { type, enum: words, const: word, required, properties, items, minItems, minimum } = solid(schema)
  if (word !== undefined) return word
  if (Array.isArray(words)) return words[0]
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object': {
      const all = (properties ?? {}) as Record<string, JsonSchema>
      return Object.fromEntries(((required ?? []) as string[]).map((each) => [each, sample(all[each]!, each)]))
    }
    case 'array':
      return minItems === undefined ? [] : [sample(items as JsonSchema)]
    case 'integer':
    case 'number':
      return minimum ?? 1
    case 'boolean':
      return false
    default:
      return texts[name] ?? 'text'
  }
}
