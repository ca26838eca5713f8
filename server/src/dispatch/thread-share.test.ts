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

  it('asks those who wait in their order, each once', () => {
    const share = new ThreadShare(1)
    const [first, second] = [loadThatIs('quick'), loadThatIs('quick')]
    const lane = laneOf(loadThatIs('quick'))
    share.take(lane)
    share.wait(first)
    share.wait(second)
    expect(share.takeWaiting()).toEqual([])
    share.release(lane)
    expect(share.takeWaiting()).toEqual([first, second])
    expect(share.takeWaiting()).toEqual([])
  })
})
