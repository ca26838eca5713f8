import { describe, expect, test } from 'vitest'
import { Verdict } from '../model/outcome-batch.ts'
import type { DurableOutcomes } from '../model/ports.ts'
import { FakeEngine, type FakeCall, type FakeEngineOptions, uniqueKeys } from './testing/fake-engine.ts'
import { Scheduler } from './scheduler.ts'

const CONCURRENCY = 8

/** Runs a channel in simulated time: every call of a subscription takes as long as it is said. Returns the ms each spent in calls. */
function simulate(
  options: FakeEngineOptions,
  run: { forMs: number; callMs: Readonly<Record<string, number>> },
): Map<string, number> {
  const channels = { shop: { concurrency: CONCURRENCY } }
  const engine = new FakeEngine({ channels, lotItems: CONCURRENCY, checked: false, ...options })
  for (const [n, subscription] of Object.keys(run.callMs).entries())
    engine.submit(uniqueKeys(60_000, 10 + n * 100_000), { subscription })
  engine.rest()
  const ends = new Map<FakeCall, number>()
  const spentMs = new Map<string, number>()
  const endMs = engine.clock.nowMs() + run.forMs
  while (engine.clock.nowMs() < endMs) {
    for (const call of engine.unstarted.splice(0)) {
      engine.running.push(call)
      const { subscription } = engine.jobs[call.ref - 1]!.record
      ends.set(call, engine.clock.nowMs() + run.callMs[subscription]!)
    }
    engine.clock.advance(Math.min(...ends.values()) - engine.clock.nowMs())
    for (const call of engine.running.filter((one) => ends.get(one)! <= engine.clock.nowMs())) {
      const { subscription } = engine.jobs[call.ref - 1]!.record
      spentMs.set(subscription, (spentMs.get(subscription) ?? 0) + run.callMs[subscription]!)
      ends.delete(call)
      engine.end(call)
    }
    engine.commit()
  }
  return spentMs
}

/** Throws unless the time is shared as the weights say, within 5 %. */
function expectShares(spentMs: ReadonlyMap<string, number>, weights: Readonly<Record<string, number>>): void {
  const time = [...spentMs.values()].reduce((sum, ms) => sum + ms, 0)
  const weight = Object.values(weights).reduce((sum, one) => sum + one, 0)
  for (const [name, own] of Object.entries(weights)) {
    const share = (spentMs.get(name) ?? 0) / time
    if (Math.abs(share / (own / weight) - 1) > 0.05)
      throw new Error(
        `FAIR-1: ${name} has ${share.toFixed(3)} of the time, and should have ${(own / weight).toFixed(3)}`,
      )
  }
}

const callMs = { a: 10, b: 40, c: 20 }
const weights = { a: 1, b: 3, c: 0.5 }
const subscriptions = Object.fromEntries(
  Object.entries(weights).map(([name, weight]) => [name, { weight, maxRunningCalls: null }]),
)
const itemCost: FakeEngineOptions['itemCost'] = ({ record }) => callMs[record.subscription as keyof typeof callMs] / 20

