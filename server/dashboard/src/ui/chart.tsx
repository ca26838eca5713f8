import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatRate } from '../words/numbers.ts'

export interface ChartProps {
  /** Ends of the steps, in seconds. */
  readonly times: readonly number[]
  /** Of each step; null: it was not counted. */
  readonly rates: readonly (number | null)[]
}

const HEIGHT = 150

/** A line over time. What it shows is said beside it, and in a table. */
export function Chart({ times, rates }: ChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  useEffect(() => {
    const element = place.current!
    const make = (): void => {
      plot.current?.destroy()
      plot.current = new uPlot(optionsFor(element), [[...times], [...rates]], element)
    }
    make()
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }))
    resized.observe(element)
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', make)
    return () => {
      resized.disconnect()
      scheme.removeEventListener('change', make)
      plot.current?.destroy()
      plot.current = null
    }
  }, [])
  useEffect(() => {
    plot.current?.setData([[...times], [...rates]])
  }, [times, rates])
  return <div ref={place} class="chart" aria-hidden="true" />
}

function optionsFor(element: HTMLElement): uPlot.Options {
  const colour = (name: string): string => {
    // A canvas takes no light-dark(): the browser works the colour out for an element.
    element.style.color = `var(${name})`
    return getComputedStyle(element).color
  }
  const [accent, line, quiet] = ['--accent', '--line', '--quiet'].map(colour) as [string, string, string]
  const axis = { stroke: quiet, font: '12px system-ui', grid: { stroke: line, width: 1 }, ticks: { show: false } }
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, grid: { show: false } },
      { ...axis, size: 56, values: (_, values) => values.map(formatRate) },
    ],
    series: [{}, { stroke: accent, width: 1.5, points: { show: false }, fill: `rgb(from ${accent} r g b / 10%)` }],
  }
}
