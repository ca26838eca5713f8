import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Verdict } from '../model/outcome-batch.ts'
import type { DurableOutcomes } from '../model/ports.ts'
import type { ChunkKeys } from './queues/admission.ts'
import type { Channel } from '../limits/channel-registry.ts'
import type { Circuit } from '../limits/circuit.ts'
import type { JobRef } from '../model/ids.ts'
import { SubscriptionShares } from './handover/subscription-share.ts'
import type { ParkedDecision } from './parked/parking.ts'
import { FakeEngine, type FakeEngineOptions } from './testing/fake-engine.ts'
import { Scheduler, type SchedulerOptions } from './scheduler.ts'
import type { LiveJob } from '../model/live-job.ts'

const channels = {
  shop: { concurrency: 6 },
  outlet: { concurrency: 2, batchSize: 5, parkForSeconds: 0.2 },
  delicate: { concurrency: 4, parkForSeconds: 0.2, circuit: { failureRatio: 0.5, minCalls: 3, openMs: 60 } },
  limited: { concurrency: 4, rateLimit: { limit: 1, periodMs: 10, burst: 3, unit: 'calls' as const } },
}
/** Subscription c may have few calls at once. */
const subscriptions = {
  a: { weight: 1, maxRunningCalls: null },
  b: { weight: 3, maxRunningCalls: null },
  c: { weight: 0.5, maxRunningCalls: 2 },
}
const channel = fc.constantFrom('shop', 'outlet', 'delicate', 'limited')

const submit = fc.record({
  does: fc.constant('submit' as const),
  channel,
  subscription: fc.constantFrom('a', 'b', 'c'),
  keys: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 }),
  /** Some jobs are admitted in several steps. */
  copies: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(60) }),
})
const pick = fc.nat()
const step = fc.oneof(
  { weight: 2, arbitrary: submit },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('start' as const), pick }) },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('end' as const),
      pick,
      verdict: fc.constantFrom(Verdict.succeeded, Verdict.failed, Verdict.retry, Verdict.throttled, Verdict.parked),
      retryInMs: fc.integer({ min: 1, max: 300 }),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ does: 'commit' as const }) },
  { weight: 4, arbitrary: fc.constant({ does: 'rest' as const }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('handBack' as const), pick, all: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 200 }) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('cancel' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('pause' as const, 'resume' as const), channel }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('unblock' as const), channel }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('pauseJob' as const, 'resumeJob' as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('resolve' as const),
      pick,
      decision: fc.constantFrom('retry' as const, 'skip' as const, 'skip_key' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('failCommits' as const), failing: fc.boolean() }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

function play(engine: FakeEngine, steps: readonly Step[]): void {
  for (const action of steps) {
    perform(engine, action)
    compare(engine)
  }
  engine.drain()
  expect(engine.scheduler.pendingItems).toBe(0)
  expect(engine.scheduler.waiting.order.violations).toBe(0)
  expect(engine.model.pending).toBe(0)
  expect(engine.model.unendedStopped()).toEqual([])
  expect(engine.unstarted.length + engine.running.length).toBe(0)
  for (const job of engine.jobs)
    expect([job.inFlight, job.ready, job.retrying, job.parked, job.tableIndex]).toEqual([0, 0, 0, 0, -1])
}

function perform(engine: FakeEngine, action: Step): void {
  switch (action.does) {
    case 'submit':
      engine.submit(Array.from({ length: action.copies }, () => action.keys).flat(), action)
      break
    case 'start': {
      const call = choose(engine.unstarted, action.pick)
      if (call !== undefined) engine.start(call)
      break
    }
    case 'end': {
      const call = choose(engine.running, action.pick)
      const again = action.verdict === Verdict.retry || action.verdict === Verdict.throttled
      if (call !== undefined) engine.end(call, action.verdict, again ? action.retryInMs : 0)
      break
    }
    case 'handBack': {
      const call = choose(engine.unstarted, action.pick)
      if (call !== undefined)
        engine.returnUncalled(action.all ? engine.unstarted.filter((other) => other.channel === call.channel) : [call])
      break
    }
    case 'commit':
      engine.commit()
      break
    case 'rest':
      engine.rest()
      break
    case 'advance':
      engine.clock.advance(action.ms)
      break
    case 'cancel': {
      const job = choose(engine.jobs, action.pick)
      if (job !== undefined) engine.cancel(job)
      break
    }
    case 'pauseJob':
    case 'resumeJob': {
      const job = choose(engine.jobs, action.pick)
      if (job !== undefined) engine[action.does === 'pauseJob' ? 'pause' : 'resume'](job)
      break
    }
    case 'resolve': {
      const item = choose(engine.model.parked(), action.pick)
      if (item !== undefined) engine.resolve(item.ref, item.index, action.decision)
      break
    }
    case 'pause':
    case 'resume': {
      const changed = engine.channels.get(action.channel)!
      changed.gate[action.does]()
      engine.scheduler.channelChanged(changed)
      break
    }
    case 'unblock':
      engine.unblock(action.channel)
      break
    case 'failCommits':
      engine.commitsFailing = action.failing
      if (!action.failing) engine.commit()
  }
}

function choose<T>(among: readonly T[], pick: number): T | undefined {
  return among[pick % among.length]
}

/** Once the scheduler is at rest: it counts as the model counts, and nothing that could run is left lying (ORD-4, RAT-3). */
function compare(engine: FakeEngine): void {
  // The clock moves while it is read: what is due only since then need not be noticed yet. Timers are exact to 1 ms.
  const noticedMs = engine.clock.nowMs() - 1
  engine.clock.advance(0)
  if (engine.deferred.length > 0) return
  if (engine.scheduler.pendingItems !== engine.model.pending) expect.fail('pendingItems')
  const nowMs = engine.clock.nowMs()
  for (const job of engine.jobs) {
    const [least, most] = [nowMs, noticedMs].map((ms) =>
      job.record.stop === null ? engine.model.retrying(job, ms) : 0,
    )
    if (job.inFlight !== engine.model.inFlight(job)) expect.fail(`inFlight of job ${job.record.ref}`)
    if (job.retrying < least! || job.retrying > most!) expect.fail(`retrying of job ${job.record.ref}`)
  }
  const parked = (items: readonly { ref: number; index: number }[]): string =>
    items
      .map(({ ref, index }) => `${ref}/${index}`)
      .sort()
      .join(' ')
  if (parked(engine.parked()) !== parked(engine.model.parked())) expect.fail('parked items')
  if (engine.commitsFailing) return
  for (const { name, gate, circuit, config } of engine.channels.values()) {
    const busy = [...engine.unstarted, ...engine.running].filter((call) => call.channel.name === name).length
    if (circuit.state(engine.clock.monotonicUs()) !== 'closed') continue
    if (gate.paused || config.rateLimit !== null || busy >= config.concurrency) continue
    const left = engine.model.runnable(name, { nowMs: noticedMs, limited: ['c'] })
    if (left.length > 0) expect.fail(`ORD-4, RAT-3: left lying although ${name} has room: ${left.join(' ')}`)
  }
}

/** The channel as it is, but for what is replaced. */
function altered(channel: Channel, change: Partial<Channel>): Channel {
  return Object.assign(Object.create(channel) as Channel, change)
}

function check(options: FakeEngineOptions = {}, how: fc.Parameters<unknown> = { numRuns: 150 }): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), fc.constantFrom(0, 6000), (steps, tickUs) => {
      play(new FakeEngine({ channels, subscriptions, tickUs, ...options }), steps)
    }),
    how as fc.Parameters<[Step[], number]>,
  )
}

