import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WaitingCount } from '../model/item.ts'
import { estimate, type EtaFacts, etaSeconds, missesDeadline, stillUntilMs } from './eta.ts'
import { RateMeter } from './rate-meter.ts'

const NOW = 1_800_000_000_000

function facts(over: Partial<EtaFacts>): EtaFacts {
  return {
    nowMs: NOW,
    remaining: 100,
    itemsPerSecond: 10,
    lastItemsPerSecond: 10,
    allowedItemsPerSecond: Infinity,
    reasons: [],
    deadlineAtMs: null,
    ...over,
  }
}

function eta(over: Partial<EtaFacts>): number | null {
  return etaSeconds(facts(over))
}

function waits(reason: WaitingCount['reason'], inMs: number | null): WaitingCount {
  return { reason, items: 1, untilMs: inMs === null ? null : NOW + inMs }
}

test('a deadline is missed by a job that is expected to end later, and not while nobody can know', () => {
  const missed = (inMs: number, over: Partial<EtaFacts> = {}) =>
    missesDeadline(facts({ deadlineAtMs: NOW + inMs, ...over }))
  expect(missed(10_001)).toBe(false)
  expect(missed(9999)).toBe(true)
  expect(missed(9999, { itemsPerSecond: 0 })).toBe(false)
  expect(missed(9999, { reasons: [waits('parked', null)] })).toBe(false)
  expect(missesDeadline(facts({}))).toBe(false)
})

describe('estimate', () => {
  const decides = (over: Partial<EtaFacts>) => estimate(facts(over)).decidedBy
  const items = 100

  test('is decided by the measured speed, or by a rate limit that is not above it', () => {
    const measured = { constraint: 'measured', items, itemsPerSecond: 10, untilMs: null, reason: null }
    expect(decides({})).toEqual(measured)
    expect(decides({ allowedItemsPerSecond: 20 })).toEqual(measured)
    for (const itemsPerSecond of [0, 9.1, 10, 12])
      expect(decides({ itemsPerSecond, allowedItemsPerSecond: 10 })).toEqual({ ...measured, constraint: 'rate_limit' })
    expect(decides({ itemsPerSecond: 8, allowedItemsPerSecond: 10 })).toMatchObject({ constraint: 'measured' })
  })

  test('is decided by a standstill that takes longer than all items after it', () => {
    const still = { untilMs: NOW + 30_000, reason: 'circuit_open' }
    const reasons = [waits('circuit_open', 30_000), waits('retry', 20_000)]
    expect(decides({ reasons })).toEqual({ constraint: 'standstill', items, itemsPerSecond: null, ...still })
    expect(decides({ reasons, lastItemsPerSecond: 2 })).toEqual({
      ...{ constraint: 'measured', items, itemsPerSecond: 2 },
      ...still,
    })
  })

  test('is decided by the last retry, or by the deadline, when that is what ends it', () => {
    const last = { itemsPerSecond: null, untilMs: NOW + 60_000, reason: null }
    expect(decides({ reasons: [waits('retry', 60_000)] })).toEqual({ constraint: 'retry', items: 1, ...last })
    const deadlineAtMs = NOW + 60_000
    const byDeadline = { constraint: 'deadline', items, ...last }
    expect(decides({ reasons: [waits('retry', 90_000)], deadlineAtMs })).toEqual(byDeadline)
    expect(decides({ reasons: [waits('paused', null)], deadlineAtMs })).toEqual(byDeadline)
    expect(decides({ itemsPerSecond: 0, deadlineAtMs })).toEqual(byDeadline)
    expect(decides({ deadlineAtMs })).toMatchObject({ constraint: 'measured' })
  })

  test('is decided by nothing while nobody can know, and of nothing', () => {
    expect(estimate(facts({ itemsPerSecond: 0 }))).toEqual({ seconds: null, decidedBy: null })
    expect(decides({ reasons: [waits('parked', 1000)] })).toBeNull()
    expect(estimate(facts({ remaining: 0 }))).toEqual({ seconds: 0, decidedBy: null })
  })
})

