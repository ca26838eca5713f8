import type { IncomingHttpHeaders } from 'node:http'
import type { JsonSchema, Operation } from '@waybill/spec'
import type { FastifyRequest } from 'fastify'
import { unescapedToken } from '@waybill/spec/rules'
import { isJobId } from '../../model/ids.ts'
import { ProblemError } from '../../model/errors.ts'
import type { SchemaFault } from '../../runtime/fault-search.ts'
import { compileSchema, type PlacedFault } from './spec-schemas.ts'

/** Parameters after validation, with their defaults, in the types of the spec. */
export interface Parameters {
  readonly path: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  /** Faults of path, query and headers; if there are any, the values must not be used. */
  readonly faults: readonly PlacedFault[]
}

/** Reads path, query and headers of a request. @throws ProblemError for a name that is never valid */
export type ReadParameters = (request: FastifyRequest) => Parameters

type Group = Readonly<Record<string, string | string[]>>

/** Makes the reader of one operation's parameters from its schemas. */
export function parameterReader(operation: Operation): ReadParameters {
  const path = groupReader(operation, operation.parameters.path)
  const query = groupReader(operation, operation.parameters.query)
  const findHeaderFaults = headerCheck(operation)
  const refusesUnknown = operation.problemCodes.includes('unknown_field')
  return (request) => {
    const names = request.params as Record<string, string>
    refuseUnfindableNames(operation, names)
    const inPath = path(names)
    const inQuery = query(refusesUnknown ? (request.query as Group) : {})
    const faults = [...inPath.faults, ...inQuery.faults, ...findHeaderFaults(request.headers)]
    return { path: inPath.values, query: inQuery.values, faults }
  }
}

/** Headers that are read more leniently than their schema: another encoding has a problem of its own, the rest is ignored. */
const toleratedHeaders = ['content-encoding', 'prefer', 'if-none-match', 'last-event-id', 'traceparent', 'tracestate']

function headerCheck({ parameters: { headers } }: Operation): (given: IncomingHttpHeaders) => PlacedFault[] {
  const properties = headers['properties'] as Readonly<Record<string, JsonSchema>>
  const checked = Object.entries(properties).filter(([name]) => !toleratedHeaders.includes(name))
  if (checked.length === 0) return () => []
  const findFaults = compileSchema({ ...headers, properties: Object.fromEntries(checked) })
  return (given) => {
    const values = checked.flatMap(([name]) => (given[name] === undefined ? [] : [[name, given[name]] as const]))
    return findFaults(Object.fromEntries(values)).map(headerPlace)
  }
}

/** Answers 404 for a name that is never valid, as for one that is not in use. */
function refuseUnfindableNames(operation: Operation, names: Readonly<Record<string, string>>): void {
  const { jobId, channel } = names
  if (jobId !== undefined && !isJobId(jobId)) {
    throw new ProblemError({
      code: 'job_not_found',
      detail: 'Cannot find the job as its id must be job_ and 32 hex digits',
    })
  }
  const requiresChannel = operation.problemCodes.includes('channel_not_found') && operation.method !== 'PUT'
  if (channel !== undefined && requiresChannel && !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(channel)) {
    throw new ProblemError({
      code: 'channel_not_found',
      detail: 'Cannot find the channel as no channel can have this name',
    })
  }
}

function groupReader(operation: Operation, schema: JsonSchema) {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>
  const findFaults = compileSchema(schema)
  const defaults = Object.entries(properties).flatMap(([name, property]) =>
    'default' in property ? [[name, property['default']] as const] : [],
  )

  return function readGroup(given: Group): { values: Readonly<Record<string, unknown>>; faults: PlacedFault[] } {
    const read = Object.entries(given).map(
      ([name, text]) => [name, readValue(text, properties[name], operation.commaSeparated.includes(name))] as const,
    )
    // Not assigned one by one: a parameter named __proto__ would not be seen.
    const values: Record<string, unknown> = Object.fromEntries([...defaults, ...read])
    return { values, faults: findFaults(values).map(parameterPlace) }
  }
}

/** Converts a text to the type of its schema; a text that is not of that type stays one, for the schema to refuse. */
function readValue(given: string | string[], schema: JsonSchema | undefined, commaSeparated: boolean): unknown {
  if (schema?.['type'] === 'array') {
    const values = Array.isArray(given) ? given : [given]
    return commaSeparated ? values.flatMap((text) => text.split(',')) : values
  }
  if (schema?.['type'] === 'integer' && typeof given === 'string' && /^-?\d{1,15}$/.test(given)) return Number(given)
  if (schema?.['type'] === 'boolean' && (given === 'true' || given === 'false')) return given === 'true'
  return given
}

function parameterPlace({ pointer, detail, unknown }: SchemaFault): PlacedFault {
  const [, name = ''] = pointer.split('/')
  return { parameter: unescapedToken(name), detail, unknown }
}

/** By the name that is customary: `Idempotency-Key`. */
function headerPlace(fault: SchemaFault): PlacedFault {
  const { parameter, ...rest } = parameterPlace(fault)
  return { parameter: parameter!.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()), ...rest }
}
