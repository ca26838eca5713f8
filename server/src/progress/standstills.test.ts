import { describe, expect, it } from 'vitest'
import type { Channel } from '../limits/channel-registry.ts'
import type { WaitingReason } from '../model/item.ts'
import { type LiveJob, liveJob, LiveJobs } from '../model/live-job.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { Standstills } from './standstills.ts'

class World {
  readonly clock = new FakeClock()
  readonly liveJobs = new LiveJobs()
  reason: WaitingReason = 'backlog'
  readonly standstills = new Standstills({
    clock: this.clock,
    liveJobs: this.liveJobs,
    channels: { get: () => ({}) as Channel },
    explainWaiting: { channel: () => [{ reason: this.reason, items: 12, untilMs: null }] },
    runningCalls: () => 3,
  })

  add(channel = 'shop'): LiveJob {
    const ref = this.liveJobs.size + 1
    const job = liveJob({
      ref,
      id: `job_${ref}`,
      subscription: 'mine',
      envelope: { channel },
      phase: 'eligible',
    } as never)
    this.liveJobs.add(job)
    return job
  }
}

describe('a channel', () => {
  it('is degraded when items could start and none did for 60 s, until one does', () => {
    const { standstills, clock, add, liveJobs } = bound(new World())
    const job = add()
    standstills.start()
    clock.advance(10_000)
    const sinceMs = clock.nowMs()
    expect([standstills.busy, standstills.of('shop')]).toEqual([['shop'], null])
    clock.advance(50_000)
    expect(standstills.of('shop')).toBeNull()
    clock.advance(10_000)
    expect(standstills.of('shop')).toEqual({ sinceMs, readyItems: 12, runningCalls: 3 })
    Object.assign(job, { inFlight: 1 })
    clock.advance(10_000)
    expect(standstills.of('shop')).toBeNull()
    clock.advance(60_000)
    expect(standstills.of('shop')).not.toBeNull()
    liveJobs.remove(job)
    clock.advance(10_000)
    expect([standstills.busy, standstills.of('shop')]).toEqual([[], null])
    standstills.stop()
    expect(clock.pending).toBe(0)
  })

  it('is not when something known holds its items, however long', () => {
    const world = new World()
    world.add()
    world.standstills.start()
    for (const reason of ['rate_limit', 'paused', 'circuit_open', 'partition'] as const) {
      world.reason = reason
      world.clock.advance(200_000)
      expect([reason, world.standstills.of('shop')]).toEqual([reason, null])
    }
    world.standstills.stop()
  })

  it('of webhooks is not looked at', () => {
    const world = new World()
    world.add('~whe_1')
    world.standstills.look()
    expect(world.standstills.busy).toEqual([])
  })
})

function bound(world: World) {
  return { standstills: world.standstills, clock: world.clock, liveJobs: world.liveJobs, add: () => world.add() }
}
