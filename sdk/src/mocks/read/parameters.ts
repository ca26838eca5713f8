import type { JsonSchema, Operation, ProblemPlace } from '@waybill/spec'
import { idempotencyKeyFault } from '../engine/idempotency.ts'
import { findFaults } from './validate.ts'
import { jobNotFound, MockProblem } from '../show/problems.ts'

type Values = Readonly<Record<string, unknown>>

/** Path and query of a request, in the types of the spec. */
export interface Parameters {
  readonly path: Values
  readonly query: Values
  /** The faults of parameters and headers; if there are any, the values must not be used. */
  readonly faults: readonly ParameterFault[]
}

export interface ParameterFault {
  readonly place: ProblemPlace
  readonly isUnknown: boolean
}

/** @throws MockProblem for a name that nothing can have */
export function readParameters(
  operation: Operation,
  {
    names,
    search,
    headers,
  }: { readonly names: Readonly<Record<string, string>>; readonly search: URLSearchParams; readonly headers: Headers },
): Parameters {
  refuseUnfindable(operation, names)
  const path = readGroup(operation, operation.parameters.path, Object.entries(names))
  const takesQuery = operation.problemCodes.includes('unknown_field')
  const query = takesQuery ? readGroup(operation, operation.parameters.query, [...search]) : { values: {}, faults: [] }
  return {
    path: path.values,
    query: query.values,
    faults: [...path.faults, ...query.faults, ...headerFaults(operation, headers)],
  }
}

function headerFaults({ parameters }: Operation, headers: Headers): ParameterFault[] {
  const properties = (parameters.headers['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>
  const fault = 'idempotency-key' in properties ? idempotencyKeyFault(headers) : null
  return fault === null ? [] : [{ place: fault, isUnknown: false }]
}

/** A name that nothing can have is a name that nothing has: 404, as for one that is not in use. */
function refuseUnfindable(
  { method, problemCodes }: Operation,
  { jobId, channel }: Readonly<Record<string, string>>,
): void {
  if (jobId !== undefined && !/^job_[0-9a-f]{32}$/.test(jobId)) throw jobNotFound(jobId)
  const mustExist = problemCodes.includes('channel_not_found') && method !== 'PUT'
  if (mustExist && channel !== undefined && !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(channel)) {
    throw new MockProblem('channel_not_found', `Cannot find channel ${channel} as no channel can have this name`)
  }
}

function readGroup(
  operation: Operation,
  schema: JsonSchema,
  given: readonly (readonly [string, string])[],
): { values: Values; faults: ParameterFault[] } {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>
  const texts = Map.groupBy(given, ([name]) => name)
  const values: Values = Object.fromEntries([
    ...Object.entries(properties).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
    ...Array.from(texts, ([name, entries]) => {
      const all = entries.map(([, text]) => text)
      return [name, readValue(all, properties[name], operation.commaSeparated.includes(name))] as const
    }),
  ])
  const faults = findFaults(schema, values).map(({ pointer, detail, isUnknown }) => ({
    place: { parameter: pointer.split('/')[1] ?? '', detail },
    isUnknown,
  }))
  return { values, faults }
}

/** Texts in the type that the schema asks for; what is not of that type stays a text, for the schema to refuse. */
function readValue(texts: readonly string[], schema: JsonSchema | undefined, isCommaSeparated: boolean): unknown {
  if (schema?.['type'] === 'array') return isCommaSeparated ? texts.flatMap((text) => text.split(',')) : texts
  const [text = ''] = texts
  if (texts.length > 1) return texts
  if (schema?.['type'] === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (schema?.['type'] === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