describe('etaSeconds', () => {
  test('is bounded by the measured rate, the limit and the last retry', () => {
    expect(eta({})).toBe(10)
    expect(eta({ allowedItemsPerSecond: 5 })).toBe(20)
    expect(eta({ reasons: [waits('retry', 60_000)] })).toBe(60)
    expect(eta({ remaining: 0 })).toBe(0)
    expect(eta({ itemsPerSecond: 0 })).toBeNull()
  })

  test('adds the time that the channel stands still, and then expects the speed it had', () => {
    const still = { itemsPerSecond: 0.01 }
    expect(eta({ ...still, reasons: [waits('circuit_open', 30_000)] })).toBe(40)
    expect(eta({ ...still, reasons: [waits('circuit_open', null)] })).toBe(10)
    expect(eta({ ...still, reasons: [waits('rate_limit', 90_000)] })).toBe(100)
    expect(eta({ reasons: [waits('rate_limit', 20)] })).toBe(10)
  })

  test('is not known while a person has to act, and never after the deadline', () => {
    expect(eta({ reasons: [waits('paused', null)] })).toBeNull()
    expect(eta({ reasons: [waits('parked', 1000)] })).toBeNull()
    expect(eta({ deadlineAtMs: NOW + 4000 })).toBe(4)
    expect(eta({ reasons: [waits('paused', null)], deadlineAtMs: NOW + 4000 })).toBe(4)
  })

  test('stillUntilMs distinguishes a blocked channel from a rate limit at work', () => {
    expect(stillUntilMs([waits('circuit_open', 1)], NOW)).toBe(NOW + 1)
    expect(stillUntilMs([waits('paused', null)], NOW)).toBe(NOW)
    expect(stillUntilMs([waits('rate_limit', 20), waits('retry', 5000)], NOW)).toBeNull()
  })

  test.each([
    { name: 'a rate limit', items: 5000, perSecond: 50, concurrency: 64, serviceMs: 40, failing: 0 },
    { name: 'concurrency', items: 5000, perSecond: Infinity, concurrency: 4, serviceMs: 50, failing: 0 },
    { name: 'a rate limit and retries', items: 5000, perSecond: 50, concurrency: 64, serviceMs: 200, failing: 0.2 },
    { name: 'concurrency and retries', items: 6000, perSecond: Infinity, concurrency: 8, serviceMs: 100, failing: 0.1 },
    { name: 'calls of seconds', items: 200, perSecond: Infinity, concurrency: 1, serviceMs: 5000, failing: 0 },
    { name: 'one call in ten seconds', items: 150, perSecond: 0.1, concurrency: 4, serviceMs: 300, failing: 0 },
    { name: 'a job of seconds', items: 400, perSecond: 200, concurrency: 64, serviceMs: 20, failing: 0 },
  ])('PRG-2 is within 15 % from 20 % of the job on, behind $name', (channel) => {
    const { looks, endMs } = simulate(channel)
    expect(looks.length).toBeGreaterThan(3)
    for (const { nowMs, ratio, seconds } of looks) {
      const left = (endMs - nowMs) / 1000
      expect(Math.abs(seconds - left) / left, `at ${ratio} of the job`).toBeLessThan(0.15)
    }
  })

  test('PRG-2 is within 15 % from 20 % of the job on, behind any channel of steady service times', () => {
    fc.assert(
      fc.property(steadyChannel, (channel) => {
        const { looks, endMs } = simulate(channel)
        for (const { nowMs, seconds } of looks) {
          const left = (endMs - nowMs) / 1000
          expect(Math.abs(seconds - left)).toBeLessThan(0.15 * left)
        }
      }),
    )
  })

  test('is what a model of each bound says, whatever holds the job up', () => {
    const untilMs = fc.option(fc.integer({ min: -5000, max: 100_000 }))
    const reason = fc.constantFrom('retry', 'rate_limit', 'circuit_open', 'paused', 'parked', 'dependency', 'partition')
    const rate = fc.constantFrom(0, 0.01, 1, 10, 1000)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(reason, untilMs), { maxLength: 4 }),
        fc.nat(10_000),
        rate,
        rate,
        fc.constantFrom(0.1, 5, Infinity),
        untilMs,
        (held, remaining, itemsPerSecond, lastItemsPerSecond, allowedItemsPerSecond, deadlineInMs) => {
          const deadlineAtMs = deadlineInMs === null ? null : NOW + deadlineInMs
          const reasons = held.map(([name, inMs]) => waits(name as WaitingCount['reason'], inMs))
          const facts = { remaining, itemsPerSecond, lastItemsPerSecond, allowedItemsPerSecond, deadlineAtMs, reasons }
          expect(eta(facts)).toBe(modelOf(facts))
        },
      ),
    )
  })
})

/**
 * Jobs of twenty seconds to twenty minutes. With failures of 150 s at least: what fails again and again at the end, each time a second later,
 * is no steady service time to a job of seconds.
 */
