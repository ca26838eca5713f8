import { wholeNumber } from '../figures.ts'
import { type LogAxis, logAxis } from './log-axis.ts'
import { element, svgFile, text } from './svg.ts'

/** Two values side by side. */
export interface DotRow {
  readonly label: string
  readonly ours: number
  readonly theirs: number
}

export interface DotPlot {
  readonly title: string
  /** A line below the title. */
  readonly subtitle: string
  readonly oursName: string
  readonly theirsName: string
  readonly groups: readonly { readonly title: string; readonly rows: readonly DotRow[] }[]
}

const WIDTH = 960
const LABELS_END = 390
const AXIS = { from: 420, to: 900 }
const TOP = 84
const GROUP_TITLE_HEIGHT = 34
const ROW_HEIGHT = 30
const OURS = '#0b6bcb'
const THEIRS = '#d1541b'
const GRID = '#d8dee4'

/** Two dots a row on one logarithmic axis, joined by a line in the colour of the larger one. @returns an SVG file */
export function dotPlot({ title, subtitle, oursName, theirsName, groups }: DotPlot): string {
  const rows = groups.flatMap((group) => group.rows)
  const axis = logAxis(
    rows.flatMap((row) => [row.ours, row.theirs]),
    AXIS.from,
    AXIS.to,
  )
  const drawn: string[] = []
  let y = TOP
  for (const group of groups) {
    drawn.push(text(group.title, { x: 16, y: y + 22, weight: 'bold', size: 13 }))
    y += GROUP_TITLE_HEIGHT
    for (const row of group.rows) {
      drawn.push(drawRow(row, axis, y + ROW_HEIGHT / 2))
      y += ROW_HEIGHT
    }
  }
  const grid = axis.ticks.map((tick) => {
    const x = axis.position(tick)
    const line = element('line', { x1: x, x2: x, y1: TOP, y2: y, stroke: GRID })
    return line + text(wholeNumber(tick), { x, y: y + 18, anchor: 'middle', fill: '#59636e', size: 11 })
  })
  return svgFile(
    WIDTH,
    y + 34,
    title,
    text(title, { x: 16, y: 28, weight: 'bold', size: 16 }),
    text(subtitle, { x: 16, y: 48, fill: '#59636e' }),
    legend(16, oursName, OURS, 'dot') + legend(130, theirsName, THEIRS, 'square'),
    ...grid,
    ...drawn,
  )
}

function drawRow({ label, ours, theirs }: DotRow, axis: LogAxis, y: number): string {
  const x = { ours: axis.position(ours), theirs: axis.position(theirs) }
  const weAreRight = x.ours >= x.theirs
  const value = (what: number, at: number, right: boolean, fill: string): string =>
    text(wholeNumber(what), { x: at + (right ? 9 : -9), y: y + 4, anchor: right ? 'start' : 'end', fill, size: 11 })
  return [
    text(label, { x: LABELS_END, y: y + 4, anchor: 'end' }),
    element('line', {
      x1: x.ours,
      x2: x.theirs,
      y1: y,
      y2: y,
      stroke: weAreRight ? OURS : THEIRS,
      'stroke-width': 2,
      'stroke-opacity': 0.45,
    }),
    mark(x.ours, y, OURS, 'dot'),
    mark(x.theirs, y, THEIRS, 'square'),
    value(ours, x.ours, weAreRight, OURS),
    value(theirs, x.theirs, !weAreRight, THEIRS),
  ].join('')
}

function legend(x: number, name: string, fill: string, kind: 'dot' | 'square'): string {
  return mark(x + 5, 68, fill, kind) + text(name, { x: x + 16, y: 72 })
}

/** Told apart without colours too. */
function mark(x: number, y: number, fill: string, kind: 'dot' | 'square'): string {
  if (kind === 'dot') return element('circle', { cx: x, cy: y, r: 5, fill })
  return element('rect', { x: x - 4.5, y: y - 4.5, width: 9, height: 9, fill })
}
