import type { Job } from '@waybill/spec'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createFakeJob } from './testing/fake-job.ts'
import { isOnlyParked, watchParked } from './watch-parked.ts'

type Reason = Job['waiting'][number]['reason']
const waits = (...reasons: Reason[]): Job['waiting'] => reasons.map((reason) => ({ reason, items: 2, until: null }))
const counts = { total: 4, pending: 2, waiting: 2, running: 0, succeeded: 0, failed: 0, cancelled: 0 }
const parked = createFakeJob({ status: 'running', counts, waiting: waits('parked', 'partition') })
const moving = createFakeJob({ status: 'running', counts, waiting: waits('parked', 'rate_limit') })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('isOnlyParked', () => {
  test.each<[string, Partial<Job>, boolean]>([
    ['parked items and those behind them', {}, true],
    ['a running item', { counts: { ...counts, running: 1 } }, false],
    ['an item that waits for its turn', { waiting: waits('parked', 'backlog') }, false],
    ['items behind those of other jobs', { waiting: waits('partition') }, false],
    ['no item', { done: true, waiting: [] }, false],
  ])('of a job with %s', (_, differences, expected) => {
    expect(isOnlyParked({ ...parked, ...differences })).toBe(expected)
  })
})

describe('watchParked', () => {
  test('notifies once, when nothing else was left for so long without a break', () => {
    const notify = vi.fn()
    const watch = watchParked(60_000, notify)
    watch.see(parked)
    vi.advanceTimersByTime(59_000)
    watch.see(moving)
    vi.advanceTimersByTime(60_000)
    expect(notify).not.toHaveBeenCalled()
    watch.see(parked)
    vi.advanceTimersByTime(30_000)
    watch.see({ ...parked, version: 2 })
    vi.advanceTimersByTime(30_000)
    expect(notify).toHaveBeenCalledExactlyOnceWith({ ...parked, version: 2 })
    watch.see(moving)
    watch.see(parked)
    vi.advanceTimersByTime(600_000)
    expect(notify).toHaveBeenCalledOnce()
  })

  test('notifies as soon as it sees it, where it is asked to', () => {
    const notify = vi.fn()
    watchParked(0, notify).see(moving)
    expect(notify).not.toHaveBeenCalled()
    watchParked(0, notify).see(parked)
    expect(notify).toHaveBeenCalledOnce()
  })

  test('leaves no timer when it is stopped', () => {
    const watch = watchParked(60_000, vi.fn())
    watch.see(parked)
    watch.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})
