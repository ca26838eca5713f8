import { expect, test } from 'vitest'
import { readiness } from './readiness.ts'

test.each([
  ['ample', null, true, 'ready'],
  ['ample', null, false, 'store_unavailable'],
  ['ample', 'unavailable', true, 'store_unavailable'],
  ['ample', 'disk_full', true, 'disk_full'],
  ['low', null, true, 'disk_full'],
  ['none', null, true, 'disk_full'],
  ['damaged', 'unavailable', false, 'store_damaged'],
] as const)(
  'a store that is %s, with commits refused as %s and the lease held: %s, is %s',
  (condition, refusal, holds, is) => {
    expect(readiness(condition, refusal, holds)).toBe(is)
  },
)
