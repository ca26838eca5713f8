import { expect, test } from 'vitest'
import { readPollCost, renderPollCost } from './poll-cost.ts'

test("the cost of waiting in the SDK's README is what the script computes: node scripts/poll-cost.ts --write", () => {
  expect(readPollCost()).toBe(renderPollCost())
})
