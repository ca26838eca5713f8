import { listOperations, type SpecDocument } from './spec-document.ts'

interface Example {
  summary: string
  value: unknown
}

/**
 * Puts every response where an operation refers to it, its examples into `components.examples`. Some generators (orval with schemas of
 * zod) import a type for each component response that they never write; none has trouble with a response that stands in place.
 */
export function inlineResponses(spec: SpecDocument): object {
  const examples: Record<string, Example> = {}
  const document = structuredClone(spec)
  for (const response of Object.values(document.components.responses)) {
    for (const content of Object.values(response.content ?? {})) {
      for (const [name, example] of Object.entries(content.examples ?? {})) {
        examples[`${name}_problem`] = example
        Object.assign(content.examples!, { [name]: { $ref: `#/components/examples/${name}_problem` } })
      }
    }
  }
  for (const { operation, responses } of listOperations(document)) operation.responses = responses
  const { responses: _, ...components } = document.components
  return { ...document, components: { ...components, examples } }
}
