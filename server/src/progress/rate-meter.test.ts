import { expect, test } from 'vitest'
import { RateMeter } from './rate-meter.ts'

test('RateMeter is right from the first second on, and follows a change within its window', () => {
  const meter = new RateMeter()
  meter.start(0 + 1)
  let nowMs = 1
  for (let n = 0; n < 10; n++) meter.add(10, (nowMs += 100))
  expect(meter.perSecond(nowMs)).toBeGreaterThan(90)
  expect(meter.perSecond(nowMs)).toBeLessThan(110)
  for (let n = 0; n < 300; n++) meter.add(1, (nowMs += 100))
  expect(meter.perSecond(nowMs)).toBeGreaterThan(9)
  expect(meter.perSecond(nowMs)).toBeLessThan(16)
})

test('RateMeter is 0 before anything was counted and falls to 0 when nothing ends any more', () => {
  const meter = new RateMeter()
  expect(meter.perSecond(5)).toBe(0)
  meter.add(100, 1000)
  expect(meter.perSecond(1000 + 120_000)).toBeLessThan(0.01)
})
