import { afterEach, expect, it, vi } from 'vitest'
import { Lease, leaseNow, leaseUntil } from '../runtime/lease.ts'
import { channelOf, FakeWorld, moduleConnector } from './testing/fake-world.ts'

// Threads start slowly where a machine is busy.
vi.setConfig({ testTimeout: 30_000 })

let world: FakeWorld
afterEach(() => world.dispatcher.stop({ graceMs: 0 }))

it('items come back uncalled while the lease is not held, and their first call is the first attempt', async () => {
  const lease = Lease.create()
  world = new FakeWorld({ lease })
  const channel = channelOf(moduleConnector('scripted'))
  world.submit(
    channel,
    Array.from({ length: 20 }, (_, n) => ({ id: `i${n}`, data: { text: 'x' } })),
  )
  await world.until(() => world.returned.length >= 20)
  expect(world.outcomes).toEqual([])
  lease.extend(leaseUntil(leaseNow(), 60_000))
  const outcomes = await world.outcomesOf(20)
  expect(outcomes.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 20 }, () => 1))
  expect(world.dispatcher.runningCalls(channel)).toBe(0)
})
