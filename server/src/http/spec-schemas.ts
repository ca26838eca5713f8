import { type JsonSchema, type Operation, operations, schemaDocument } from '@waybill/spec'
import { ProblemError, type ProblemPlace } from '../model/errors.ts'
import { MAX_ERRORS_PER_PROBLEM } from '../model/limits.ts'
import { type FindFaults, schemaCompiler, type SchemaFault } from '../runtime/schema-faults.ts'

/*
 * The spec's schemas at work on parameters and small JSON bodies.
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
    compile ??= schemaCompiler([schemaDocument])
    faults = compile(schema)
    compiled.set(key, faults)
  }
  return faults
}

/** @throws ProblemError `unknown_field` when all faults are unknown fields, else `bad_request` */
export function refuseFaults(
  faults: readonly SchemaFault[],
  options: { operation: Pick<Operation, 'operationId'>; place: (fault: SchemaFault) => ProblemPlace; what: string },
): void {
  const first = faults[0]
  if (first === undefined) return
  const places = faults.map(options.place)
  const name = places[0]!.parameter ?? (first.pointer === '' ? options.what : first.pointer)
  throw new ProblemError({
    code: faults.every((fault) => fault.unknown) ? 'unknown_field' : 'bad_request',
    detail: `Cannot carry out ${options.operation.operationId} as ${name} ${first.detail}`,
    errors: places.slice(0, MAX_ERRORS_PER_PROBLEM),
    errorCount: places.length,
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

/** What is wrong with the envelope of a job; ingest is handed this, as only http knows the spec. */
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
