import type { JsonSchema, SpecDocument } from './spec-document.ts'

/** The `$id` under which the generated schemas are added to a validator. */
const SCHEMA_ID = 'waybill'

// For people, and no keywords of JSON Schema: a strict validator would refuse them.
const annotations = new Set(['description', 'examples', 'x-known-values'])

/** All component schemas as one JSON Schema document, ready for Ajv2020. */
export function emitSchemas(spec: SpecDocument): string {
  const names = Object.keys(spec.components.schemas)
  const document = {
    $id: SCHEMA_ID,
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $defs: Object.fromEntries(
      Object.entries(spec.components.schemas).map(([name, schema]) => [name, toJsonSchema(schema, '#')]),
    ),
  }
  return `/** A JSON Schema (2020-12). */
export type JsonSchema = { readonly [keyword: string]: unknown }

export type SchemaName =
${names.map((name) => `  | '${name}'`).join('\n')}

/**
 * Every component schema in one document: \`ajv.addSchema(schemaDocument)\` (of Ajv2020, with \`allowUnionTypes\`), then
 * \`ajv.getSchema(schemaRef('Job'))\`. The keyword \`x-max-bytes\` is ours: the longest a string may be in UTF-8, or a value as JSON.
 */
export const schemaDocument: { readonly $id: string; readonly $schema: string; readonly $defs: Readonly<Record<SchemaName, JsonSchema>> } = ${JSON.stringify(document, null, 2)}

/** The address of a component schema inside {@link schemaDocument}. */
export function schemaRef(name: SchemaName): string {
  return '${SCHEMA_ID}#/$defs/' + name
}
`
}

/** Rewrites a schema of the spec for a validator; `root` stands before the addresses of component schemas. */
export function toJsonSchema(schema: unknown, root: '#' | typeof ABSOLUTE): unknown {
  if (Array.isArray(schema)) return schema.map((entry) => toJsonSchema(entry, root))
  if (schema === null || typeof schema !== 'object') return schema
  const result: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties') {
      result[keyword] = Object.fromEntries(
        Object.entries(value as JsonSchema).map(([name, property]) => [name, toJsonSchema(property, root)]),
      )
    } else if (keyword === '$ref') {
      result[keyword] = (value as string).replace('#/components/schemas/', `${root}/$defs/`)
    } else if (!annotations.has(keyword)) {
      result[keyword] = keyword === 'default' || keyword === 'const' ? value : toJsonSchema(value, root)
    }
  }
  return result
}

/** For schemas that stand outside of the document. */
export const ABSOLUTE = `${SCHEMA_ID}#`
