import { describe, expect, it } from 'vitest'
import { ChannelLoad, type LanePermits } from './channel-load.ts'
import { channelOf, moduleConnector } from './testing/fake-world.ts'

interface FakeLane extends LanePermits {
  outstanding: number
  asked: number
}

function lane(load: ChannelLoad<FakeLane>, state: Partial<FakeLane> = {}): FakeLane {
  const made: FakeLane = {
    alone: false,
    open: true,
    granted: 0,
    owed: 0,
    outstanding: 0,
    asked: 0,
    changePermits(change) {
      this.asked += change
    },
    ...state,
  }
  load.add(made)
  return made
}

function loadOf(
  concurrency: number,
  options: { itemsPerSecond?: number; active?: number; batchSize?: number } = {},
): ChannelLoad<FakeLane> {
  const load = new ChannelLoad<FakeLane>(
    channelOf(moduleConnector('no-op', { batchSize: options.batchSize ?? 1 }), { concurrency }),
  )
  const { itemsPerSecond, active = 0 } = options
  if (itemsPerSecond !== undefined) {
    for (let n = 0; n < 100; n++)
      load.pace.add({ items: itemsPerSecond / 100, busyUs: 10_000, activeUs: 10_000 * active, callMs: 1 })
  }
  return load
}

describe('ChannelLoad', () => {
  it('opens a lane for the first lot, if there is a thread', () => {
    expect(loadOf(8).place(true)).toEqual({ lane: null, permits: 8, items: 32 })
    expect(loadOf(8).place(false)).toBeNull()
  })

  it('waits for a token only where a lane does', () => {
    const load = loadOf(8)
    load.channel.gate.configure({ limit: 1, periodMs: 1000, burst: 1, unit: 'calls' }, 0)
    expect(load.channel.gate.tryTake(1, 0)).toBe(0)
    expect(load.waitsForToken(10)).toBe(false)
    lane(load)
    expect(load.waitsForToken(10)).toBe(true)
    expect(load.waitsForToken(1_000_000)).toBe(false)
  })

  it('takes what may run at once, and 20 ms of work behind it', () => {
    const load = loadOf(8, { itemsPerSecond: 1000 })
    const only = lane(load, { granted: 8, outstanding: 8 })
    expect(load.place(true)).toEqual({ lane: only, permits: 8, items: 32 })
    only.outstanding = 30
    expect(load.place(true)?.items).toBe(10)
    only.outstanding = 31
    expect(load.place(true)).toBeNull()
  })

  it('places full calls, unless there is capacity for less than one', () => {
    const load = loadOf(2, { itemsPerSecond: 12_345, batchSize: 100 })
    const only = lane(load, { granted: 2, outstanding: 0 })
    expect(load.place(true)?.items).toBe(400)
    only.outstanding = 247
    expect(load.place(true)?.items).toBe(200)
    expect(loadOf(2, { itemsPerSecond: 12_345, batchSize: 1000 }).place(true)?.items).toBe(2000)
    const slow = loadOf(1, { itemsPerSecond: 1000, batchSize: 100 })
    lane(slow, { granted: 1, outstanding: 50 })
    expect(slow.place(true)?.items).toBe(70)
  })

  it('fills free permits one by one when calls are slow', () => {
    const load = loadOf(8, { itemsPerSecond: 8 })
    const only = lane(load, { granted: 7, outstanding: 8 })
    expect(load.place(true)).toMatchObject({ lane: only, items: 1 })
    only.outstanding = 9
    expect(load.place(true)).toBeNull()
  })

  it('opens another lane only when threads are busy and have work to do', () => {
    const idle = loadOf(8, { itemsPerSecond: 1000, active: 0.1 })
    lane(idle, { granted: 4, outstanding: 30 })
    expect(idle.place(true)?.lane).not.toBeNull()
    const busy = loadOf(8, { itemsPerSecond: 1000, active: 1 })
    const first = lane(busy, { granted: 4, outstanding: 30 })
    expect(busy.place(true)).toMatchObject({ lane: null, permits: 4 })
    expect(busy.place(false)?.lane).toBe(first)
    first.outstanding = 10
    expect(busy.place(true)?.lane).toBe(first)
  })

  it('never promises more calls than the channel may run', () => {
    const load = loadOf(8, { itemsPerSecond: 100_000 })
    const [first, second] = [lane(load, { outstanding: 100 }), lane(load, { outstanding: 100 })]
    expect(load.grant(first)).toBe(4)
    expect(load.grant(first)).toBe(0)
    expect(load.grant(second)).toBe(4)
    expect(load.free).toBe(0)
    expect(load.granted).toBe(8)
    expect(load.running).toBe(8)
  })

  it('grants a lane no more permits than it has items', () => {
    const load = loadOf(8)
    const only = lane(load, { outstanding: 3 })
    expect(load.grant(only)).toBe(3)
  })

  it('asks for the permits beyond a lane’s share back, once', () => {
    const load = loadOf(8)
    const first = lane(load, { granted: 8, outstanding: 50 })
    lane(load)
    load.askBack()
    load.askBack()
    expect(first.asked).toBe(-4)
    load.channel.config = { ...load.channel.config, concurrency: 2 }
    load.askBack()
    expect(first.asked).toBe(-7)
  })

  it('counts an item that runs alone among the channel’s calls', () => {
    const load = loadOf(1)
    const alone = lane(load, { alone: true, outstanding: 1 })
    expect(load.grant(alone)).toBe(1)
    expect(load.free).toBe(0)
    expect(load.grant(lane(load, { outstanding: 5 }))).toBe(0)
  })

  it('places nothing in a lane that makes way', () => {
    const load = loadOf(8)
    lane(load, { open: false })
    expect(load.place(false)).toBeNull()
  })

  it('gives a lane no more than 64 MiB of payloads at once, however many calls and items a call it may run', () => {
    const load = loadOf(64, { batchSize: 100 })
    load.pace.addSizes(9, 9 * 900_000)
    const only = lane(load)
    for (let placed = load.place(false); placed !== null; placed = load.place(false)) only.outstanding += placed.items
    expect(only.outstanding * 900_000).toBeGreaterThan(32 * 1024 * 1024)
    expect(only.outstanding * 900_000).toBeLessThanOrEqual(64 * 1024 * 1024)
  })
})
