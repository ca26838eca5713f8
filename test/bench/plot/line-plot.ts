import { shortNumber } from '../figures.ts'
import { logAxis } from './log-axis.ts'
import { element, svgFile, text } from './svg.ts'

/** Points joined in the order of their x. */
export interface Line {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

/** One pair of axes. */
export interface Panel {
  readonly title: string
  /** Names the x axis. */
  readonly by: string
  readonly unit: string
  readonly lines: readonly Line[]
}

export interface LinePlot {
  readonly title: string
  /** A line below the title. */
  readonly subtitle: string
  readonly panels: readonly Panel[]
}

const WIDTH = 860
const LEFT = 90
const RIGHT = 800
const TOP = 64
const PANEL_HEIGHT = 250
const AXIS = { top: 44, bottom: 200 }
const GRID = '#d8dee4'
const FAINT = '#59636e'
/** Tell lines apart without colours too. */
const STYLES = [
  { stroke: '#0b6bcb', dash: undefined },
  { stroke: '#d1541b', dash: '7 4' },
  { stroke: '#1a7f37', dash: '2 3' },
] as const

/** Panels below each other, both axes of each logarithmic. @returns an SVG file */
export function linePlot({ title, subtitle, panels }: LinePlot): string {
  return svgFile(
    WIDTH,
    TOP + panels.length * PANEL_HEIGHT,
    title,
    text(title, { x: 16, y: 28, weight: 'bold', size: 16 }),
    text(subtitle, { x: 16, y: 48, fill: FAINT }),
    ...panels.map((panel, n) => drawPanel(panel, TOP + n * PANEL_HEIGHT)),
  )
}

function drawPanel({ title, by, unit, lines }: Panel, top: number): string {
  const points = lines.flatMap((line) => line.points)
  const across = logAxis(
    points.map(({ x }) => x),
    LEFT,
    RIGHT,
  )
  const up = logAxis(
    points.map(({ y }) => y),
    top + AXIS.bottom,
    top + AXIS.top,
  )
  const rows = up.ticks.map((tick) => {
    const y = up.position(tick)
    return (
      element('line', { x1: LEFT, x2: RIGHT, y1: y, y2: y, stroke: GRID }) +
      text(shortNumber(tick), { x: LEFT - 8, y: y + 4, anchor: 'end', fill: FAINT, size: 11 })
    )
  })
  const columns = across.ticks.map((tick) => {
    const x = across.position(tick)
    return text(shortNumber(tick), { x, y: top + AXIS.bottom + 18, anchor: 'middle', fill: FAINT, size: 11 })
  })
  return [
    text(`${title}, ${unit}`, { x: 16, y: top + 22, weight: 'bold', size: 13 }),
    ...rows,
    ...columns,
    text(by, { x: RIGHT, y: top + AXIS.bottom + 34, anchor: 'end', fill: FAINT, size: 11 }),
    ...lines.map((line, n) => drawLine(line, STYLES[n % STYLES.length]!, { x: across.position, y: up.position })),
    ...(lines.length > 1 ? lines.map(({ name }, n) => legend(name, STYLES[n % STYLES.length]!, n, top)) : []),
  ].join('')
}

type Style = (typeof STYLES)[number]

function drawLine(
  { points }: Line,
  { stroke, dash }: Style,
  position: { x: (value: number) => number; y: (value: number) => number },
): string {
  const placed = [...points]
    .sort((a, b) => a.x - b.x)
    .map(({ x, y }) => ({ x: position.x(x), y: position.y(y), value: y }))
  const path = placed.map(({ x, y }, n) => `${n === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
  return [
    element('path', { d: path, fill: 'none', stroke, 'stroke-width': 2, 'stroke-dasharray': dash }),
    ...placed.map(({ x, y }) => element('circle', { cx: x, cy: y, r: 4, fill: stroke })),
    ...placed.map(({ x, y, value }) =>
      text(shortNumber(value), { x, y: y - 8, anchor: 'middle', fill: stroke, size: 10 }),
    ),
  ].join('')
}

function legend(name: string, { stroke, dash }: Style, n: number, top: number): string {
  const x = 330 + n * 170
  return (
    element('line', {
      x1: x,
      x2: x + 26,
      y1: top + 18,
      y2: top + 18,
      stroke,
      'stroke-width': 2,
      'stroke-dasharray': dash,
    }) + text(name, { x: x + 32, y: top + 22 })
  )
}
