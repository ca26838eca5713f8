import { describe, expect, it } from 'vitest'
import type { ChannelLoad } from './channel-load.ts'
import type { Lane } from './lane.ts'
import { MIN_IDLE_US, ThreadShare } from './thread-share.ts'

type Load = ChannelLoad<Lane>

function loadThatIs(speed: 'slow' | 'quick'): Load {
  return { pace: { slow: speed === 'slow' }, lanes: new Set() } as unknown as Load
}

function laneOf(
  load: Load,
  state: { openedAtUs?: number; lastUsedUs?: number; outstanding?: number; open?: boolean } = {},
): Lane {
  const lane = { load, openedAtUs: 0, lastUsedUs: 0, outstanding: 1, open: true, ...state } as unknown as Lane
  load.lanes.add(lane)
  return lane
}

const LATER_US = 1_000_000

describe('ThreadShare', () => {
  it('keeps the last free thread from slow channels, unless it is the only one', () => {
    const share = new ThreadShare(2)
    const [slow, quick] = [loadThatIs('slow'), loadThatIs('quick')]
    expect(share.mayTake(slow)).toBe(true)
    share.take(laneOf(slow))
    expect(share.mayTake(slow)).toBe(false)
    expect(share.mayTake(loadThatIs('slow'))).toBe(false)
    expect(share.mayTake(quick)).toBe(true)
    share.take(laneOf(quick))
    expect(share.mayTake(quick)).toBe(false)
    expect(new ThreadShare(1).mayTake(slow)).toBe(true)
  })

  it('makes one lane go when a channel waits: an idle one, else of the channel with most, else the oldest', () => {
    const share = new ThreadShare(4)
    const [a, b, c, waiting] = [loadThatIs('quick'), loadThatIs('quick'), loadThatIs('quick'), loadThatIs('quick')]
    const lanes = [laneOf(a), laneOf(b), laneOf(b), laneOf(c, { outstanding: 0 })]
    lanes.forEach((lane) => {
      share.take(lane)
    })
    expect(share.laneToDrain(LATER_US)).toBeNull()
    share.wait(waiting)
    expect(share.laneToDrain(LATER_US)).toBe(lanes[3])
    Object.assign(lanes[3]!, { outstanding: 5 })
    expect(share.laneToDrain(LATER_US)).toBe(lanes[1])
    share.release(lanes[1]!)
    b.lanes.delete(lanes[1]!)
    expect(share.laneToDrain(LATER_US)).toBe(lanes[0])
    Object.assign(lanes[0]!, { open: false })
    expect(share.laneToDrain(LATER_US)).toBeNull()
  })

  it('lets a lane have its thread for a while', () => {
    const share = new ThreadShare(1)
    const lane = laneOf(loadThatIs('quick'), { openedAtUs: LATER_US })
    share.take(lane)
    share.wait(loadThatIs('quick'))
    expect(share.laneToDrain(LATER_US + 50_000)).toBeNull()
    expect(share.laneToDrain(LATER_US + 100_000)).toBe(lane)
  })

  it('lets an idle lane go at once, but not one that is between two items of a key', () => {
    const share = new ThreadShare(1)
    const lane = laneOf(loadThatIs('quick'), { openedAtUs: LATER_US, lastUsedUs: LATER_US, outstanding: 0 })
    share.take(lane)
    expect(share.contended).toBe(false)
    share.wait(loadThatIs('quick'))
    expect(share.contended).toBe(true)
    expect(share.laneToDrain(LATER_US + MIN_IDLE_US - 1)).toBeNull()
    expect(share.laneToDrain(LATER_US + MIN_IDLE_US)).toBe(lane)
  })

  it('lets a lane whose channel has no job go at once, also beside one that goes already, if somebody waits', () => {
    const share = new ThreadShare(3)
    const [going, jobless, busy] = [loadThatIs('quick'), loadThatIs('quick'), loadThatIs('quick')]
    const lane = laneOf(jobless, { openedAtUs: LATER_US, lastUsedUs: LATER_US, outstanding: 1 })
    for (const one of [laneOf(going, { open: false }), lane, laneOf(busy)]) share.take(one)
    Object.assign(jobless, { channel: { name: 'jobless' } })
    for (const load of [going, busy]) Object.assign(load, { channel: { name: 'other' } })
    share.lastJobEnded('jobless')
    share.wait(loadThatIs('quick'))
    expect(share.laneToDrain(LATER_US)).toBeNull()
    Object.assign(lane, { outstanding: 0 })
    expect(share.laneToDrain(LATER_US)).toBe(lane)
    jobless.jobless = false
    expect(share.laneToDrain(LATER_US)).toBeNull()
    jobless.jobless = true
    Object.assign(lane, { open: false })
    expect(share.laneToDrain(LATER_US)).toBeNull()
  })

  it('makes way for a slow channel only where a slow one is', () => {
    const share = new ThreadShare(2)
    const quick = laneOf(loadThatIs('quick'))
    const slow = laneOf(loadThatIs('slow'))
    share.take(quick)
    share.wait(loadThatIs('slow'))
    expect(share.laneToDrain(LATER_US)).toBeNull()
    share.take(slow)
    expect(share.laneToDrain(LATER_US)).toBe(slow)
  })

  it('frees a thread when slow channels have come to hold all', () => {
    const share = new ThreadShare(2)
    const [first, second] = [laneOf(loadThatIs('slow')), laneOf(loadThatIs('slow'))]
    share.take(first)
    share.take(second)
    expect(share.laneToDrain(LATER_US)).toBe(second)
  })

  it('offers a thread to those who wait in their order, until one takes it', () => {
    const share = new ThreadShare(1)
    const loads = Array.from({ length: 4 }, () => loadThatIs('quick'))
    const lane = laneOf(loadThatIs('quick'))
    share.take(lane)
    for (const load of loads) share.wait(load)
    share.wait(loads[0]!)
    expect(asked(share)).toEqual([])
    share.release(lane)
    // The first has no work any more.
    expect(asked(share, { takes: loads.slice(1) })).toEqual(loads.slice(0, 2))
    expect(share.free).toBe(0)
    expect(share.contended).toBe(true)
    expect(asked(share)).toEqual([])
  })

  it('offers a thread once to each, though it waits again', () => {
    const share = new ThreadShare(2)
    const loads = [loadThatIs('quick'), loadThatIs('quick')]
    for (const load of loads) share.wait(load)
    expect(
      asked(share, {
        onAsk: (load) => {
          share.wait(load)
        },
      }),
    ).toEqual(loads)
    expect(asked(share)).toEqual(loads)
    expect(share.contended).toBe(false)
  })

  it('passes over slow channels where one thread is free, and keeps their turn', () => {
    const share = new ThreadShare(2)
    const [slow, quick, last] = [loadThatIs('slow'), loadThatIs('quick'), loadThatIs('quick')]
    const lanes = [laneOf(loadThatIs('quick')), laneOf(loadThatIs('quick'))]
    for (const lane of lanes) share.take(lane)
    for (const load of [slow, quick, last]) share.wait(load)
    share.release(lanes[0]!)
    expect(asked(share, { takes: [slow, quick, last] })).toEqual([quick])
    for (const lane of [lanes[1]!, ...quick.lanes]) share.release(lane)
    // Two are free: the slow one began to wait before the other.
    expect(asked(share, { takes: [slow, quick, last] })).toEqual([slow, last])
  })

  it('knows when a channel that waits became quick, or slow', () => {
    const share = new ThreadShare(2)
    const [first, second] = [loadThatIs('slow'), loadThatIs('quick')]
    const lane = laneOf(loadThatIs('quick'))
    share.take(lane)
    share.wait(first)
    share.wait(second)
    Object.assign(first.pace, { slow: false })
    share.paceChanged(first)
    Object.assign(second.pace, { slow: true })
    share.paceChanged(second)
    expect(asked(share)).toEqual([first])
    share.release(lane)
    expect(asked(share)).toEqual([second])
  })

  it('looks at no more channels than threads are taken, however many wait', () => {
    const share = new ThreadShare(2)
    const loads = Array.from({ length: 1000 }, () => loadThatIs('quick'))
    const lane = laneOf(loadThatIs('quick'))
    share.take(lane)
    share.take(laneOf(loadThatIs('slow')))
    for (const load of loads) share.wait(load)
    share.release(lane)
    for (const load of loads) {
      expect(asked(share, { takes: [load] })).toEqual([load])
      for (const held of load.lanes) share.release(held)
    }
  })
})

/** Whom the share offers its free threads to. */
function asked(
  share: ThreadShare,
  { takes = [], onAsk }: { takes?: Load[]; onAsk?: (load: Load) => void } = {},
): Load[] {
  const loads: Load[] = []
  share.offerFree((load) => {
    loads.push(load)
    if (takes.includes(load)) share.take(laneOf(load))
    onAsk?.(load)
  })
  return loads
}
