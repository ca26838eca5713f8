import { describe, expect, it } from 'vitest'
import { dotPlot } from './dot-plot.ts'
import { logAxis } from './log-axis.ts'

describe('logAxis', () => {
  it('spans whole powers of ten and places them evenly', () => {
    const axis = logAxis([30, 25_000], 0, 400)
    expect(axis.ticks).toEqual([10, 100, 1000, 10_000, 100_000])
    expect(axis.ticks.map((tick) => Math.round(axis.position(tick)))).toEqual([0, 100, 200, 300, 400])
  })

  it('refuses what has no logarithm', () => {
    expect(() => logAxis([10, 0], 0, 400)).toThrow('must be above 0: current value is 0')
    expect(() => logAxis([], 0, 400)).toThrow('current value is none')
  })
})

describe('dotPlot', () => {
  const svg = dotPlot({
    title: 'Ours & theirs',
    subtitle: 'items/s',
    oursName: 'ours',
    theirsName: 'theirs',
    groups: [
      { title: 'one key', rows: [{ label: '<a>', ours: 100, theirs: 1000 }] },
      { title: '100 keys', rows: [{ label: 'b', ours: 10_000, theirs: 1000 }] },
    ],
  })

  it('draws one dot and one square a row, and one of each as the legend', () => {
    expect(svg.match(/<circle /g)).toHaveLength(3)
    expect(svg.match(/<rect x=/g)).toHaveLength(3)
  })

  it('joins them in the colour of the larger one', () => {
    const colours = [...svg.matchAll(/stroke="(#\w+)" stroke-width/g)].map(([, colour]) => colour)
    expect(colours).toEqual(['#d1541b', '#0b6bcb'])
  })

  it('escapes what it is given', () => {
    expect(svg).toContain('Ours &#38; theirs')
    expect(svg).toContain('&#60;a&#62;')
  })
})
