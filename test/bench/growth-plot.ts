import { figureOf, machineLine, type Report, type Row } from './report.ts'
import { type Line, linePlot, type Panel } from './plot/line-plot.ts'

/** The rows that belong to a series, a panel for each unit and what it grows by; null without such rows. */
export function growthPlot(report: Report): string | null {
  const panels = new Map<string, { by: string; unit: string; lines: Map<string, Line['points'][number][]> }>()
  for (const row of report.rows) {
    if (row.series === undefined) continue
    const { name, by, x } = row.series
    const key = `${by} ${row.unit}`
    const panel = panels.get(key) ?? { by, unit: row.unit, lines: new Map<string, Line['points'][number][]>() }
    panels.set(key, panel)
    panel.lines.set(name, [...(panel.lines.get(name) ?? []), { x, y: figureOf(row) }])
  }
  if (panels.size === 0) return null
  return linePlot({
    title: 'What a million times more does to speed and memory',
    subtitle: machineLine(report),
    panels: [...panels.values()].map(({ by, unit, lines }): Panel => {
      const title = `${titleOf(unit)} by number of ${by}`
      return { title, by, unit, lines: [...lines].map(([name, points]) => ({ name, points })) }
    }),
  })
}

function titleOf(unit: Row['unit'] | string): string {
  return unit === 'MB' ? 'Resident memory' : 'Speed'
}
