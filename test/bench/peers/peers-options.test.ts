import { describe, expect, it } from 'vitest'
import { parsePeersOptions } from './peers-options.ts'
import { setups } from './setups.ts'

describe('parsePeersOptions', () => {
  it('compares with every peer in three rounds when nothing is said', () => {
    expect(parsePeersOptions([])).toMatchObject({ items: 20_000, itemsOfOneKey: 2_000, rounds: 3, setups })
  })

  it('chooses all setups of a peer, or one setup, in the order in which they run', () => {
    const { setups: some } = parsePeersOptions(['--only', 'plainjob,bullmq,pg-boss-fifo'])
    expect(some.map(({ id }) => id)).toEqual(['bullmq-serial', 'bullmq-concurrent', 'pg-boss-fifo', 'plainjob'])
  })

  it.each([
    [['--only', 'bullmq,rabbitmq'], 'current value is rabbitmq'],
    [['--rounds', '0'], '--rounds must be a whole number from 1 to 100: current value is 0'],
    [['--items', '1e9'], 'current value is 1e9'],
    [['--seconds', 'many'], 'current value is many'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j', (args, message) => {
    expect(() => parsePeersOptions(args)).toThrow(message)
  })
})

describe('setups', () => {
  it('have an id each', () => {
    expect(new Set(setups.map(({ id }) => id)).size).toBe(setups.length)
  })
})
