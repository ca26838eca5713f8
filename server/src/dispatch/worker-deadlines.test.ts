import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Deadlines } from './worker-deadlines.ts'

interface FakeCall {
  name: string
  settled: boolean
}

describe('Deadlines', () => {
  let due: string[]
  let deadlines: Deadlines<FakeCall>

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    due = []
    deadlines = new Deadlines((call) => due.push(call.name))
  })

  afterEach(() => {
    deadlines.clear()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  const add = (name: string, inMs: number): FakeCall => {
    const call = { name, settled: false }
    deadlines.add(call, performance.now() + inMs)
    return call
  }

  it('tells each call whose time is up, when it is', () => {
    add('a', 100)
    vi.advanceTimersByTime(50)
    add('b', 100)
    vi.advanceTimersByTime(49)
    expect(due).toEqual([])
    vi.advanceTimersByTime(1)
    expect(due).toEqual(['a'])
    vi.advanceTimersByTime(50)
    expect(due).toEqual(['a', 'b'])
  })

  it('says nothing of calls that have ended', () => {
    add('a', 100).settled = true
    add('b', 100)
    vi.advanceTimersByTime(200)
    expect(due).toEqual(['b'])
  })

  it('takes a new call when all before have ended', () => {
    add('a', 100)
    vi.advanceTimersByTime(100)
    add('b', 100)
    vi.advanceTimersByTime(100)
    expect(due).toEqual(['a', 'b'])
  })

  it('is not late for a time-out that was made shorter', () => {
    add('long', 60_000)
    add('short', 100)
    vi.advanceTimersByTime(100)
    expect(due).toEqual(['short'])
    vi.advanceTimersByTime(59_900)
    expect(due).toEqual(['short', 'long'])
  })
})
