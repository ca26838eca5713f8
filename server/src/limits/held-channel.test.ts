import { expect, it } from 'vitest'
import { completeChannel } from '../model/complete-channel.ts'
import { newChannel } from './channel-registry.ts'
import { Gate } from './gate.ts'
import { holdOf, rateHoldOf } from './held-channel.ts'

const SECOND_US = 1_000_000

function channel() {
  const config = completeChannel({
    connector: { type: 'http', url: 'https://shop.example/' },
    rateLimit: { limit: 1, periodMs: 10_000 },
    circuit: { failureRatio: 0.5, minCalls: 1, openMs: 30_000 },
  })
  const gate = new Gate()
  gate.configure(config.rateLimit, 0)
  return newChannel('shop', config, { origin: 'file', gate })
}

it('a channel that lets calls start is not held', () => {
  expect(holdOf(channel(), 0)).toBeNull()
})

it('a pause has no end, and is named first', () => {
  const held = channel()
  held.gate.blockUntil(5 * SECOND_US)
  held.gate.pause()
  expect(holdOf(held, 0)).toEqual({ reason: 'it is paused', untilUs: null })
})

it('a Retry-After holds until its end', () => {
  const held = channel()
  held.gate.blockUntil(5 * SECOND_US)
  expect(holdOf(held, 0)).toEqual({ reason: 'a Retry-After has not passed', untilUs: 5 * SECOND_US })
  expect(holdOf(held, 5 * SECOND_US)).toBeNull()
})

it('an open circuit holds until a probe may start, a half-open one until it was answered', () => {
  const held = channel()
  held.circuit.record({ calls: 2, failed: 2 }, 0)
  expect(holdOf(held, 0)).toEqual({ reason: 'its circuit is open', untilUs: 30 * SECOND_US })
  expect(holdOf(held, 31 * SECOND_US)).toMatchObject({ untilUs: null })
})

it('a rate limit holds until its next unit, where nothing else does', () => {
  const held = channel()
  held.gate.tryTake(1, 0)
  expect(rateHoldOf(held, 0)).toEqual({ reason: 'its rate limit is used up', untilUs: 10 * SECOND_US })
  held.gate.pause()
  expect(rateHoldOf(held, 0)).toEqual({ reason: 'it is paused', untilUs: null })
})
