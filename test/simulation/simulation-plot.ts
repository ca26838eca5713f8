// docs/images/simulation.svg: how long channels are without an owner, and the statements at the database, as simulated.
//
//   node test/simulation/simulation-plot.ts        writes it (a part of `npm run generate`)

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Line, linePlot } from '../bench/plot/line-plot.ts'
import type { SimulationRow } from './simulate.ts'

export const PLOT = join(import.meta.dirname, '../../docs/images/simulation.svg')
const LOSSES: Readonly<Record<string, number>> = { 'loss of 1 %': 1, 'loss of 10 %': 10, 'loss of 50 %': 50 }

/** The plot as an SVG file. @param rows those of 100 servers, and a loss of a tenth of fewer */
export function simulationPlot(rows: readonly SimulationRow[]): string {
  const most = Math.max(...rows.map(({ servers }) => servers))
  const losses = rows.filter(({ scenario, servers }) => servers === most && scenario in LOSSES)
  const without = (name: string, valueOf: (row: SimulationRow) => number): Line => {
    return { name, points: losses.map((row) => ({ x: LOSSES[row.scenario]!, y: valueOf(row) })) }
  }
  const bySize = (name: string, scenario: string, valueOf: (row: SimulationRow) => number): Line => {
    const found = rows.filter((row) => row.scenario === scenario)
    return { name, points: found.map((row) => ({ x: row.servers, y: valueOf(row) })) }
  }
  return linePlot({
    title: 'Channels with an owner each, simulated',
    subtitle: `${most} servers, 100 channels each, a lease of 10 s, calls of up to 10 s: not the server of today`,
    panels: [
      {
        title: 'After a loss',
        by: 'percent of the servers that are lost',
        unit: 's without',
        lines: [
          without('an answer, median', ({ unreadable }) => unreadable?.p50 ?? 0),
          without('an answer, longest', ({ unreadable }) => unreadable?.max ?? 0),
          without('a call, longest', ({ uncalled }) => uncalled?.max ?? 0),
        ],
      },
      {
        title: 'At the database',
        by: 'servers',
        unit: 'statements/s',
        lines: [
          bySize('quiet', 'quiet', ({ statements }) => statements),
          bySize('busiest, 10 % lost', 'loss of 10 %', (row) => row.statementsInBusiestSecond),
        ],
      },
    ],
  })
}

export function readSimulation(): SimulationRow[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'results.json'), 'utf8')) as SimulationRow[]
}

if (import.meta.main) writeFileSync(PLOT, simulationPlot(readSimulation()))
