import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChannelRegistry } from '../../limits/channel-registry.ts'
import { firstExcess } from '../../limits/testing/fake-rate-log.ts'
import type { RateLimitConfig } from '../../model/channel.ts'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { Telemetry } from '../../runtime/telemetry.ts'
import type { ChannelTat } from '../../store/channel-store.ts'
import { StoreError, staleTerm } from '../../store/store-error.ts'
import { configOf, settled, TatWorld } from '../testing/fake-tat-world.ts'
import { TatLedger } from './tat-ledger.ts'

const HOUR_MS = 3_600_000
const MINUTE_US = 60_000_000
const DAY_MS = 24 * HOUR_MS

function limitOf(limit: number, periodMs: number, burst = 1): RateLimitConfig {
  return { limit, periodMs, burst, unit: 'calls' }
}
const unitUsOf = ({ limit, periodMs }: RateLimitConfig): number => (periodMs * 1000) / limit

const slowLimit = fc.constantFrom(
  limitOf(1, HOUR_MS),
  limitOf(1, 15_000),
  limitOf(60, HOUR_MS, 20),
  limitOf(1000, HOUR_MS, 1000),
  limitOf(7, 11_000, 7),
)
const commonSteps = [
  { weight: 6, arbitrary: fc.constant({ does: 'deliver' as const }) },
  { weight: 3, arbitrary: fc.constant({ does: 'take' as const }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('ask' as const), units: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 4, arbitrary: fc.constant({ does: 'written' as const }) },
  // In parts of the time that an empty bucket takes to fill.
  {
    weight: 6,
    arbitrary: fc.record({ does: fc.constant('pass' as const), part: fc.double({ min: 0, max: 1.2, noNaN: true }) }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('kill' as const), writeLands: fc.boolean() }) },
]
const jumpBy = (from: number, to: number) => ({
  weight: 1,
  arbitrary: fc.record({ does: fc.constant('setWall' as const), byMs: fc.integer({ min: from, max: to }) }),
})
const sameBoot = fc.array(fc.oneof(...commonSteps, jumpBy(-2 * DAY_MS, 2 * DAY_MS)), { maxLength: 80, size: 'max' })
const manyBoots = fc.array(
  fc.oneof(...commonSteps, jumpBy(-2 * DAY_MS, 0), { weight: 2, arbitrary: fc.constant({ does: 'reboot' as const }) }),
  { maxLength: 80, size: 'max' },
)
type Step = (typeof manyBoots extends fc.Arbitrary<infer Steps> ? Steps : never) extends readonly (infer One)[]
  ? One
  : never

async function perform(world: TatWorld, step: Step): Promise<void> {
  switch (step.does) {
    case 'deliver':
      await world.deliver()
      break
    case 'take':
      world.take()
      break
    case 'ask':
      world.ask(step.units)
      break
    case 'written':
      await world.written()
      break
    case 'pass':
      if (world.rateLimit !== null)
        world.clock.realUs += Math.round(step.part * world.rateLimit.burst * unitUsOf(world.rateLimit))
      break
    case 'kill':
      world.kill(step)
      break
    case 'setWall':
      world.clock.wallOffsetMs += step.byMs
      break
    case 'reboot':
      world.reboot()
      break
  }
}

/** RAT-1 over all lives of a server. */
function neverTooMany(steps: fc.Arbitrary<readonly Step[]>, options: { reportsTooEarly?: boolean } = {}) {
  return fc.asyncProperty(slowLimit, steps, async (limit, plan) => {
    const world = new TatWorld(limit, options)
    for (const step of plan) await perform(world, step)
    expect(firstExcess(world.starts, { unitUs: unitUsOf(limit), burst: limit.burst })).toBeNull()
  })
}