/** Every seeded bug must be found by the same check. */
function finds(how: RegExp, makeScheduler: (options: SchedulerOptions) => Scheduler): void {
  // One seed may come upon a consequence of the bug before the bug itself.
  const found: string[] = []
  for (let seed = 1; seed <= 8 && !found.some((one) => how.test(one)); seed++) {
    try {
      check({ makeScheduler }, { numRuns: 200, seed, endOnFailure: true })
    } catch (error) {
      found.push(String((error as Error).cause))
    }
  }
  expect(found.join('\n')).toMatch(how)
}

describe('Scheduler against a reference model', () => {
  test('ORD-1, ORD-2, ORD-4, ORD-5, REC-1, RTY-3: whatever happens, is decided, paused or cancelled, in whatever order', () => {
    check()
  }, 60_000)

  test('ORD-1: the model finds a scheduler that forgets to hold a key (seeded bug)', () => {
    finds(
      /ORD-1|ORD-2/,
      (options) =>
        new (class extends Scheduler {
          override admitJob(job: LiveJob, chunks: readonly ChunkKeys[]): void {
            const keys = chunks[0]!.keys.slice()
            keys.fill(0, 0, 2)
            super.admitJob(job, [{ ...chunks[0]!, keys }])
          }
        })(options),
    )
  })

  test('RTY-3: the model finds a scheduler that retries too early (seeded bug)', () => {
    finds(
      /RTY-3|retrying/,
      (options) =>
        new (class extends Scheduler {
          override onDurable(outcomes: DurableOutcomes): void {
            super.onDurable({ ...outcomes, retryAtMs: outcomes.retryAtMs.map((atMs) => atMs - 100) })
          }
        })(options),
    )
  })

  test('REC-1: the model finds a scheduler that loses returned items (seeded bug)', () => {
    finds(
      /inFlight|pendingItems|left lying|Stuck/,
      (options) =>
        new (class extends Scheduler {
          override onUnstarted(handles: Uint32Array): void {
            super.onUnstarted(handles.subarray(1))
          }
        })(options),
    )
  })

  test('ORD-5: the model finds a scheduler that admits jobs in another order (seeded bug)', () => {
    finds(
      /ORD-5/,
      (options) =>
        new (class extends Scheduler {
          override admitJob(job: LiveJob, chunks: readonly ChunkKeys[]): void {
            Object.assign(job.record, { eligibleSeq: -job.record.eligibleSeq })
            super.admitJob(job, chunks)
          }
        })(options),
    )
  })

  test('finds a scheduler that does not let go of stopped jobs (seeded bug)', () => {
    finds(
      /stopped|pendingItems/,
      (options) =>
        new (class extends Scheduler {
          override stopJob(): void {}
        })(options),
    )
  })

  test('ORD-4: the model finds a scheduler that lets a parked item go by (seeded bug)', () => {
    finds(
      /REC-1|parked|pendingItems/,
      (options) =>
        new (class extends Scheduler {
          override onDurable(outcomes: DurableOutcomes): void {
            const verdicts = outcomes.verdicts.map((verdict) => (verdict === Verdict.parked ? Verdict.failed : verdict))
            super.onDurable({ ...outcomes, verdicts })
          }
        })(options),
    )
  })

  test('finds a scheduler that starts items of paused jobs (seeded bug)', () => {
    finds(
      /PAUSE/,
      (options) =>
        new (class extends Scheduler {
          override pauseJob(): void {}
        })(options),
    )
  })

  test('finds a scheduler that leaves items waiting when their channel is unblocked (seeded bug)', () => {
    finds(
      /retrying|left lying/,
      (options) =>
        new (class extends Scheduler {
          override retryNow(): void {}
        })(options),
    )
  })

  test('finds a scheduler that skips less of a key than was said (seeded bug)', () => {
    finds(
      /skip_key/,
      (options) =>
        new (class extends Scheduler {
          override resolveParked(ref: JobRef, index: number, decision: ParkedDecision): boolean {
            return super.resolveParked(ref, index, decision === 'skip_key' ? 'skip' : decision)
          }
        })(options),
    )
  })

  test('finds a scheduler that skips parked items too early (seeded bug)', () => {
    finds(/before its time/, (options) => {
      const get = (name: string): Channel | undefined => {
        const channel = options.channels.get(name)
        return channel && altered(channel, { config: { ...channel.config, parkForSeconds: 0.1 } })
      }
      return new Scheduler({ ...options, channels: { get } })
    })
  })

  test('finds a scheduler that continues while a circuit is open, and one that probes with everything (seeded bugs)', () => {
    for (const [mayStart, how] of [
      [() => 'all', /CIRCUIT/],
      [(circuit: Circuit, nowUs: number) => (circuit.state(nowUs) === 'open' ? 'none' : 'all'), /CIRCUIT: a probe/],
    ] as const) {
      finds(how, (options) => {
        const get = (name: string): Channel | undefined => {
          const channel = options.channels.get(name)
          if (channel === undefined) return undefined
          const circuit = Object.create(channel.circuit) as Circuit
          const bound = (key: keyof Circuit): unknown => {
            const value: unknown = channel.circuit[key]
            return typeof value === 'function'
              ? (value as (...given: unknown[]) => unknown).bind(channel.circuit)
              : value
          }
          for (const key of ['nextUs', 'startProbe', 'cameBack', 'state'] as const)
            Object.defineProperty(circuit, key, { value: bound(key) })
          Object.defineProperty(circuit, 'mayStart', { value: (nowUs: number) => mayStart(channel.circuit, nowUs) })
          return altered(channel, { circuit })
        }
        const made = new Scheduler({
          ...options,
          channels: { get },
          dispatcher: {
            ...options.dispatcher,
            capacity: (channel) => options.dispatcher.capacity(options.channels.get(channel.name)!),
            run: (lot, events) =>
              options.dispatcher.run({ ...lot, channel: options.channels.get(lot.channel.name)! }, events),
          },
        })
        return made
      })
    }
  })

  test('finds a scheduler that runs more calls of a subscription than it may (seeded bug)', () => {
    finds(/maxRunningCalls/, (options) => new Scheduler({ ...options, shares: new SubscriptionShares() }))
  })

  test('finds a scheduler that notifies nobody when a channel opens (seeded bug)', () => {
    finds(
      /left lying|Stuck/,
      (options) =>
        new (class extends Scheduler {
          override channelChanged(): void {}
        })(options),
    )
  })
})
