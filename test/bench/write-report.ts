import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { growthPlot } from './growth-plot.ts'
import { machineLine, type Report, type Row, tableOf } from './report.ts'

/**
 * Writes `bench.json`, `bench.md` and, if there are rows of growth, `growth.svg` into a folder. Rows that are there and were not measured now
 * are kept, so that a long run can be made in pieces.
 */
export function writeReport(folder: string, measured: Report): void {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'bench.json')
  const report = { ...measured, rows: [...rowsKept(file, measured.rows), ...measured.rows] }
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(join(folder, 'bench.md'), `${machineLine(report)}\n\n${tableOf(report.rows)}\n`)
  const plot = growthPlot(report)
  if (plot !== null) writeFileSync(join(folder, 'growth.svg'), plot)
}

function rowsKept(file: string, measured: readonly Row[]): readonly Row[] {
  if (!existsSync(file)) return []
  const { rows } = JSON.parse(readFileSync(file, 'utf8')) as Report
  const ids = new Set(measured.map(({ id }) => id))
  return rows.filter(({ id }) => !ids.has(id))
}
