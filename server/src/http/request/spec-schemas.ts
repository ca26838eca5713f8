import { type JsonSchema, type Operation, operations, schemaDocument } from '@waybill/spec'
import { endedSearch, ProblemError, type ProblemPlace } from '../../model/errors.ts'
import { MAX_ERRORS_PER_PROBLEM, MAX_NAME_IN_PROBLEM_LENGTH } from '../../model/limits.ts'
import type { SchemaFault } from '../../runtime/fault-search.ts'
import { type FindFaults, schemaCompiler } from '../../runtime/schema-faults.ts'

/*
 * Checks parameters and small JSON bodies against the spec's schemas.
 */

let compile: ReturnType<typeof schemaCompiler> | null = null
const compiled = new Map<JsonSchema | string, FindFaults>()

/** Compiles a schema that may refer to those of the spec; once, however many servers a process has. */
export function compileSchema(schema: JsonSchema): FindFaults {
  return memo(schema, schema)
}

/** Of a named schema of the spec. */
export function compileNamedSchema(name: string): FindFaults {
  return memo(name, { $ref: `${schemaDocument.$id}#/$defs/${name}` })
}

function memo(key: JsonSchema | string, schema: JsonSchema): FindFaults {
  let faults = compiled.get(key)
  if (faults === undefined) {
    compile ??= schemaCompiler([schemaDocument], {
      maxFaults: MAX_ERRORS_PER_PROBLEM,
      maxNameLength: MAX_NAME_IN_PROBLEM_LENGTH,
    })
    faults = compile(schema)
    compiled.set(key, faults)
  }
  return faults
}

/** A fault at its place in the request. */
export interface PlacedFault extends ProblemPlace {
  readonly unknown: boolean
}

/** @throws ProblemError `unknown_field` when all faults are unknown fields, else `bad_request` */
export function refuseFaults(found: readonly PlacedFault[], operation: Pick<Operation, 'operationId'>): void {
  const faults = found.slice(0, MAX_ERRORS_PER_PROBLEM)
  const [first] = faults
  if (first === undefined) return
  const name = first.parameter ?? (first.pointer || 'the body')
  throw new ProblemError({
    code: faults.every((fault) => fault.unknown) ? 'unknown_field' : 'bad_request',
    detail: `Cannot carry out ${operation.operationId} as ${name} ${first.detail}${endedSearch(faults.length)}`,
    errors: faults.map(({ unknown: _, ...place }) => place),
    errorCount: faults.length,
  })
}

const envelopes = [
  'JobSubmission',
  'JobEnvelope',
  'ItemDelivery',
  'ExecutionSubmission',
  'StageSubmission',
  'StageJobSubmission',
] as const

/** Returns the faults of a job's envelope; ingest receives this function, as only http knows the spec. */
export function envelopeFaults(schema: (typeof envelopes)[number], value: unknown): readonly SchemaFault[] {
  return compileNamedSchema(schema)(value)
}

/** Compiles everything a request may need, so that no request waits for it. Call it when there is something else to wait for. */
export function prepareSchemas(): void {
  for (const name of envelopes) compileNamedSchema(name)
  for (const { parameters, requestBody } of Object.values(operations)) {
    compileSchema(parameters.path)
    compileSchema(parameters.query)
    const schema = requestBody?.content['application/json']?.schema
    if (schema != null) compileNamedSchema(schema)
  }
}
