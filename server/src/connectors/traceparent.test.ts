import { expect, it } from 'vitest'
import { createTraceparent } from './traceparent.ts'

it('createTraceparent gives every call a trace and a span of its own, not sampled', () => {
  const headers = Array.from({ length: 2_000 }, createTraceparent)
  for (const header of headers) expect(header).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
  expect(new Set(headers.map((header) => header.slice(3, 35))).size).toBe(headers.length)
  expect(new Set(headers.map((header) => header.slice(36, 52))).size).toBe(headers.length)
})
