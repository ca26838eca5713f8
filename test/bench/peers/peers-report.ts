import { wholeNumber } from '../figures.ts'
import type { Keys } from '../load.ts'
import { dotPlot } from '../plot/dot-plot.ts'
import { type Comparison, type Figures, figuresOf, isMeasured } from './comparison.ts'

export interface PeersReport {
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number }
  readonly comparisons: readonly Comparison[]
}

/** The report as Markdown. What we lose is listed before what we win. */
export function markdownOf({ machine, comparisons }: PeersReport): string {
  return [
    '# Waybill and its peers',
    '',
    'Made by `npm run bench:peers`; [README.md](README.md) says what each figure means, what is fair and what is not.',
    `Node ${machine.node}, ${machine.cores} cores (${machine.cpu}). Medians; ratios are ours divided by theirs: below 1, the peer is faster.`,
    '',
    ...summaryOf(comparisons),
    ...groupsOf(comparisons).flatMap(({ title, comparisons: group }) => ['', `## ${title}`, '', ...tableOf(group)]),
    '',
    '\\* Time was up before everything was delivered: the rate is that of the part delivered.',
    '',
  ].join('\n')
}

/** The delivery rates as an SVG file; null if nothing was measured. */
export function plotOf({ machine, comparisons }: PeersReport): string | null {
  const measured = comparisons.filter(isMeasured)
  if (measured.length === 0) return null
  return dotPlot({
    title: 'Delivery to a handler that does nothing, items per second',
    subtitle: `Logarithmic. Waybill over HTTP with fsync, peers in process; ${machine.cores} cores, Node ${machine.node}`,
    oursName: 'Waybill',
    theirsName: 'peer',
    groups: groupsOf(measured).map(({ title, comparisons: group }) => ({
      title,
      rows: group.map(({ setup, ours, theirs }) => ({
        label: `${setup.peer}: ${setup.description}`,
        ours: figuresOf(ours).deliveryPerSecond,
        theirs: figuresOf(theirs).deliveryPerSecond,
      })),
    })),
  })
}

function summaryOf(comparisons: readonly Comparison[]): string[] {
  const rated = comparisons.filter(isMeasured).map((comparison) => ({ comparison, ratio: deliveryRatio(comparison) }))
  const names = (some: typeof rated): string =>
    some.length === 0
      ? 'none'
      : some
          .toSorted((a, b) => a.ratio - b.ratio)
          .map(({ comparison: { setup, keys }, ratio }) => `${setup.id} with ${keysName(keys)} (${ratioText(ratio)})`)
          .join(', ')
  const missing = comparisons.filter((comparison) => !isMeasured(comparison))
  return [
    `- Delivery is **slower** than that of: ${names(rated.filter(({ ratio }) => ratio < 1))}.`,
    `- Delivery is faster than that of: ${names(rated.filter(({ ratio }) => ratio >= 1))}.`,
    ...missing.map(({ setup, keys, missing: why }) => `- Not measured: ${setup.id} with ${keysName(keys)}: ${why}`),
  ]
}

function deliveryRatio({ ours, theirs }: Comparison): number {
  return figuresOf(ours).deliveryPerSecond / figuresOf(theirs).deliveryPerSecond
}

function groupsOf(comparisons: readonly Comparison[]): { title: string; comparisons: Comparison[] }[] {
  const groups = Map.groupBy(comparisons, ({ keys }) => keys)
  return [...groups].map(([keys, group]) => {
    const items = [...new Set(group.flatMap(({ ours }) => ours.map((run) => wholeNumber(run.items))))].join(' or ')
    return { title: `${capitalized(keysName(keys))}${items === '' ? '' : `, ${items} items`}`, comparisons: group }
  })
}

function tableOf(comparisons: readonly Comparison[]): string[] {
  return [
    '| peer | set-up | delivery: ours | theirs | ratio | with intake: ours | theirs | ratio | disorders: ours | theirs | fsync |',
    '|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...comparisons.map((comparison) => `| ${cellsOf(comparison).join(' | ')} |`),
  ]
}

function cellsOf(comparison: Comparison): string[] {
  const { setup, ours, theirs, versions, fsyncMs, missing } = comparison
  const named = [versions, setup.description]
  if (!isMeasured(comparison)) return [...named, `not measured: ${missing}`, ...Array<string>(8).fill('')]
  const a = figuresOf(ours)
  const b = figuresOf(theirs)
  const promised = setup.ordered ? '' : ' (not promised)'
  return [
    ...named,
    ...comparedCells(a, b, 'deliveryPerSecond'),
    ...comparedCells(a, b, 'totalPerSecond'),
    faultsText(a),
    faultsText(b) + promised,
    fsyncMs === null ? '' : `${fsyncMs.toFixed(2)} ms`,
  ]
}

function comparedCells(ours: Figures, theirs: Figures, which: 'deliveryPerSecond' | 'totalPerSecond'): string[] {
  const rate = (figures: Figures): string => `${wholeNumber(figures[which])}${figures.cut ? '\\*' : ''}`
  const ratio = ours[which] / theirs[which]
  return [rate(ours), rate(theirs), ratio < 1 ? `**${ratioText(ratio)}**` : ratioText(ratio)]
}

function faultsText({ disorders, repeats }: Figures): string {
  return wholeNumber(disorders) + (repeats === 0 ? '' : `, ${wholeNumber(repeats)} repeated`)
}

/** Two significant digits, so that 0.96 is never shown as 1. */
function ratioText(ratio: number): string {
  return ratio >= 10 ? wholeNumber(ratio) : ratio.toFixed(ratio < 1 ? 2 : 1)
}

function keysName(keys: Keys): string {
  if (keys === null) return 'unique keys'
  return keys === 1 ? 'one key' : `${wholeNumber(keys)} keys`
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
