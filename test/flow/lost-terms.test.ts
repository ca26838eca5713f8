import { expect, test } from 'vitest'
import { loseTerms } from '../support/lost-terms.ts'

test.each(['disk', 'memory'] as const)(
  'REC-2 channels that another server takes over are given up, and nothing of the others is held up (%s)',
  async (store) => {
    expect(await loseTerms({ store })).toEqual([])
  },
  300_000,
)
