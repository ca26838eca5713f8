import { describe, expect, it } from 'vitest'
import { readRules, ruleFaults, writeRules } from './retry-rules.ts'

describe('retry rules', () => {
  const written = [
    { status: [409, '500-599'], then: 'park' as const },
    { code: ['stock_locked'], then: 'retry' as const },
  ]

  it('are read with their ranges, and written as they were', () => {
    const rules = readRules(written)
    expect(rules).toEqual([
      { status: [409, [500, 599]], then: 'park' },
      { code: ['stock_locked'], then: 'retry' },
    ])
    expect(writeRules(rules)).toEqual(written)
    expect(ruleFaults(rules)).toEqual([])
  })

  it('want the lower status first', () => {
    expect(ruleFaults(readRules([{ status: [400, '599-500'], then: 'fail' }]))).toEqual([
      { pointer: '/0/status/1', detail: 'must begin with the lower status: current value is 599-500' },
    ])
  })
})
