import { expect, test } from 'vitest'
import { createLineIndex } from './line-index.ts'

test('the index of lines knows the line of every item, over records of several lines and empty ones', () => {
  const index = createLineIndex()
  const lines = [2, 3, 4, 7, 8, 10, 11]
  for (const line of lines) index.note(line)
  expect(lines.map((_, at) => index.lineOf(at))).toEqual(lines)
  expect(index.lineOf(7)).toBeNull()
})
