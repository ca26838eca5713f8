import { describe, expect, test } from 'vitest'
import type { ResolvedPayload } from '../connectors/payload/payload-answer.ts'
import { payloadInvalid, payloadNotFound, payloadUnavailable } from '../connectors/payload/payload-failure.ts'
import { PayloadHealth } from './worker-payload-health.ts'

const S = 1_000_000
const found: ResolvedPayload = { data: Buffer.from('1') }
const refused: ResolvedPayload = { failure: payloadUnavailable('refused') }
const broken: ResolvedPayload = { failure: payloadUnavailable('broken', { httpStatus: 503 }) }

/** Until when each of these answers, half a second after the other, holds the channel. */
function holdsOf(answers: readonly ResolvedPayload[], health = new PayloadHealth()): number[] {
  return answers.map((answer, n) => health.note([answer], (n * S) / 2))
}

describe('PayloadHealth', () => {
  test('takes a system for down after five failures in a row, and longer each time', () => {
    const health = new PayloadHealth()
    expect(holdsOf([refused, broken, refused, broken], health)).toEqual([0, 0, 0, 0])
    expect(health.isDown).toBe(false)
    expect(health.note([refused], 10 * S)).toBe(11 * S)
    expect(health.isDown).toBe(true)
    // It was on its way.
    expect(health.note([refused], 10.5 * S)).toBe(0)
    expect(health.note([refused], 11 * S)).toBe(13 * S)
    let untilUs = 13 * S
    for (let n = 0; n < 10; n++) untilUs = health.note([refused], untilUs)
    expect(health.note([refused], untilUs) - untilUs).toBe(30 * S)
    expect(health.note([found], untilUs)).toBe(0)
    expect(health.isDown).toBe(false)
  })

  test.each([
    ['data', found],
    ['a missing id', { failure: payloadNotFound('missing', { httpStatus: 404 }) }],
    ['data that is too large', { failure: payloadInvalid('large') }],
    ['a refusal', { failure: payloadUnavailable('no', { httpStatus: 403, hint: false }) }],
    [
      'a Retry-After, which holds by itself',
      { failure: payloadUnavailable('later', { httpStatus: 503, retryAtMs: 7 }) },
    ],
  ])('counts anew after %s', (_name, answer) => {
    expect(holdsOf([refused, refused, refused, refused, answer, refused, refused])).toEqual([0, 0, 0, 0, 0, 0, 0])
    expect(new PayloadHealth().note([refused, answer], 0)).toBe(0)
  })
})
