import { describe, expect, test } from 'vitest'
import document from '../generated/openapi.json' with { type: 'json' }
import { errorAdvice } from './error-advice.ts'

describe('errorAdvice', () => {
  test('goes by the code, then by the status, then by what the connector says', () => {
    expect(errorAdvice({ code: 'timeout', status: 429, retryable: true })).toContain('timeoutMs')
    expect(errorAdvice({ code: 'http_429', status: 429, retryable: true })).toContain('rateLimit')
    expect(errorAdvice({ code: 'http_502', status: 502, retryable: true })).toContain('an internal error')
    expect(errorAdvice({ code: 'sold_out', status: null, retryable: true })).toContain('may succeed')
    expect(errorAdvice({ code: 'sold_out', status: null, retryable: false })).toContain('the same would fail again')
  })

  test('has words of its own for every code that the contract names', () => {
    const codes = document.components.schemas.ItemErrorCode['x-known-values']
    const byDefault = errorAdvice({ code: '', status: null, retryable: false })
    const own = codes.filter((code) => !code.includes('<'))
    expect(own.filter((code) => errorAdvice({ code, status: null, retryable: false }) === byDefault)).toEqual([])
  })
})
