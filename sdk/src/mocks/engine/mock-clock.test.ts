import { afterEach, describe, expect, it, vi } from 'vitest'
import { createRealClock, createVirtualClock } from './mock-clock.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe('createVirtualClock', () => {
  it('stands still, and carries out what falls due in its order when it moves', () => {
    const clock = createVirtualClock(1000)
    const seen: [string, number][] = []
    const note = (name: string) => () => seen.push([name, clock.nowMs()])
    clock.after(20, note('second'))
    clock.after(10, () => {
      note('first')()
      clock.after(5, note('asked on the way'))
      clock.after(50, note('too late'))
    })
    clock.after(20, note('third'))
    expect(seen).toEqual([])
    clock.advance(30)
    expect(seen).toEqual([
      ['first', 1010],
      ['asked on the way', 1015],
      ['second', 1020],
      ['third', 1020],
    ])
    expect(clock.nowMs()).toBe(1030)
  })

  it('forgets what was taken back', () => {
    const clock = createVirtualClock(0)
    const seen: string[] = []
    const cancel = clock.after(1, () => seen.push('taken back'))
    cancel()
    cancel()
    clock.after(2, () => seen.push('cleared'))
    clock.clear()
    clock.advance(10)
    expect(seen).toEqual([])
  })
})

describe('createRealClock', () => {
  it('goes by the timers and the Date of a test that has faked them', () => {
    const clock = createRealClock()
    vi.useFakeTimers({ now: 5000 })
    const seen: number[] = []
    clock.after(100, () => seen.push(clock.nowMs()))
    vi.advanceTimersByTime(100)
    expect(seen).toEqual([5100])
  })

  it('waits longer than a timer can', () => {
    vi.useFakeTimers({ now: 0 })
    const clock = createRealClock()
    let isOver = false
    const days30Ms = 30 * 86_400_000
    clock.after(days30Ms, () => (isOver = true))
    vi.advanceTimersByTime(days30Ms - 1)
    expect(isOver).toBe(false)
    vi.advanceTimersByTime(1)
    expect(isOver).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer behind when it is cleared', () => {
    vi.useFakeTimers()
    const clock = createRealClock()
    for (const delayMs of [0, 10, 1e10]) clock.after(delayMs, () => expect.unreachable())
    clock.clear()
    expect(vi.getTimerCount()).toBe(0)
  })
})
