import openapiTS, { astToString } from 'openapi-typescript'
import type { SpecDocument } from './spec-document.ts'

/** Types of paths, operations and components, by openapi-typescript. */
export async function emitTypes(spec: SpecDocument): Promise<string> {
  const { 'x-problem-codes': _, ...components } = spec.components
  // A default does not make a field required: the same schema stands in requests.
  const nodes = await openapiTS({ ...spec, components } as never, { defaultNonNullable: false, silent: true })
  return astToString(nodes)
}