describe('Scheduler: shares', () => {
  test('FAIR-1: subscriptions share a channel by weight within 5 % over 10 s, whatever their items cost', () => {
    expectShares(simulate({ subscriptions, itemCost }, { forMs: 10_000, callMs }), weights)
    expectShares(simulate({}, { forMs: 10_000, callMs: { a: 10, b: 10 } }), { a: 1, b: 1 })
  })

  test('FAIR-1: the check finds weights and costs that are not looked at (seeded bugs)', () => {
    expect(() => expectShares(simulate({ itemCost }, { forMs: 10_000, callMs }), weights)).toThrow(/FAIR-1/)
    expect(() => expectShares(simulate({ subscriptions }, { forMs: 10_000, callMs }), weights)).toThrow(/FAIR-1/)
  })

  test('maxRunningCalls: holds over all channels, leaves the rest to others, and is used in full', () => {
    const channels = { shop: { concurrency: 4 }, outlet: { concurrency: 4, batchSize: 5 } }
    const limited = { limited: { weight: 1, maxRunningCalls: 3 } }
    const engine = new FakeEngine({ channels, lotItems: 20, subscriptions: limited })
    const jobs = ['shop', 'outlet'].map((channel, n) =>
      engine.submit(uniqueKeys(30, 100 + n * 100), { subscription: 'limited', channel }),
    )
    engine.submit(uniqueKeys(2, 500), { subscription: 'free' })
    engine.rest()
    for (let round = 0; round < 30 && jobs.some(({ record }) => record.phase !== 'ended'); round++) {
      const of = (name: string): number =>
        engine.unstarted.filter(({ ref, channel }) => channel.name === name && jobs.includes(engine.jobs[ref - 1]!))
          .length
      const calls = of('shop') + Math.ceil(of('outlet') / 5)
      expect(calls).toBeLessThanOrEqual(3)
      if (jobs.every(({ ready }) => ready > 0)) {
        expect(calls).toBe(3)
        for (const job of jobs) expect(engine.scheduler.waiting.job(job)).toMatchObject([{ reason: 'concurrency' }])
      }
      if (round === 0) expect(engine.unstarted.filter(({ ref }) => ref === 3)).toHaveLength(2)
      for (const call of engine.unstarted) engine.start(call)
      for (const call of engine.running) engine.end(call)
      engine.commit()
    }
    engine.drain()
  })

  test('maxRunningCalls: counts each item of a batch that may become several calls, and is used in full', () => {
    const channels = { shop: { concurrency: 9, batchSize: 5 } }
    const limited = { limited: { weight: 1, maxRunningCalls: 3 } }
    const engine = new FakeEngine({ channels, lotItems: 20, subscriptions: limited })
    const job = engine.submit(uniqueKeys(20), { subscription: 'limited' })
    job.hasOwnActions = true
    const free = engine.submit(uniqueKeys(7, 500), { subscription: 'free' })
    free.hasOwnActions = true
    engine.rest()
    const refs = engine.unstarted.map(({ ref }) => ref)
    expect(refs.filter((ref) => ref === job.record.ref)).toHaveLength(3)
    expect(refs.filter((ref) => ref === free.record.ref)).toHaveLength(7)
    engine.drain()
  })

  test('other limits hold at once: calls that waited start', () => {
    const subscriptions: Record<string, { weight: number; maxRunningCalls: number | null }> = {
      limited: { weight: 1, maxRunningCalls: 2 },
    }
    const engine = new FakeEngine({ channels: { shop: { concurrency: 9 } }, lotItems: 20, subscriptions })
    engine.submit(uniqueKeys(20), { subscription: 'limited' })
    engine.rest()
    expect(engine.unstarted).toHaveLength(2)
    subscriptions['limited'] = { weight: 1, maxRunningCalls: 5 }
    engine.scheduler.subscriptionChanged('limited')
    engine.rest()
    expect(engine.unstarted).toHaveLength(5)
    subscriptions['limited'] = { weight: 1, maxRunningCalls: null }
    engine.scheduler.subscriptionChanged('limited')
    engine.scheduler.subscriptionChanged('unknown')
    engine.rest()
    expect(engine.unstarted).toHaveLength(20)
    engine.drain()
  })
})

/** Turns that the healthy keys get among the first calls; verdict null: all keys are healthy. */
function healthyTurns(sickShare: number, verdict: Verdict | null, options: FakeEngineOptions = {}): number {
  const engine = new FakeEngine({ channels: { shop: { concurrency: 20 } }, lotItems: 20, checked: false, ...options })
  const keys = uniqueKeys(8000)
  const isSick = ({ index }: FakeCall): boolean => ((index % keys.length) * 37) % 100 < sickShare * 100
  engine.submit([...keys, ...keys])
  engine.rest()
  let healthy = 0
  for (let calls = 0; calls < 7200;) {
    calls += engine.unstarted.length
    healthy += engine.unstarted.filter((call) => !isSick(call)).length
    for (const call of engine.unstarted) engine.start(call)
    for (const call of engine.running) {
      if (verdict !== null && isSick(call)) engine.end(call, verdict, 1)
      else engine.end(call)
    }
    engine.commit()
    engine.clock.advance(2) // every retry is due again at once: the worst that can be
  }
  return healthy
}

/** Throws unless the healthy keys get 95 % of the turns that they get when all are healthy. */
function expectTurns(sickShare: number, verdict: Verdict, options: FakeEngineOptions = {}): void {
  const kept = healthyTurns(sickShare, verdict, options) / healthyTurns(sickShare, null)
  if (kept < 0.95)
    throw new Error(`ORD-6: beside ${sickShare} sick keys the healthy ones keep ${kept.toFixed(3)} of their turns`)
}

describe('Scheduler: sick keys', () => {
  test.each([0.1, 0.5, 0.9])(
    'ORD-6: with a share of %d of the keys failing or parked the others keep their turns',
    (share) => {
      expectTurns(share, Verdict.retry)
      expectTurns(share, Verdict.throttled)
      expectTurns(share, Verdict.parked)
    },
  )

  test('ORD-6: the check finds retries that come before all others (seeded bug)', () => {
    class Impatient extends Scheduler {
      override onDurable(outcomes: DurableOutcomes): void {
        this.onUnstarted(outcomes.itemHandles.filter((_, n) => outcomes.verdicts[n] === Verdict.retry))
        super.onDurable({ ...outcomes, verdicts: outcomes.verdicts.map(() => Verdict.succeeded) })
      }
    }
    expect(() => expectTurns(0.5, Verdict.retry, { makeScheduler: (options) => new Impatient(options) })).toThrow(
      /ORD-6/,
    )
  })
})
