import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextPoll, pollBackoff, type PollNews, type PollState, startPolling } from './poll.ts'
import { maxDelayMs } from '../transport/sleep.ts'

const nowMs = Date.parse('2026-01-15T08:00:00Z')

function next(state: PollState, news: PollNews, retryAfter?: string, random = 0.5) {
  const headers = new Headers(retryAfter === undefined ? {} : { 'Retry-After': retryAfter })
  return nextPoll(state, news, headers, { nowMs, random })
}

/** The delays after these answers, failures and so on. */
function walk(steps: readonly (readonly [PollNews, string?])[], random?: number): number[] {
  let state = startPolling()
  return steps.map(([news, retryAfter]) => {
    const step = next(state, news, retryAfter, random)
    state = step.state
    return step.delayMs
  })
}

describe('nextPoll', () => {
  it('begins with half a second and grows by a quarter up to 30 s', () => {
    const delays = walk(Array.from({ length: 51 }, () => ['answer']))
    expect([...delays.slice(0, 3), delays[50]]).toEqual([500, 625, 781.25, 30_000])
  })

  it.each([0, 0.5, 0.999])('sees a job of 10 s end within 5 s, whatever chance gives (%d)', (random) => {
    // Azure/azure-sdk-for-python#45432: 33 s for a job of 10 s.
    let atMs = 0
    for (const delayMs of walk(
      Array.from({ length: 50 }, () => ['answer']),
      random,
    )) {
      if (atMs >= 10_000) break
      atMs += delayMs
    }
    expect(atMs).toBeLessThan(15_000)
  })

  it('never undercuts a Retry-After, in seconds or as a date, below or above a minute', () => {
    for (const [retryAfter, expectedMs] of [
      ['7', 7_000],
      ['90', 90_000],
      ['Thu, 15 Jan 2026 08:00:20 GMT', 20_000],
    ] as const) {
      for (const news of ['answer', 'failure'] as const) {
        expect(next(startPolling(), news, retryAfter, 0).delayMs).toBe(expectedMs)
      }
    }
    expect(next(startPolling(), 'answer', '0').delayMs).toBe(500)
  })

  it('grows from the beginning again when the server expects the end sooner, not when its estimate stands still', () => {
    const late = { ...startPolling(), answers: 40, floorMs: 30_000 }
    const steps = ['12', '3', '1', '1', '1', '1', '1'].reduce<{ state: PollState; delays: number[] }>(
      ({ state, delays }, retryAfter) => {
        const step = next(state, 'answer', retryAfter)
        return { state: step.state, delays: [...delays, Math.round(step.delayMs)] }
      },
      { state: late, delays: [] },
    )
    expect(steps.delays).toEqual([12_000, 3_000, 1_000, 1_000, 1_000, 1_000, 1_221])
  })

  it('takes the delays of failures from their number in a row, and those of answers from theirs', () => {
    expect(walk([['answer'], ['failure'], ['failure'], ['answer'], ['failure'], ['answer']])).toEqual([
      500, 500, 625, 625, 500, 781.25,
    ])
  })

  it('asks at once after an answer that was held back, and after a few that only claim it', () => {
    expect(walk([['held'], ['held']])).toEqual([0, 0])
    expect(walk(Array.from({ length: 7 }, () => ['quick']))).toEqual([0, 0, 0, 0, 500, 625, 781.25])
    expect(walk([['quick'], ['quick'], ['quick'], ['quick'], ['held'], ['quick']]).at(-1)).toBe(0)
  })

  it('clamps what a timer cannot take', () => {
    // Azure/azure-sdk-for-js#39793: a huge Retry-After fired after 1 ms.
    expect(next(startPolling(), 'answer', '99999999999').delayMs).toBe(maxDelayMs)
    const endless = startPolling({ ...pollBackoff, maxMs: Number.POSITIVE_INFINITY })
    expect(next({ ...endless, answers: 10_000 }, 'answer').delayMs).toBe(maxDelayMs)
  })

  it('is never early, never more than a timer takes, and never a hot loop, whatever comes', () => {
    const seconds = fc.option(fc.integer({ min: 0, max: 10 ** 7 }), { freq: 3 })
    const news = fc.constantFrom<PollNews>('answer', 'held', 'quick', 'failure')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(news, seconds, fc.double({ min: 0, max: 0.999, noNaN: true })), { maxLength: 200 }),
        (steps) => {
          let state = startPolling()
          let atOnce = 0
          for (const [what, retryAfter, random] of steps) {
            const step = next(state, what, retryAfter === null ? undefined : String(retryAfter), random)
            state = step.state
            const isAtOnce = step.delayMs === 0
            // What was held back took its time already.
            atOnce = isAtOnce && what !== 'held' ? atOnce + 1 : 0
            const floorMs = Math.min((retryAfter ?? 0) * 1_000, maxDelayMs)
            expect(isAtOnce || step.delayMs >= Math.max(400, floorMs)).toBe(true)
            expect(step.delayMs).toBeLessThanOrEqual(maxDelayMs)
            expect(atOnce).toBeLessThanOrEqual(4)
          }
        },
      ),
    )
  })

  it('changes nothing of what it is given', () => {
    const state = Object.freeze(startPolling())
    expect(next(state, 'failure').state).toEqual({ ...state, failures: 1 })
    expect(next(state, 'failure')).toEqual(next(state, 'failure'))
  })
})
