import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Candidate, Placement } from './rendezvous.ts'

const CHANNELS = Array.from({ length: 100 }, (_, n) => `channel-${n}`)
const ALL = new Set(CHANNELS)

function candidates(addresses: readonly string[], channels: ReadonlySet<string> = ALL): Candidate[] {
  return addresses.map((address, at) => ({ id: at + 1, address, channels }))
}

function rightOfEach(placement: Placement): Map<string, string | undefined> {
  return new Map(CHANNELS.map((channel) => [channel, placement.rightOf(channel)?.address]))
}

const addresses = fc.uniqueArray(fc.webAuthority(), { minLength: 2, maxLength: 12 })

describe('Placement', () => {
  it('gives the same answer whatever the order of the servers, and the ids of their processes', () => {
    fc.assert(
      fc.property(addresses, fc.integer({ min: 1, max: 1e6 }), (all, firstId) => {
        const shuffled = all.toReversed().map((address, at) => ({ id: firstId + at, address, channels: ALL }))
        expect(rightOfEach(new Placement(shuffled))).toEqual(rightOfEach(new Placement(candidates(all))))
      }),
      { numRuns: 15 },
    )
  })

  it('moves only the channels of a server that leaves, and gives one that joins only what becomes its own', () => {
    fc.assert(
      fc.property(addresses, (all) => {
        const [leaving, ...rest] = all
        const before = rightOfEach(new Placement(candidates(all)))
        const after = rightOfEach(new Placement(candidates(rest)))
        const moved = [...before].filter(([channel, right]) => after.get(channel) !== right)
        for (const [, right] of moved) expect(right).toBe(leaving)
      }),
      { numRuns: 15 },
    )
  })

  it('spreads channels evenly over servers whose addresses differ in a digit', () => {
    const counts = new Map<string, number>()
    const all = Array.from({ length: 100 }, (_, n) => `http://10.0.0.${n}:7071`)
    const placement = new Placement(candidates(all, new Set(Array.from({ length: 10_000 }, (_, n) => `orders-${n}`))))
    for (let n = 0; n < 10_000; n++) {
      const { address } = placement.rightOf(`orders-${n}`)!
      counts.set(address, (counts.get(address) ?? 0) + 1)
    }
    // 100 each, of a random spread with a deviation of 10: five of them.
    expect(counts.size).toBe(100)
    expect(Math.max(...counts.values())).toBeLessThan(150)
    expect(Math.min(...counts.values())).toBeGreaterThan(50)
  })

  it('names only servers whose configuration has the channel, the right one first', () => {
    const [one, two, three] = candidates(['a:1', 'b:1', 'c:1'])
    const placement = new Placement([one!, { ...two!, channels: new Set() }, three!])
    for (const channel of CHANNELS.slice(0, 50)) {
      const ranked = placement.ranked(channel).map(({ address }) => address)
      expect(ranked.toSorted()).toEqual(['a:1', 'c:1'])
      expect(placement.rightOf(channel)?.address).toBe(ranked[0])
    }
    expect([placement.rightOf('unknown'), placement.ranked('unknown')]).toEqual([null, []])
  })

  it('prefers the later of two processes at one address', () => {
    const placement = new Placement([1, 3, 2].map((id) => ({ id, address: 'a:1', channels: ALL })))
    expect(placement.rightOf('channel-1')?.id).toBe(3)
    expect([1, 2, 3].map((id) => placement.rankOf('fence 9', id))).toEqual([2, 1, 0])
  })

  it('orders all servers for a key of any kind', () => {
    const placement = new Placement(candidates(['a:1', 'b:1', 'c:1', 'd:1'], new Set()))
    for (const key of ['fence 1', 'fence 2', 'fence 3'])
      expect([1, 2, 3, 4].map((id) => placement.rankOf(key, id)).toSorted()).toEqual([0, 1, 2, 3])
    expect(placement.rankOf('fence 1', 9)).toBe(4)
  })
})
