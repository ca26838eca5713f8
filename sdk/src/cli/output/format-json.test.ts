import { describe, expect, it } from 'vitest'
import { formatJson } from './format-json.ts'

describe('formatJson', () => {
  it.each([
    [{ a: 1, b: [true, null, { c: 'x, {y}: [z] \\"' }], d: {}, e: [] }],
    [[]],
    ['text'],
    [[[1, 2], { a: { b: { c: [[]] } } }]],
  ])('lays out %j as JSON.stringify does', (value) => {
    expect(formatJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2))
    expect(formatJson(JSON.stringify(value, null, 7))).toBe(JSON.stringify(value, null, 2))
  })

  it('keeps numbers and strings as they were written', () => {
    expect(formatJson('{"n":12345678901234567890,"m":1.50,"s":"\\u0041\\/"}')).toBe(
      '{\n  "n": 12345678901234567890,\n  "m": 1.50,\n  "s": "\\u0041\\/"\n}',
    )
  })

  it.each(['', '<p>', '{"a":1', '{"a":1} {"b":2}'])('leaves %j as it is', (text) => {
    expect(formatJson(text)).toBe(text)
  })

  it('takes no longer for text that is nested deeply, or that is one string', () => {
    const startedMs = performance.now()
    expect(formatJson('['.repeat(3000) + ']'.repeat(3000))).toContain('\n')
    expect(formatJson(`"${'\\\\'.repeat(32_000)}"`)).toHaveLength(64_002)
    expect(performance.now() - startedMs).toBeLessThan(2000)
  })
})
