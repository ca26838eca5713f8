import type { Stats } from '@waybill/sdk'
import type { JSX } from 'preact'
import { waybill } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { formatRate } from '../words/numbers.ts'
import { formatClock } from '../words/times.ts'
import type { ChartProps } from './chart.tsx'
import { lazy } from './lazy.tsx'
import { Loaded } from './page.tsx'
import { type Column, Table } from './table.tsx'

const EVERY_MS = 10_000
const WINDOW_SECONDS = 900

const Chart = lazy<ChartProps>(async () => {
  setKnownLanguage()
  return (await import('./chart.tsx')).Chart
})

/** The chart's library does not load where the browser's language is none that `Intl` knows, such as `en-US@posix`. */
function setKnownLanguage(): void {
  try {
    Intl.getCanonicalLocales(navigator.language)
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true })
  }
}

interface RateFigureProps {
  /** Null: of all. */
  readonly channel: string | null
  /** Says more of the same figures, as sentences after a space. */
  readonly more?: (stats: Stats) => string
}

/** How many items ended a second, over the last quarter of an hour. */
export function RateFigure({ channel, more }: RateFigureProps): JSX.Element {
  const load = useLoad(
    `rates ${channel ?? ''}`,
    (signal) => waybill.live.stats({ signal, windowSeconds: WINDOW_SECONDS, ...(channel !== null && { channel }) }),
    { everyMs: EVERY_MS },
  )
  return (
    <Loaded load={load} rows={2}>
      {(stats) => {
        const series = ratesOf(stats)
        return (
          <figure class="rate">
            <figcaption>{summaryOf(series, stats) + (more?.(stats) ?? '')}</figcaption>
            {series.rates.length > 1 && <Chart {...series} />}
            <details>
              <summary>As a table</summary>
              <div class="scroll" tabIndex={0} role="region" aria-label="Items a second">
                <Table columns={columns} rows={rowsOf(series)} keyOf={({ time }) => time} />
              </div>
            </details>
          </figure>
        )
      }}
    </Loaded>
  )
}

interface Row {
  /** The end of a step, in seconds. */
  readonly time: number
  readonly rate: number
}

const columns: readonly Column<Row>[] = [
  { head: 'Until', cell: ({ time }) => formatClock(time * 1000) },
  { head: 'Items a second', kind: 'num', cell: ({ rate }) => formatRate(rate) },
]

function rowsOf({ times, rates }: Series): Row[] {
  return times.map((time, at) => ({ time, rate: rates[at] ?? 0 }))
}

interface Series {
  readonly times: readonly number[]
  readonly rates: readonly number[]
}

function ratesOf({ from, steps, stepSeconds, channels }: Stats): Series {
  const startSeconds = Date.parse(from) / 1000
  const times = Array.from({ length: steps }, (_, at) => startSeconds + (at + 1) * stepSeconds)
  const rates = times.map((_, at) => {
    const ended = channels.reduce(
      (sum, { ended: { succeeded, failed, cancelled } }) =>
        sum + (succeeded[at] ?? 0) + (failed[at] ?? 0) + (cancelled[at] ?? 0),
      0,
    )
    return ended / stepSeconds
  })
  return { times, rates }
}

function summaryOf({ rates }: Series, { since }: Stats): string {
  const most = Math.max(0, ...rates)
  const counted = `Counted since ${formatClock(Date.parse(since))}.`
  if (rates.length === 0) return `Items that ended a second. ${counted}`
  return `Items that ended a second: ${formatRate(rates.at(-1)!)} now, at most ${formatRate(most)} in a quarter of an hour. ${counted}`
}
