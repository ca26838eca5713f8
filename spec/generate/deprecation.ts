import type { OperationObject } from './spec-document.ts'

/** The end of an operation, as answers announce it. */
export interface OperationDeprecation {
  /** RFC 9745: Unix time. */
  readonly deprecatedAtSeconds: number
  /** RFC 8594: the operation may be gone from then on, as an HTTP date; null: not decided. */
  readonly sunset: string | null
  /** The page about its replacement; null: there is none. */
  readonly link: string | null
}

/**
 * Reads `deprecated`, `x-deprecated-since`, `x-sunset` and `x-deprecation-link` of an operation; null: it is not deprecated.
 * @throws Error the one without the other, or a time that is none or comes too early
 */
export function deprecationOf(operation: OperationObject): OperationDeprecation | null {
  const { deprecated = false, 'x-deprecated-since': since, 'x-sunset': sunset, 'x-deprecation-link': link } = operation
  const refuse = (requirement: string): never => {
    throw new Error(`Cannot read ${operation.operationId} as ${requirement}`)
  }
  if (!deprecated) {
    if (since ?? sunset ?? link)
      refuse('deprecated must be true where it has x-deprecated-since, x-sunset or x-deprecation-link')
    return null
  }
  const sinceMs = Date.parse(since ?? '')
  if (Number.isNaN(sinceMs)) refuse('x-deprecated-since must be a time where deprecated is true')
  const sunsetMs = sunset === undefined ? null : Date.parse(sunset)
  if (sunsetMs !== null && !(sunsetMs >= sinceMs)) refuse('x-sunset must be a time, not before x-deprecated-since')
  return {
    deprecatedAtSeconds: Math.floor(sinceMs / 1000),
    sunset: sunsetMs === null ? null : new Date(sunsetMs).toUTCString(),
    link: link ?? null,
  }
}
