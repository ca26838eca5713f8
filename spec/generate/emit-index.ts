import type { SpecDocument } from './spec-document.ts'

/** The entry: a type for each component schema, and each closed list of words as an array. */
export function emitIndex(spec: SpecDocument): string {
  const names = Object.keys(spec.components.schemas)
  const lists = names.flatMap((name) => {
    const values = spec.components.schemas[name]?.['enum']
    return Array.isArray(values) && name !== 'ProblemCode' ? [{ name, values }] : []
  })
  return `import type { components } from './types.ts'

export type { components, operations as OperationTypes, paths, webhooks } from './types.ts'
export { schemaDocument, schemaRef, type JsonSchema, type SchemaName } from './schemas.ts'
export { operations, type Operation, type OperationAnswer, type OperationContent, type OperationId } from './operations.ts'
export { problemCodes, type ProblemCode, type ProblemText } from './problems.ts'

type Schemas = components['schemas']

${names
  .filter((name) => name !== 'ProblemCode')
  .map((name) => `export type ${name} = Schemas['${name}']`)
  .join('\n')}

${lists.map(({ name, values }) => `export const ${listName(name)} = ${JSON.stringify(values).replaceAll('"', "'").replaceAll(',', ', ')} as const`).join('\n')}
`
}

/** JobStatus -> jobStatuses. */
function listName(name: string): string {
  const first = name[0]!.toLowerCase() + name.slice(1)
  return first.endsWith('s') ? `${first}es` : `${first}s`
}
