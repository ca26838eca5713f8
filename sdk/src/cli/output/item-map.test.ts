import { expect, test } from 'vitest'
import { drawMap } from './item-map.ts'

const plain = { stylePrinted: (_: unknown, text: string) => text }
const at = '2026-01-15T08:01:22.000Z'

test('a job is drawn as a strip with a legend: of each stretch what needs somebody most', () => {
  const counts = {
    pending: [0, 3, 10, 5, 0],
    waiting: [0, 0, 0, 1, 0],
    running: [0, 1, 0, 0, 0],
    succeeded: [10, 6, 0, 3, 4],
    failed: [0, 0, 0, 1, 0],
    cancelled: [0, 0, 0, 0, 1],
  }
  expect(drawMap({ jobId: 'job_1', total: 45, itemsPerBucket: 10, at, counts }, plain)).toEqual([
    ' 0  #>.!x',
    '',
    '! failed 1   ~ waiting 1   > running 1   x cancelled 1   . pending 18   # succeeded 23',
    'A character stands for 10 items, of 45; the first of these it has is drawn',
  ])
})

test('a long one has the first index before each line, and one without items says so', () => {
  const list = (value: number) => Array.from({ length: 70 }, () => value)
  const empty = { waiting: list(0), running: list(0), failed: list(0), cancelled: list(0) }
  const counts = { ...empty, pending: list(600), succeeded: list(400) }
  const lines = drawMap({ jobId: 'job_1', total: 70_000, itemsPerBucket: 1000, at, counts }, plain)
  expect(lines.slice(0, 4)).toEqual([
    `     0  ${'+'.repeat(60)}`,
    `60,000  ${'+'.repeat(10)}`,
    '',
    '. pending 42,000   # succeeded 28,000   + some succeeded',
  ])
  const none = { pending: [], waiting: [], running: [], succeeded: [], failed: [], cancelled: [] }
  expect(drawMap({ jobId: 'job_1', total: 0, itemsPerBucket: 1, at, counts: none }, plain)[1]).toBe('no items')
})
