import { expect, it } from 'vitest'
import { linePlot } from './line-plot.ts'

const points = [
  { x: 1000, y: 30 },
  { x: 10, y: 10 },
  { x: 100, y: 20 },
]

it('linePlot joins the points of a line in the order of their x', () => {
  const panel = { title: 'Speed', by: 'items', unit: 'items/s', lines: [{ name: 'only', points }] }
  const svg = linePlot({ title: 'Growth & more', subtitle: '', panels: [panel] })
  const xs = [.../ d="([^"]+)"/.exec(svg)![1]!.matchAll(/[ML]([\d.]+) /g)].map(([, x]) => Number(x))
  expect(xs).toEqual([90, 445, 800])
  expect(svg.match(/<circle /g)).toHaveLength(3)
  expect(svg).toContain('Growth &#38; more')
})

it('linePlot names the lines of a panel when there are several', () => {
  const panelOf = (names: string[]) =>
    linePlot({
      ...{ title: 'Growth', subtitle: '' },
      panels: [{ title: 'Speed', by: 'items', unit: 'MB', lines: names.map((name) => ({ name, points })) }],
    })
  expect(panelOf(['one'])).not.toContain('>one<')
  expect(panelOf(['one', 'two'])).toMatch(/>one<.*>two</)
})
