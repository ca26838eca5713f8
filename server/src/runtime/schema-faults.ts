import { Ajv2020, type AnySchema, type ErrorObject } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/*
 * JSON Schema (2020-12) with what it finds said in sentences: where, what was wanted, what came.
 */

/** One thing that is wrong. */
export interface SchemaFault {
  /** JSON Pointer (RFC 6901) into what was validated. */
  readonly pointer: string
  readonly detail: string
  /** The field does not exist at all. */
  readonly unknown: boolean
}

/** Finds what is wrong with a value; empty when it is valid. */
export type FindFaults = (value: unknown) => SchemaFault[]

/** Makes a compiler of schemas. @param documents schemas that others may refer to by their `$id` */
export function schemaCompiler(documents: readonly AnySchema[] = []): (schema: AnySchema) => FindFaults {
  const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true, strictTypes: false })
  addFormats.default(ajv, ['date-time', 'uri'])
  ajv.addKeyword({ keyword: 'x-max-bytes', schemaType: 'number' })
  for (const document of documents) ajv.addSchema(document)
  return (schema) => {
    const validate = ajv.compile(schema)
    return (value) => (validate(value) ? [] : faultsOf(validate.errors ?? []))
  }
}

function faultsOf(errors: readonly ErrorObject[]): SchemaFault[] {
  const faults = errors.filter((error) => !isNoise(error)).map(faultOf)
  // Ajv reports a value once for each branch of a union: the same sentence twice helps nobody.
  const seen = new Set<string>()
  return faults.filter(({ pointer, detail }) => !seen.has(`${pointer}\n${detail}`) && seen.add(`${pointer}\n${detail}`))
}

/** "Or null" is written as a union: what its null branch says of a value that is not null is beside the point, as is the sum of both. */
function isNoise(error: ErrorObject): boolean {
  return (
    error.keyword === 'oneOf' || error.keyword === 'if' || (error.keyword === 'type' && error.params['type'] === 'null')
  )
}

function faultOf(error: ErrorObject): SchemaFault {
  const at = error.instancePath
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(error.params['additionalProperty'])
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {})
      return { pointer: child(at, name), detail: `does not exist${suggestion(name, known)}`, unknown: true }
    }
    case 'required':
      return { pointer: child(at, String(error.params['missingProperty'])), detail: 'is missing', unknown: false }
    case 'propertyNames':
      return { pointer: child(at, String(error.params['propertyName'])), detail: 'is not a valid name', unknown: false }
    default:
      return { pointer: at, detail: `${wanted(error)}${current(error)}`, unknown: false }
  }
}

function wanted(error: ErrorObject): string {
  if (error.keyword === 'enum') return `must be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}`
  if (error.keyword === 'const') return `must be ${JSON.stringify(error.params['allowedValue'])}`
  if (error.keyword === 'format' && error.params['format'] === 'date-time')
    return 'must be an RFC 3339 time such as 2026-01-15T08:00:00Z'
  return error.message ?? 'is not valid'
}

/** The value as it came, if it is short and cannot be a secret. */
function current(error: ErrorObject): string {
  if (/\/(headers|credentials)(\/|$)/.test(error.instancePath)) return ''
  const { data } = error
  if (typeof data === 'string' && (error.keyword === 'minLength' || error.keyword === 'maxLength')) {
    return `: current value has ${data.length}`
  }
  if (typeof data === 'string' && data.length > 64) return ''
  if (typeof data === 'object' && data !== null)
    return `: current value is ${Array.isArray(data) ? 'an array' : 'an object'}`
  return `: current value is ${JSON.stringify(data)}`
}

function child(pointer: string, name: string): string {
  return `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Names the field that was probably meant: one that differs by case, or by at most two letters. */
function suggestion(name: string, known: readonly string[]): string {
  const near = known.find((other) => editDistance(name.toLowerCase(), other.toLowerCase()) <= 2)
  return near === undefined ? '' : `: did you mean ${near}?`
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Infinity
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]!
}
