import { describe, expect, it } from 'vitest'
import { nextTurn } from '../testing/fake-timing.ts'
import { clampDelay, maxDelayMs, sleep } from './sleep.ts'

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}

describe('sleep', () => {
  it('ends at once on an abort, with its reason, and leaves no timer', async () => {
    const timersBefore = countTimers()
    const controller = new AbortController()
    const sleeping = sleep(60_000, controller.signal)
    expect(countTimers()).toBe(timersBefore + 1)
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await nextTurn(sleeping)).toBe(reason)
    expect(countTimers()).toBe(timersBefore)
  })

  it('does not begin when the signal was aborted before', async () => {
    await expect(sleep(60_000, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
  })

  it('does not fire at once when the delay is longer than a timer can take', async () => {
    const controller = new AbortController()
    const sleeping = sleep(2 ** 40, controller.signal)
    const quick = await Promise.race([sleeping.then(() => 'fired'), sleep(30).then(() => 'still asleep')])
    controller.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    expect(quick).toBe('still asleep')
  })
})

describe('clampDelay', () => {
  it('keeps what a timer can take', () => {
    expect([Number.NaN, -1, 0, 5, maxDelayMs, 2 ** 31, Number.POSITIVE_INFINITY].map(clampDelay)).toEqual([
      0,
      0,
      0,
      5,
      maxDelayMs,
      maxDelayMs,
      maxDelayMs,
    ])
  })
})
