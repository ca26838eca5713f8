import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'
import { TimerHeap } from './timer-heap.ts'
import { WaitTimer } from '../handover/wait-timer.ts'

function heap() {
  const places = new Map<number, number>()
  return new TimerHeap({ place: (id) => places.get(id)!, setPlace: (id, place) => places.set(id, place) })
}

describe('TimerHeap', () => {
  test('gives ids back by time, whatever was added and removed between', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ add: fc.integer({ min: 0, max: 50 }) }) },
      { weight: 1, arbitrary: fc.record({ remove: fc.nat() }) },
      { weight: 1, arbitrary: fc.constant('take' as const) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const subject = heap()
        const model = new Map<number, number>()
        let id = 0
        for (const action of steps) {
          if (action === 'take') {
            if (model.size === 0) continue
            const earliest = Math.min(...model.values())
            expect(subject.earliest).toBe(earliest)
            const taken = subject.takeEarliest()
            expect(model.get(taken)).toBe(earliest)
            model.delete(taken)
          } else if ('add' in action) {
            model.set(id, action.add)
            subject.add(id++, action.add)
          } else {
            const removed = [...model.keys()][action.remove % Math.max(model.size, 1)]
            if (removed === undefined) continue
            model.delete(removed)
            subject.remove(removed)
          }
          expect(subject.size).toBe(model.size)
        }
        const rest = [...model.values()].sort((a, b) => a - b)
        expect(rest.map(() => model.get(subject.takeEarliest()))).toEqual(rest)
        expect(subject.earliest).toBe(Infinity)
      }),
    )
  })

  test('sorts more ids than fit a page', () => {
    const subject = heap()
    for (let n = 0; n < 20_000; n++) subject.add(n, (n * 7919) % 20_000)
    const times: number[] = []
    for (; subject.size > 0; subject.takeEarliest()) times.push(subject.earliest)
    expect(times).toEqual(Array.from({ length: 20_000 }, (_, n) => n))
  })
})

describe('WaitTimer', () => {
  test('has one timer, for the earliest time', () => {
    const clock = new FakeClock(0)
    const fired: number[] = []
    const timer = new WaitTimer(clock, () => fired.push(clock.nowMs()))
    timer.arm(9_000)
    timer.arm(5_500)
    timer.arm(7_000)
    expect(clock.pending).toBe(1)
    clock.advance(20)
    expect(fired).toEqual([6]) // never a moment too early
    expect(clock.pending).toBe(0)
    timer.arm(Infinity)
    expect(clock.pending).toBe(0)
  })

  test('fires at once for a time that has passed, and never after it was stopped', () => {
    const clock = new FakeClock(1000)
    let fired = 0
    const timer = new WaitTimer(clock, () => fired++)
    timer.arm(1)
    clock.advance(0)
    expect(fired).toBe(1)
    timer.arm(2_000_000)
    timer.stop()
    expect(clock.pending).toBe(0)
  })
})
