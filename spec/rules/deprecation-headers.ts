import type { Operation } from '../generated/index.ts'

/** Returns the headers by which each answer of an operation announces its end (RFC 9745, RFC 8594); null: it has none. */
export function deprecationHeaders({ deprecation }: Pick<Operation, 'deprecation'>): Record<string, string> | null {
  if (deprecation === null) return null
  const { deprecatedAtSeconds, sunset, link } = deprecation
  return {
    deprecation: `@${deprecatedAtSeconds}`,
    ...(sunset !== null && { sunset }),
    ...(link !== null && { link: `<${link}>; rel="deprecation"; type="text/html"` }),
  }
}
