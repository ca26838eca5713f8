import { expect, it } from 'vitest'
import { checkIdempotencyKey, createIdempotencyKey } from './idempotency-key.ts'

it('createIdempotencyKey makes a key that is new each time', () => {
  const keys = Array.from({ length: 100 }, createIdempotencyKey)
  expect(new Set(keys).size).toBe(100)
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/)
})

it('checkIdempotencyKey takes what a header can carry', () => {
  expect(checkIdempotencyKey('submit job', 'nightly/2026-01-15')).toBe('nightly/2026-01-15')
  for (const key of ['', 'with space', 'ü', 'a\nb', 'x'.repeat(256)]) {
    expect(() => checkIdempotencyKey('submit job', key)).toThrow(
      'Cannot submit job as idempotencyKey must be 1 to 255 visible ASCII characters: current value is ',
    )
  }
})
