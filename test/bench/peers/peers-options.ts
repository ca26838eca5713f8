import { parseArgs } from 'node:util'
import { type Setup, setups } from './setups.ts'

export interface PeersOptions {
  /** Items of a run with more than one key. */
  readonly items: number
  /** Items of a run with one key, where nothing can run side by side. */
  readonly itemsOfOneKey: number
  readonly rounds: number
  /** A delivery that takes longer ends there, and counts for what it delivered. */
  readonly maxSeconds: number
  readonly setups: readonly Setup[]
  /** The folder that gets results.md, results.json and results.svg. */
  readonly out: string
}

/** The work of a round is built in one piece of memory, and a round must end. */
const MOST_ITEMS = 1_000_000

/** Reads the options of the command line. @throws Error an option is unknown or out of range */
export function parsePeersOptions(args: readonly string[]): PeersOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      items: { type: 'string', default: '20000' },
      'items-of-one-key': { type: 'string', default: '2000' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      only: { type: 'string' },
      out: { type: 'string', default: '.reports/bench-peers' },
    },
  })
  return {
    items: within('items', values.items, 1, MOST_ITEMS),
    itemsOfOneKey: within('items-of-one-key', values['items-of-one-key'], 1, MOST_ITEMS),
    rounds: within('rounds', values.rounds, 1, 100),
    maxSeconds: within('seconds', values.seconds, 1, 60),
    setups: values.only === undefined ? setups : chosen(values.only),
    out: values.out,
  }
}

function within(option: string, value: string, least: number, most: number): number {
  const number = Number(value)
  if (Number.isInteger(number) && number >= least && number <= most) return number
  throw new Error(
    `Cannot compare with peers as --${option} must be a whole number from ${least} to ${most}: current value is ${value}`,
  )
}

/** A name chooses a peer with all its setups, or one setup. */
function chosen(only: string): readonly Setup[] {
  const names = only.split(',')
  const unknown = names.find((name) => !setups.some(({ id, peer }) => name === id || name === peer))
  if (unknown !== undefined) {
    const known = [...new Set(setups.flatMap(({ id, peer }) => [peer, id]))].join(', ')
    throw new Error(`Cannot compare with peers as --only must name some of ${known}: current value is ${unknown}`)
  }
  return setups.filter(({ id, peer }) => names.includes(id) || names.includes(peer))
}
