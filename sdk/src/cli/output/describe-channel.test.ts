import { expect, test } from 'vitest'
import { describeError, describeWaits } from './describe-channel.ts'

test('items wait for what the first of them waits for, not for each other', () => {
  const behind = [
    { reason: 'partition' as const, items: 400, until: null },
    { reason: 'parked' as const, items: 1, until: null },
  ]
  expect(describeWaits({ waiting: behind })).toBe('parked')
  expect(describeWaits({ waiting: behind.slice(0, 1) })).toBe('partition')
  expect(describeWaits({ waiting: [] })).toBe('')
})

test('the last error has its code once, its status where that is another, and when it is tried again', () => {
  const at = '2026-01-15T08:00:00.000Z'
  const none = { at, detail: null, until: null, advice: '' }
  expect(describeError({ ...none, code: 'http_503', status: 503 })).toBe(`http_503, at ${at}`)
  expect(describeError({ ...none, code: 'locked', status: 409, detail: 'It is' })).toBe(`locked (409): It is, at ${at}`)
  expect(describeError({ ...none, code: 'connector_unavailable', status: null, until: at })).toBe(
    `connector_unavailable, at ${at}; loaded again at ${at}`,
  )
})
