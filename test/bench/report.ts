import { cpus } from 'node:os'
import { median, shortNumber } from './figures.ts'
import { type FsyncTimes, measureFsync } from './measure-fsync.ts'

export type Unit = 'items/s' | 'calls/s' | 'ms' | 'µs' | 'MB' | 'B' | '%' | 'units' | 'x fsync p50'

/** One row of a report: a figure measured once per round. */
export interface Row {
  /** Names the row in JSON, and never changes: `delivery/100-keys`. */
  readonly id: string
  /** Names the row in tables. */
  readonly work: string
  readonly unit: Unit
  /** One value per round; the median is the figure. */
  readonly rounds: readonly number[]
  /** The same work by something else, measured in the same run. */
  readonly reference?: { readonly work: string; readonly rounds: readonly number[] }
  /** The row is a point of a line in a plot. */
  readonly series?: { readonly name: string; readonly by: 'items' | 'keys'; readonly x: number }
  /** The target, as text: `>= 100,000`. Never checked. */
  readonly target?: string
}

/** The form of every JSON file that a benchmark writes. */
export interface Report {
  readonly startedAt: string
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number; readonly fsync: FsyncTimes }
  readonly rows: readonly Row[]
}

/** A report without rows, with the machine as it is now. */
export function newReport(): Report {
  const cores = cpus()
  return {
    startedAt: new Date().toISOString(),
    machine: { node: process.version, cpu: cores[0]?.model ?? 'unknown', cores: cores.length, fsync: measureFsync() },
    rows: [],
  }
}

/** The figure of a row. */
export function figureOf({ rounds }: Pick<Row, 'rounds'>): number {
  return median(rounds)
}

/** The rows as a Markdown table: median, spread over the rounds, ratio to the reference, target. */
export function tableOf(rows: readonly Row[]): string {
  return [
    '| work | measured | rounds | compared with | ratio | target |',
    '|---|---:|---:|---|---:|---:|',
    ...rows.map((row) => `| ${cellsOf(row).join(' | ')} |`),
  ].join('\n')
}

function cellsOf(row: Row): string[] {
  const { work, unit, rounds, reference, target = '' } = row
  const measured = `${shortNumber(figureOf(row))} ${unit}`
  const spread = rounds.length < 2 ? '' : `${shortNumber(Math.min(...rounds))} to ${shortNumber(Math.max(...rounds))}`
  if (reference === undefined) return [work, measured, spread, '', '', target]
  const other = figureOf(reference)
  const ratio = `${((100 * figureOf(row)) / other).toFixed(0)} %`
  return [work, measured, spread, `${reference.work}: ${shortNumber(other)} ${unit}`, ratio, target]
}

/** One line about the machine. */
export function machineLine({ machine }: Report): string {
  const { node, cores, cpu, fsync } = machine
  const times = `p50 ${shortNumber(fsync.p50Ms)} ms, p99 ${shortNumber(fsync.p99Ms)} ms`
  return `Node ${node}, ${cores} cores (${cpu}), fsync of 4 KiB ${times}`
}
