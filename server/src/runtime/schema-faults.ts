import { Ajv2020, type AnySchema, type Options } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { SchemaNodes } from './schema-nodes.ts'
import { type FaultLimits, FaultSearch, type SchemaFault } from './fault-search.ts'

/*
 * JSON Schema (2020-12) with its faults as sentences: where, what is required, the current value. A valid value costs one pass of Ajv; in
 * an invalid one the faults are searched value by value, sizes first, and no further than the limit: an array of 16,000 wrong elements
 * costs no more than its first 100.
 */

/** Finds what is wrong with a value; empty when it is valid. As many as the limit: there may be more. */
export type FindFaults = (value: unknown) => SchemaFault[]

const UNLIMITED: FaultLimits = { maxFaults: Infinity, maxNameLength: Infinity }

/** Makes a compiler of schemas. @param documents schemas that others may refer to by their `$id` */
export function schemaCompiler(
  documents: readonly AnySchema[] = [],
  limits: FaultLimits = UNLIMITED,
): (schema: AnySchema) => FindFaults {
  const quick = validator({ allErrors: false }, documents)
  // Its schemas are parts: what they require is defined elsewhere.
  const nodes = new SchemaNodes(validator({ allErrors: true, strictRequired: false }, documents), documents)
  return (schema) => {
    const isValid = quick.compile(schema)
    const node = nodes.of(schema)
    return (value) => {
      if (isValid(value)) return []
      const search = new FaultSearch(limits)
      search.visit(node, value, '')
      // Never taken for valid, whatever the search does not know.
      if (search.faults.length === 0) search.noteAll(isValid.errors ?? [], value, '')
      return search.faults
    }
  }
}

function validator(options: Options, documents: readonly AnySchema[]): Ajv2020 {
  // The schemas are the spec's, valid since they were generated: to check them again is a third of what a start spends on them.
  const ajv = new Ajv2020({
    validateSchema: false,
    strict: true,
    allowUnionTypes: true,
    strictTypes: false,
    ...options,
  })
  addFormats.default(ajv, ['date-time', 'uri'])
  ajv.addKeyword({ keyword: 'x-max-bytes', schemaType: 'number' })
  for (const document of documents) ajv.addSchema(document)
  return ajv
}
