import { schemaDocument, type JsonSchema, type Operation } from '@waybill/spec'
import { ProblemError, type ProblemPlace } from '../model/errors.ts'
import { MAX_ERRORS_PER_PROBLEM } from '../model/limits.ts'
import { type FindFaults, schemaCompiler, type SchemaFault } from '../runtime/schema-faults.ts'

/*
 * The spec's schemas at work on parameters and small JSON bodies.
 */

const compile = schemaCompiler([schemaDocument])
const compiled = new Map<JsonSchema | string, FindFaults>()

/** Compiles a schema that may refer to those of the spec; once, however many servers a process has. */
export function compileSchema(schema: JsonSchema): FindFaults {
  return memo(schema, () => compile(schema))
}

/** Of a named schema of the spec. */
export function compileNamedSchema(name: string): FindFaults {
  return memo(name, () => compile({ $ref: `${schemaDocument.$id}#/$defs/${name}` }))
}

function memo(key: JsonSchema | string, make: () => FindFaults): FindFaults {
  const known = compiled.get(key)
  if (known !== undefined) return known
  const made = make()
  compiled.set(key, made)
  return made
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

const envelopes = {
  JobSubmission: compileNamedSchema('JobSubmission'),
  JobEnvelope: compileNamedSchema('JobEnvelope'),
  ItemDelivery: compileNamedSchema('ItemDelivery'),
  ExecutionSubmission: compileNamedSchema('ExecutionSubmission'),
  StageSubmission: compileNamedSchema('StageSubmission'),
  StageJobSubmission: compileNamedSchema('StageJobSubmission'),
}

/** What is wrong with the envelope of a job; ingest is handed this, as only http knows the spec. */
export function envelopeFaults(schema: keyof typeof envelopes, value: unknown): readonly SchemaFault[] {
  return envelopes[schema](value)
}
