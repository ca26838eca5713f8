import type { SpecDocument } from './spec-document.ts'

const CODE = 'rate_limited'
const RESPONSE = { $ref: '#/components/responses/TooManyRequests' }
const HEADERS = ['RateLimit', 'RateLimit-Policy']
/** Codes are listed by status: those of a fault of the server come last. */
const AFTER_IT = 'internal_error'

/**
 * Adds what every operation has that counts as a request: the code `rate_limited`, its answer 429, and, where a token is required, the headers of quotas on
 * each answer that stands in place. Operations with `x-rate-limited: false` stay as they are. Written once here, so that no operation lacks it.
 */
export function addRateLimits(spec: SpecDocument): SpecDocument {
  const result = structuredClone(spec)
  for (const pathItem of Object.values(result.paths)) {
    for (const operation of [pathItem.get, pathItem.put, pathItem.post, pathItem.delete]) {
      if (operation === undefined || operation['x-rate-limited'] === false) continue
      const codes = operation['x-problem-codes']
      codes.splice(codes.indexOf(AFTER_IT), 0, CODE)
      operation.responses['429'] ??= RESPONSE
      if (operation.security.length === 0) continue
      for (const response of Object.values(operation.responses)) {
        if ('$ref' in response) continue
        const missing = HEADERS.filter((name) => response.headers?.[name] === undefined)
        const added = Object.fromEntries(missing.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
        response.headers = { ...response.headers, ...added }
      }
    }
  }
  return result
}