const steadyChannel = fc
  .record({
    items: fc.integer({ min: 500, max: 5000 }),
    perSecond: fc.constantFrom(5, 20, 50, 200, Infinity),
    concurrency: fc.integer({ min: 1, max: 32 }),
    serviceMs: fc.integer({ min: 2, max: 50 }).map((n) => n * 10),
    failing: fc.constantFrom(0, 0.05, 0.2),
  })
  .filter(({ items, perSecond, concurrency, serviceMs, failing }) => {
    const seconds = items / Math.min(perSecond, (concurrency * 1000) / serviceMs)
    return seconds >= (failing > 0 ? 150 : 20) && seconds <= 1200
  })

/** The estimate as PRG-2 states it, bound by bound. */
function modelOf(facts: Omit<EtaFacts, 'nowMs'>): number | null {
  const { reasons, remaining } = facts
  const inSeconds = (name: string) =>
    reasons
      .filter(({ reason, untilMs }) => reason === name && untilMs !== null)
      .reduce((last, { untilMs }) => Math.max(last, (untilMs! - NOW) / 1000), 0)
  const has = (...names: string[]) => reasons.some(({ reason }) => names.includes(reason))
  const deadline = facts.deadlineAtMs === null ? Infinity : Math.max(0, (facts.deadlineAtMs - NOW) / 1000)
  const known = (seconds: number) => (seconds === Infinity ? null : seconds)
  if (remaining === 0) return 0
  if (has('paused', 'parked', 'dependency')) return known(deadline)
  const blocked = inSeconds('rate_limit') > 1 ? inSeconds('rate_limit') : 0
  const still = Math.max(inSeconds('circuit_open'), blocked)
  const speed = still > 0 || has('circuit_open') ? facts.lastItemsPerSecond : facts.itemsPerSecond
  const moving = Math.max(speed > 0 ? remaining / speed : 0, remaining / facts.allowedItemsPerSecond)
  const end = Math.max(still + moving, inSeconds('retry'))
  return end === 0 ? known(deadline) : Math.min(end, deadline)
}

interface SimulatedChannel {
  readonly items: number
  readonly perSecond: number
  readonly concurrency: number
  readonly serviceMs: number
  /** Share of calls that fail and are tried again 1 s later. */
  readonly failing: number
}

/** Runs a job on a channel of steady service times, 10 ms at a time, and looks at its ETA between 20 % and 80 %. */
function simulate(channel: SimulatedChannel) {
  const { items, perSecond, concurrency, serviceMs, failing } = channel
  const meter = new RateMeter({ shareOfAge: 0.3 })
  const looks: { nowMs: number; ratio: number; seconds: number }[] = []
  const running: number[] = []
  const retries: number[] = []
  let [nowMs, fresh, ended, tokens, calls, failedCalls, lookedAt] = [NOW, items, 0, 1, 0, 0, 0]
  meter.start(nowMs)
  while (ended < items) {
    nowMs += 10
    tokens = Math.min(1, tokens) + (perSecond === Infinity ? concurrency : perSecond / 100)
    let endedNow = 0
    for (let n = running.length - 1; n >= 0; n--) {
      if (running[n]! > nowMs) continue
      running.splice(n, 1)
      calls++
      // Spread evenly: which call fails is not the subject.
      if (failedCalls + 1 <= calls * failing) {
        failedCalls++
        retries.push(nowMs + 1000)
      } else endedNow++
    }
    ended += endedNow
    if (endedNow > 0) meter.add(endedNow, nowMs)
    while (tokens >= 1 && running.length < concurrency) {
      const due = retries.findIndex((atMs) => atMs <= nowMs)
      if (due >= 0) retries.splice(due, 1)
      else if (fresh > 0) fresh--
      else break
      tokens--
      running.push(nowMs + serviceMs)
    }
    const ratio = ended / items
    if (ratio < 0.2 || ratio > 0.8 || nowMs - lookedAt < 250) continue
    lookedAt = nowMs
    const reasons: WaitingCount[] = retries.length > 0 ? [{ reason: 'retry', items: 1, untilMs: retries.at(-1)! }] : []
    const facts = { nowMs, remaining: items - ended, itemsPerSecond: meter.perSecond(nowMs), reasons }
    const limits = { lastItemsPerSecond: meter.lastPerSecond, allowedItemsPerSecond: perSecond, deadlineAtMs: null }
    looks.push({ nowMs, ratio, seconds: etaSeconds({ ...facts, ...limits })! })
  }
  return { looks, endMs: nowMs }
}
