import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { adoptionDelayMs } from '../../server/src/cluster/ownership/ownership-delays.ts'
import { STATEMENTS } from '../../server/src/cluster/ownership/testing/cluster-record.ts'
import type { FakeClusterOptions } from '../../server/src/cluster/ownership/testing/cluster-options.ts'
import { FakeCluster } from '../../server/src/cluster/ownership/testing/fake-cluster.ts'
import type { PolicyBug } from '../../server/src/cluster/ownership/testing/policy-bugs.ts'
import { troubleAtRandom } from '../../server/src/cluster/ownership/testing/random-faults.ts'

const CHANNELS = new Set(Array.from({ length: 12 }, (_, n) => `channel-${n}`))
const MANY = new Set(Array.from({ length: 240 }, (_, n) => `channel-${n}`))
const TROUBLE_MS = 240_000
/** The longest fault and restart, the end of a drain, a lease, all steps of fence and fallback. */
const OWNED_WITHIN_MS = 25_000 + 25_000 + 65_000 + 10_000 + 10_000 + 30_000

function clusterOf(servers: number, channels: ReadonlySet<string>, options: FakeClusterOptions): FakeCluster {
  const cluster = new FakeCluster(options)
  for (let n = 0; n < servers; n++) cluster.join(`10.0.0.${n}:7071`, channels)
  return cluster
}

function troubled(seed: number, options: Partial<FakeClusterOptions> = {}): FakeCluster {
  const cluster = clusterOf(4, CHANNELS, { seed, calls: true, maxDelayMs: 2000, lostShare: 0.05, ...options })
  troubleAtRandom(cluster, TROUBLE_MS)
  cluster.run(TROUBLE_MS)
  return cluster
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

describe('channels of several servers, whatever clocks, messages, processes and the database do', () => {
  test('have never two owners that may call, calls never overlap, terms and quiet times only grow', () => {
    let takeovers = 0
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const cluster = troubled(seed)
        takeovers += cluster.tables.takeovers
        expect([...cluster.broken, ...cluster.tables.broken]).toEqual([])
        // A claim that names a channel of a living server had read before that claimed it.
        expect(cluster.tables.refusedClaims).toBeLessThanOrEqual(total(cluster.record.claims) / 4)
      }),
      { numRuns: 40, seed: 71 },
    )
    expect(takeovers).toBeGreaterThan(200)
  })

  test('all have an owner soon after the last fault, then their right one, and stay there', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const cluster = troubled(seed)
        const losses = Math.max(...[...cluster.tables.look().rows.values()].map((row) => row.losses))
        cluster.run(OWNED_WITHIN_MS + adoptionDelayMs(losses + 1))
        expect(cluster.ownerless(CHANNELS)).toEqual([])
        // One in three seconds after half a minute, and a lost answer now and then.
        cluster.run(30_000 + CHANNELS.size * 3000 * 3)
        expect(cluster.misplaced()).toBe(0)
        const moves = total(cluster.record.moves)
        cluster.run(120_000)
        expect(total(cluster.record.moves)).toBe(moves)
      }),
      { numRuns: 15, seed: 72 },
    )
  })
})

/** Channels that were moved when a fifth server joined. */
function movesOfJoin(bug: PolicyBug | null): number {
  const cluster = clusterOf(4, MANY, { seed: 3, bug })
  cluster.warm()
  cluster.run(20_000)
  cluster.join('10.0.0.9:7071', MANY)
  cluster.run(300_000)
  return total(cluster.record.moves)
}

/** Processes that a poisoned channel ended in ten minutes. */
function poisonings(bug: PolicyBug | null): number {
  const cluster = clusterOf(4, CHANNELS, { seed: 4, bug, poisoned: { channel: 'channel-3', afterMs: 2000 } })
  cluster.run(600_000)
  return cluster.poisonings
}

/** When one of 12 servers was lost: claims that came too late, and statements that fence. */
function crowdAfterLoss(bug: PolicyBug | null): { readonly refused: number; readonly fencing: number } {
  const cluster = clusterOf(12, MANY, { seed: 6, bug, maxDelayMs: 1000 })
  cluster.warm()
  cluster.run(5000)
  cluster.kill(cluster.machines[0]!, null)
  cluster.run(30_000)
  expect(cluster.ownerless(MANY)).toEqual([])
  return { refused: cluster.tables.refusedClaims, fencing: cluster.record.byKind.fence }
}

/** Handovers that followed each other too soon while wall clocks were set. */
function handoversTooClose(bug: PolicyBug | null): number {
  const cluster = clusterOf(2, MANY, { seed: 6, bug })
  cluster.warm()
  cluster.join('10.0.0.9:7071', MANY)
  for (let n = 0; n < 60; n++) {
    for (const machine of cluster.machines) machine.wallOffsetMs += n % 2 === 0 ? 1500 : -1200
    cluster.run(1000)
  }
  return cluster.broken.length
}

describe('the policy of owners', () => {
  it('moves the share of a server that joins, each channel once', () => {
    expect(movesOfJoin(null)).toBeGreaterThan(4)
    expect(movesOfJoin(null)).toBeLessThan(MANY.size / 3)
  })

  it('does not let a poisoned channel walk through the cluster', () => {
    // At 0, one lease later, then after 10, 20, 40, 80, 160 s and a lease each.
    expect(poisonings(null)).toBeLessThan(10)
  })

  it('has one server claim each channel of a lost one, and one fence it', () => {
    expect(crowdAfterLoss(null)).toEqual({ refused: 0, fencing: STATEMENTS.fence })
  })

  it('keeps its times when wall clocks are set', () => {
    expect(handoversTooClose(null)).toBe(0)
  })

  it('is seen to fail with each seeded fault', () => {
    expect(movesOfJoin('list_position')).toBeGreaterThan(MANY.size / 2)
    expect(poisonings('no_delay')).toBeGreaterThan(20)
    const crowd = crowdAfterLoss('no_order')
    expect(crowd.refused).toBeGreaterThan(5)
    expect(crowd.fencing).toBeGreaterThan(3 * STATEMENTS.fence)
    expect(handoversTooClose('wall_clock')).toBeGreaterThan(0)
    const stealing = clusterOf(4, MANY, { seed: 7, bug: 'steals' })
    stealing.warm()
    stealing.join('10.0.0.9:7071', MANY)
    stealing.run(30_000)
    expect(stealing.tables.refusedClaims).toBeGreaterThan(20)
  })

  it('is seen to fail without the wait for calls of an owner that was fenced', () => {
    const seeds = Array.from({ length: 10 }, (_, seed) => seed)
    expect(seeds.some((seed) => troubled(seed, { quietMs: 0 }).broken.length > 0)).toBe(true)
  })

  it('gives up no owner for an outage of the database', () => {
    const cluster = clusterOf(6, MANY, { seed: 8 })
    cluster.warm()
    cluster.run(5000)
    cluster.away(30_000)
    cluster.run(90_000)
    expect([cluster.tables.takeovers, total(cluster.record.moves), cluster.ownerless(MANY)]).toEqual([0, 0, []])
    expect(cluster.record.gaps.some(({ cause }) => cause === 'lease')).toBe(true)
  })
})
