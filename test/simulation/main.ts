// Simulates the policy of owners on a virtual clock: the figures of docs/scale.md.
//
//   npm run simulate                                     100 servers, 10,000 channels; writes results.json and the plot
//   npm run simulate -- --only deploy --servers 20 --channels 2000 --seed 7       prints only

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { wholeNumber } from '../bench/figures.ts'
import { scenarios } from './scenarios.ts'
import { simulate, type SimulationRow, type Without } from './simulate.ts'
import { PLOT, simulationPlot } from './simulation-plot.ts'

const CHANNELS_OF_ONE = 100
/** The same loss in clusters of several sizes. */
const SIZES = [10, 30]

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    servers: { type: 'string', default: '100' },
    channels: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
})
const servers = count('servers', values.servers, 1000)
const channels = count('channels', values.channels ?? String(servers * CHANNELS_OF_ONE), 100_000)
const seed = count('seed', values.seed, 2 ** 31)
const isWhole = values.only === undefined && values.channels === undefined && values.servers === '100'
const chosen = scenarios.filter(({ name }) => name.includes(values.only ?? ''))
if (chosen.length === 0)
  throw new Error(
    `Cannot simulate as --only must be in one of ${scenarios.map(({ name }) => name).join(', ')}: current value is ${values.only}`,
  )

const rows: SimulationRow[] = []
for (const scenario of chosen) add(simulate(scenario, { servers, channels }, seed))
if (isWhole) {
  const sized = scenarios.filter(({ name }) => name === 'quiet' || name === 'loss of 10 %')
  for (const size of SIZES)
    for (const scenario of sized) add(simulate(scenario, { servers: size, channels: size * CHANNELS_OF_ONE }, seed))
  writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(rows, null, 2)}\n`)
  writeFileSync(PLOT, simulationPlot(rows))
}

function add(row: SimulationRow): void {
  if (rows.length === 0)
    console.log(
      '| scenario | servers | takeovers | moves, busiest minute | statements/s, busiest second | not answered, s | not called, s | balance |\n|---|---:|---:|---:|---:|---:|---:|---:|',
    )
  rows.push(row)
  const cells = [
    row.scenario,
    row.servers,
    wholeNumber(row.takeovers),
    `${wholeNumber(row.moves)}, ${wholeNumber(row.movesInBusiestMinute)}`,
    `${wholeNumber(row.statements)}, ${wholeNumber(row.statementsInBusiestSecond)}`,
    times(row.unreadable),
    times(row.uncalled),
    row.balance,
  ]
  console.log(`| ${cells.join(' | ')} |`)
  if (row.ownerless > 0) console.log(`${row.ownerless} channels without an owner`)
}

function times(without: Without | null): string {
  return without === null ? 'none' : `${without.p50}, ${without.p99}, ${without.max}`
}

function count(name: string, text: string, max: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= max) return value
  throw new Error(`Cannot simulate as --${name} must be a whole number from 1 to ${max}: current value is ${text}`)
}