describe('TatLedger', () => {
  test('RAT-1: no window holds more calls, wherever the server is killed and however the wall clock is set', async () => {
    await fc.assert(neverTooMany(sameBoot), { numRuns: 400 })
  })

  test('RAT-1: nor when the machine starts anew, or its wall clock is set back', async () => {
    await fc.assert(neverTooMany(manyBoots), { numRuns: 400 })
  })

  test('RAT-1: the check finds a TAT that is reported durable before it is (seeded bug)', async () => {
    const found = await fc.check(neverTooMany(sameBoot, { reportsTooEarly: true }), { numRuns: 2000 })
    expect(found.failed).toBe(true)
  })

  test('RAT-1: what is durable is never behind the gate, however its limit changes', async () => {
    const limits = [
      limitOf(1, HOUR_MS),
      limitOf(1, 2 * HOUR_MS),
      limitOf(2, HOUR_MS, 3),
      limitOf(1, 1000, 5),
      limitOf(1, 1000, 50),
      null,
    ]
    const change = {
      weight: 3,
      arbitrary: fc.record({ does: fc.constant('change' as const), to: fc.constantFrom(...limits) }),
    }
    const steps = fc.array(fc.oneof(...commonSteps, change), { maxLength: 80, size: 'max' })
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const world = new TatWorld(limitOf(1, HOUR_MS))
        for (const step of plan) {
          if (step.does === 'change') world.change(step.to)
          else await perform(world, step)
          const { gate, row } = world
          if (!gate.guarded || world.rateLimit === null || gate.durableTatUs === -Infinity || row === null) continue
          expect(row.unitUs).toBe(gate.owedInUs)
          expect(row.atUs).toBeGreaterThanOrEqual(gate.durableTatUs)
          expect(gate.durableTatUs).toBeGreaterThanOrEqual(gate.tatUs)
        }
        // Whatever it came to, it goes on.
        if (world.rateLimit === null) world.change(limitOf(1, HOUR_MS))
        await world.allWritten()
        world.clock.realUs += 100 * HOUR_MS * 1000
        expect(await world.deliver()).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  test.each([limitOf(1, HOUR_MS), limitOf(1, DAY_MS), limitOf(60, HOUR_MS, 60), limitOf(1, 15_000)])(
    'RAT-1: a channel that is restarted twice in every period delivers all but a little of what it may: %o',
    async (limit) => {
      const world = new TatWorld(limit)
      const unitUs = unitUsOf(limit)
      const periodUs = unitUs * limit.burst
      const periods = 60
      const endUs = world.clock.realUs + periods * periodUs
      let killAtUs = world.clock.realUs + periodUs / 2
      while (world.clock.realUs < endUs) {
        while (await world.deliver());
        world.clock.realUs += unitUs / 200
        if (world.clock.realUs < killAtUs) continue
        killAtUs += periodUs / 2
        world.kill()
        await world.allWritten()
      }
      expect(world.starts.length).toBeGreaterThan(0.95 * periods * limit.burst)
      expect(firstExcess(world.starts, { unitUs, burst: limit.burst })).toBeNull()
    },
  )

  test('RAT-1: writes a large bucket in blocks, and as little as one call of a small one', async () => {
    const large = new TatWorld(limitOf(1000, HOUR_MS, 1000))
    while (await large.deliver());
    expect(large.starts).toHaveLength(1000)
    expect(large.writes).toBeLessThan(100)
    const small = new TatWorld(limitOf(1, HOUR_MS))
    await small.deliver()
    expect(small.row!.atUs - small.gate.tatUs).toBeLessThanOrEqual(1_000_000)
  })

  test('RAT-1: begins with an empty bucket where nothing is known, and only once', async () => {
    const world = new TatWorld(limitOf(1, HOUR_MS))
    world.used = true
    world.kill()
    await world.allWritten()
    world.clock.realUs += 40 * MINUTE_US
    world.kill()
    expect(await world.deliver()).toBe(false)
    world.clock.realUs += 20 * MINUTE_US
    expect(await world.deliver()).toBe(true)
  })

  test('a wall clock that was set back for days costs one bucket at most, once', async () => {
    const world = new TatWorld(limitOf(1, HOUR_MS))
    await world.deliver()
    world.clock.wallOffsetMs = -5 * DAY_MS
    world.reboot()
    await world.allWritten()
    world.clock.realUs += 40 * MINUTE_US
    world.reboot()
    await world.allWritten()
    world.clock.realUs += 21 * MINUTE_US
    expect(await world.deliver()).toBe(true)
  })

  test('RAT-1: forgets what is durable before a fast limit lets calls through', async () => {
    const world = new TatWorld(limitOf(1, HOUR_MS))
    await world.deliver()
    world.change(limitOf(10, 1000))
    world.clock.realUs += MINUTE_US
    expect(world.take()).toBe(false)
    await world.allWritten()
    expect([world.row, world.gate.guarded]).toEqual([null, false])
    expect(world.take()).toBe(true)
    const { writes } = world
    world.clock.realUs += MINUTE_US
    expect([world.take(), world.writes]).toEqual([true, writes])
  })

  test('RAT-1: keeps what is owed of a channel that is removed, through a kill, until it is made again', async () => {
    const world = new TatWorld(limitOf(1, HOUR_MS))
    await world.deliver()
    world.registry.remove('slow')
    world.change(limitOf(1, HOUR_MS))
    expect(await world.deliver()).toBe(false)
    world.kill()
    world.registry.pause('slow')
    world.clock.realUs += 50 * MINUTE_US
    world.registry.resume('slow')
    expect(await world.deliver()).toBe(false)
    world.clock.realUs += 11 * MINUTE_US
    expect(await world.deliver()).toBe(true)
  })

  test.each(['disk_full', 'unavailable'] as const)(
    'tries again when the store refused with %s, and no call starts before',
    async (code) => {
      const { ledger, clock, channel, notified, saved } = makeLedger([new StoreError(code, 'refused')])
      expect(ledger.durableUnits(channel, 1)).toBe(0)
      await settled()
      expect(channel.gate.tryTake(1, clock.monotonicUs())).toBe(Infinity)
      clock.advance(1000)
      await settled()
      expect([notified, saved.length]).toEqual([['slow'], 2])
      expect(channel.gate.tryTake(1, clock.monotonicUs())).toBe(0)
    },
  )

  test('REC-2: says so when another start has taken over, and writes nothing more', async () => {
    const { ledger, channel, notified, fatal, saved } = makeLedger([new StoreError('stale_epoch', 'overtaken')])
    ledger.durableUnits(channel, 1)
    await settled()
    ledger.durableUnits(channel, 1)
    await settled()
    expect(fatal).toMatchObject([{ code: 'stale_epoch' }])
    expect([notified, saved.length]).toEqual([[], 1])
  })

  test('REC-2: writes those of the other channels when one is another server’s, which is adopted no more', async () => {
    const { ledger, channel, other, notified, fatal, saved, lost, adopted } = makeLedger([
      staleTerm([{ channel: 'slow', term: 1 }]),
    ])
    ledger.durableUnits(channel, 1)
    ledger.durableUnits(channel, 2)
    ledger.durableUnits(other, 1)
    lost.add('slow') // as the store reports it
    await settled()
    await settled()
    expect(saved.map((tats) => tats.map((tat) => tat.channel))).toEqual([['slow'], ['other']])
    expect([notified, fatal, adopted]).toEqual([['other'], [], []])
  })

  test('REC-2: says so when a term is refused that was not reported as lost', async () => {
    const { ledger, channel, fatal, saved } = makeLedger([staleTerm([{ channel: 'slow', term: 1 }])])
    ledger.durableUnits(channel, 1)
    await settled()
    expect([fatal, saved.length]).toMatchObject([[{ code: 'stale_term' }], 1])
  })

  test('stops without waiting for room on the disk', async () => {
    const { ledger, clock, channel, saved } = makeLedger([new StoreError('disk_full', 'full')])
    ledger.durableUnits(channel, 1)
    await settled()
    await ledger.stop()
    expect([clock.pending, saved.length]).toEqual([0, 1])
  })
})

/** A ledger on a store that fails at first. */
function makeLedger(failures: StoreError[]) {
  const clock = new FakeClock()
  const config = configOf(limitOf(1, HOUR_MS))
  const telemetry = new Telemetry(silentLogger)
  const channels = new ChannelRegistry({
    ...{ clock, telemetry },
    channels: { slow: { config, origin: 'file' }, other: { config, origin: 'file' } },
    stored: [],
  })
  const lost = new Set<string>()
  const adopted: string[] = []
  const [notified, fatal, saved]: [string[], unknown[], (readonly ChannelTat[])[]] = [[], [], []]
  const ledger = new TatLedger({
    ...{ clock, channels, bootId: null, termOf: (name: string) => (lost.has(name) ? 0 : 1) },
    adoptChannels: async (names) => void adopted.push(...names),
    owns: (name) => !lost.has(name),
    store: {
      saveTats(tats) {
        saved.push(tats)
        const failure = failures.shift()
        return failure === undefined ? Promise.resolve() : Promise.reject(failure)
      },
    },
    onCapacity: ({ name }) => notified.push(name),
    onFatal: (error) => fatal.push(error),
  })
  const [channel, other] = [channels.get('slow')!, channels.get('other')!]
  return { ledger, clock, channel, other, notified, fatal, saved, lost, adopted }
}
