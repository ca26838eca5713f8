import type { JsonSchema, Operation } from '@waybill/spec'
import type { FastifyRequest } from 'fastify'
import { isJobId } from '../model/ids.ts'
import { ProblemError } from '../model/errors.ts'
import type { SchemaFault } from '../runtime/schema-faults.ts'
import { compileSchema, refuseFaults } from './spec-schemas.ts'

/** Parameters after validation, with their defaults, in the types of the spec. */
export interface Parameters {
  readonly path: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
}

/** Reads and checks path and query of a request. @throws ProblemError */
export type ReadParameters = (request: FastifyRequest) => Parameters

/** Makes the reader of one operation's parameters from its schemas. Headers are read where they are used. */
export function parameterReader(operation: Operation): ReadParameters {
  const path = groupReader(operation, operation.parameters.path)
  const query = groupReader(operation, operation.parameters.query)
  const refusesUnknown = operation.problemCodes.includes('unknown_field')
  return (request) => {
    const names = request.params as Record<string, string>
    refuseUnfindableNames(operation, names)
    return { path: path(names), query: refusesUnknown ? query(request.query as Record<string, string | string[]>) : {} }
  }
}

/** A name that nothing can have is a name that nothing has: 404, as for one that is merely not in use. */
function refuseUnfindableNames(operation: Operation, names: Readonly<Record<string, string>>): void {
  const { jobId, channel } = names
  if (jobId !== undefined && !isJobId(jobId)) {
    throw new ProblemError({
      code: 'job_not_found',
      detail: 'Cannot find the job as its id must be job_ and 32 hex digits',
    })
  }
  const wantsChannel = operation.problemCodes.includes('channel_not_found') && operation.method !== 'PUT'
  if (channel !== undefined && wantsChannel && !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(channel)) {
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

  return function readGroup(given: Readonly<Record<string, string | string[]>>): Readonly<Record<string, unknown>> {
    const read = Object.entries(given).map(
      ([name, text]) => [name, readValue(text, properties[name], operation.commaSeparated.includes(name))] as const,
    )
    // Not assigned one by one: a parameter named __proto__ would not be seen.
    const values: Record<string, unknown> = Object.fromEntries([...defaults, ...read])
    refuseFaults(findFaults(values), { operation, place: parameterPlace, what: 'a parameter' })
    return values
  }
}

/** A text in the type that its schema asks for; one that is not of that type stays a text, for the schema to refuse. */
function readValue(given: string | string[], schema: JsonSchema | undefined, commaSeparated: boolean): unknown {
  if (schema?.['type'] === 'array') {
    const values = Array.isArray(given) ? given : [given]
    return commaSeparated ? values.flatMap((text) => text.split(',')) : values
  }
  if (schema?.['type'] === 'integer' && typeof given === 'string' && /^-?\d{1,15}$/.test(given)) return Number(given)
  if (schema?.['type'] === 'boolean' && (given === 'true' || given === 'false')) return given === 'true'
  return given
}

function parameterPlace(fault: SchemaFault): { parameter: string; detail: string } {
  const [, name = ''] = fault.pointer.split('/')
  return { parameter: name.replaceAll('~1', '/').replaceAll('~0', '~'), detail: fault.detail }
}
