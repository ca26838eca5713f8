import {
  schemaDocument,
  schemaRef,
  type JsonSchema,
  type Operation,
  type ProblemPlace,
  type SchemaName,
} from '@waybill/spec'
import { escapedToken } from '@waybill/spec/rules'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { MockProblem } from '../show/problems.ts'

/** One thing that is wrong with a value. */
export interface Fault {
  /** JSON Pointer into the value. */
  readonly pointer: string
  readonly detail: string
  /** The field does not exist at all. */
  readonly isUnknown: boolean
}

const encoder = new TextEncoder()
const compiled = new Map<SchemaName | JsonSchema, ValidateFunction>()
let ajv: Ajv2020 | undefined

/** Returns the faults of a value by its schema in the spec; empty when it is valid. */
export function findFaults(schema: SchemaName | JsonSchema, value: unknown): Fault[] {
  let validate = compiled.get(schema)
  if (validate === undefined) {
    validate = typeof schema === 'string' ? compiler().getSchema(schemaRef(schema))! : compiler().compile(schema)
    compiled.set(schema, validate)
  }
  return validate(value) ? [] : faultsOf(validate.errors ?? [])
}

/** @throws MockProblem `unknown_field` when there is nothing else wrong, else `bad_request` */
export function refuseFaults(
  faults: readonly Fault[],
  { action, place }: { readonly action: string; readonly place: (fault: Fault) => ProblemPlace },
): void {
  const [first] = faults
  if (first === undefined) return
  const code = faults.every((fault) => fault.isUnknown) ? 'unknown_field' : 'bad_request'
  const name = first.pointer === '' ? 'the body' : first.pointer.slice(1)
  throw new MockProblem(code, `Cannot ${action} as ${name} ${first.detail}`, { errors: faults.map(place) })
}

/** "sealJob" as "carry out sealJob", for messages. */
export function actionOf({ operationId }: Operation): string {
  return `carry out ${operationId}`
}

export function byteLength(text: string): number {
  return encoder.encode(text).length
}

// Made at the first request: who only imports the mocks does not wait for it.
function compiler(): Ajv2020 {
  if (ajv === undefined) {
    ajv = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, strictTypes: false })
    addFormats.default(ajv, ['date-time', 'uri'])
    ajv.addKeyword({ keyword: 'x-max-bytes', validate: fitsInto, errors: false })
    ajv.addSchema(schemaDocument)
  }
  return ajv
}

function fitsInto(maxBytes: number, value: unknown): boolean {
  // Three bytes are the most that a unit of UTF-16 becomes.
  if (typeof value === 'string') return value.length * 3 <= maxBytes || byteLength(value) <= maxBytes
  // Of objects the text is measured where it is read: `line_too_large`.
  return true
}

function faultsOf(errors: readonly ErrorObject[]): Fault[] {
  const faults = ofMeantShape(errors).filter(isTelling).map(faultOf)
  // A union reports the same for each of its branches.
  const seen = new Set<string>()
  return faults.filter(({ pointer, detail }) => !seen.has(`${pointer} ${detail}`) && seen.add(`${pointer} ${detail}`))
}

/** Of a union whose branches have a constant `type`: the errors of the branch that the value names, or one for a type that none has. */
function ofMeantShape(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const shapeOf = ({ schemaPath }: ErrorObject): string => /^[^/]*\/\$defs\/\w+Credentials/.exec(schemaPath)?.[0] ?? ''
  const unmeant = errors.filter((error) => shapeOf(error) !== '' && error.schemaPath.endsWith('/properties/type/const'))
  if (unmeant.length === 0) return errors
  const names = new Set(unmeant.map(shapeOf))
  const meant = errors.filter((error) => shapeOf(error) !== '' && !names.has(shapeOf(error)))
  if (meant.length > 0 || unmeant.length < SHAPES) return meant
  const allowedValues = unmeant.map(({ params }) => params['allowedValue'] as string)
  return [{ ...unmeant[0]!, keyword: 'enum', params: { allowedValues } }]
}

/** Types of credentials. */
const SHAPES = 5

/** "Or null" is a union: what its null says of another value, and the sum of both, is beside the point. */
function isTelling({ keyword, params }: ErrorObject): boolean {
  return keyword !== 'oneOf' && !(keyword === 'type' && params['type'] === 'null')
}

function faultOf({ keyword, instancePath, params, message, data }: ErrorObject): Fault {
  const at = (name: unknown): string => `${instancePath}/${escapedToken(String(name))}`
  switch (keyword) {
    case 'additionalProperties':
      return { pointer: at(params['additionalProperty']), detail: 'does not exist', isUnknown: true }
    case 'required':
      return { pointer: at(params['missingProperty']), detail: 'is missing', isUnknown: false }
    case 'x-max-bytes':
      return { pointer: instancePath, detail: 'must have fewer bytes', isUnknown: false }
    case 'enum':
      return fault(instancePath, `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`, data)
    case 'const':
      return fault(instancePath, `must be ${JSON.stringify(params['allowedValue'])}`, data)
    default:
      return fault(instancePath, message ?? 'is not valid', data)
  }
}

function fault(pointer: string, wanted: string, data: unknown): Fault {
  const text = JSON.stringify(data) as string | undefined
  const current = text === undefined || text.length > 64 ? '' : `: current value is ${text}`
  return { pointer, detail: wanted + current, isUnknown: false }
}
