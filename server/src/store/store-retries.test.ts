import { describe, expect, test } from 'vitest'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { StoreError, type StoreErrorCode } from './store-error.ts'
import { isPassing, STORE_RETRY_MS, StoreRetries } from './store-retries.ts'

function world() {
  const clock = new FakeClock()
  const retries = new StoreRetries(clock)
  const did: unknown[] = []
  return { clock, retries, did, turn: () => new Promise<void>((resolve) => setImmediate(resolve)) }
}

describe('StoreRetries', () => {
  test('lets the next try begin after the wait, not before', async () => {
    const { clock, retries, did, turn } = world()
    retries.later(() => did.push('later'))
    void retries.pause().then((again) => did.push(again))
    clock.advance(STORE_RETRY_MS - 1)
    await turn()
    expect(did).toEqual([])
    clock.advance(1)
    await turn()
    expect(did).toEqual(['later', true])
    expect(clock.pending).toBe(0)
  })

  test('ends all waits at once when given up, and leaves no timer', async () => {
    const { clock, retries, did, turn } = world()
    retries.later(() => did.push('later'))
    void retries.pause().then((again) => did.push(again))
    retries.giveUp()
    await turn()
    expect([did, clock.pending]).toEqual([[false], 0])
    clock.advance(STORE_RETRY_MS)
    expect(did).toEqual([false])
  })

  test('waits again after it was given up', async () => {
    const { clock, retries, did, turn } = world()
    retries.giveUp()
    void retries.pause().then((again) => did.push(again))
    clock.advance(STORE_RETRY_MS)
    await turn()
    expect(did).toEqual([true])
  })

  test('cancels one wait alone', () => {
    const { clock, retries, did } = world()
    const cancel = retries.later(() => did.push('first'))
    retries.later(() => did.push('second'))
    cancel()
    cancel()
    clock.advance(STORE_RETRY_MS)
    expect([did, clock.pending]).toEqual([['second'], 0])
  })
})

describe('isPassing', () => {
  const codes: Record<StoreErrorCode, boolean> = {
    disk_full: true,
    unavailable: true,
    damaged: false,
    io: false,
    stale_epoch: false,
    stale_term: false,
    newer_schema: false,
    locked: false,
    closed: false,
    conflict: false,
  }

  test.each(Object.entries(codes))('of %s is %s', (code, wanted) => {
    expect(isPassing(new StoreError(code as StoreErrorCode, 'refused'))).toBe(wanted)
  })

  test('of an error of something else is false', () => {
    expect(isPassing(Object.assign(new Error('full'), { code: 'disk_full' }))).toBe(false)
  })
})
