import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Deadlines } from './worker-deadlines.ts'

interface FakeCall {
  name: string
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
    const call = { name }
    deadlines.add(call, performance.now() + inMs)
    return call
  }

  it('notifies each call whose time is up, when it is', () => {
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
    deadlines.remove(add('a', 100))
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

  it('holds no call that has ended', async () => {
    const collected = new WeakRef(add('a', 60_000))
    deadlines.remove(collected.deref()!)
    const held = new WeakRef(add('b', 60_000))
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    // Until the end of a turn nothing is collected that it has looked at.
    await setImmediate()
    collect()
    expect([collected.deref(), held.deref()?.name]).toEqual([undefined, 'b'])
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
