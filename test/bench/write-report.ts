import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { growthPlot } from './growth-plot.ts'
import { machineLine, type Report, tableOf } from './report.ts'

/** Writes `bench.json`, `bench.md` and, if there are rows of growth, `growth.svg` into a folder. */
export function writeReport(folder: string, report: Report): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(join(folder, 'bench.md'), `${machineLine(report)}\n\n${tableOf(report.rows)}\n`)
  const plot = growthPlot(report)
  if (plot !== null) writeFileSync(join(folder, 'growth.svg'), plot)
}
