import type { JobMap } from '@waybill/spec'
import { formatCount } from './printable.ts'
import type { Terminal } from './terminal.ts'

type MapStatus = keyof JobMap['counts']

/** In the order in which one decides how a stretch is drawn, whatever else it has: what needs somebody, then what moves, then what is over. */
const marks: readonly { readonly status: MapStatus; readonly mark: string; readonly style: Style }[] = [
  { status: 'failed', mark: '!', style: 'red' },
  { status: 'waiting', mark: '~', style: 'yellow' },
  { status: 'running', mark: '>', style: 'cyan' },
  { status: 'cancelled', mark: 'x', style: 'gray' },
  { status: 'pending', mark: '.', style: 'gray' },
  { status: 'succeeded', mark: '#', style: 'green' },
]
/** Pending and succeeded items in one stretch. */
const PARTLY = '+'
/** Stretches a line, so that a terminal of 80 columns shows the first index of each line before it. */
export const STRETCHES_A_LINE = 60

type Style = 'red' | 'yellow' | 'cyan' | 'gray' | 'green'

/**
 * Draws the items of a job as a strip: a character for each stretch of indexes, the same with and without colours, each line after its first index.
 * Below it a legend counts the items of each status.
 */
export function drawMap({ total, itemsPerBucket, counts }: JobMap, terminal: Pick<Terminal, 'stylePrinted'>): string[] {
  const width = formatCount(total).length
  const stretches = counts.pending.map((_, at) => drawStretch(counts, at, terminal))
  const lines: string[] = []
  for (let from = 0; from < stretches.length; from += STRETCHES_A_LINE) {
    const first = formatCount(from * itemsPerBucket).padStart(width)
    lines.push(`${first}  ${stretches.slice(from, from + STRETCHES_A_LINE).join('')}`)
  }
  const legend = marks
    .map(({ status, mark, style }) => ({
      status,
      shown: terminal.stylePrinted(style, mark),
      count: sum(counts[status]),
    }))
    .filter(({ count }) => count > 0)
    .map(({ status, shown, count }) => `${shown} ${status} ${formatCount(count)}`)
  if (stretches.some((drawn) => drawn.includes(PARTLY)))
    legend.push(`${terminal.stylePrinted('green', PARTLY)} some succeeded`)
  const each = `A character stands for ${formatCount(itemsPerBucket)} item${itemsPerBucket === 1 ? '' : 's'}, of ${formatCount(total)}; the first of these it has is drawn`
  return [...lines, '', legend.join('   ') || 'no items', each]
}

function drawStretch(counts: JobMap['counts'], at: number, terminal: Pick<Terminal, 'stylePrinted'>): string {
  const found = marks.find(({ status }) => (counts[status][at] ?? 0) > 0)
  if (found === undefined) return ' '
  const isPartly = found.status === 'pending' && (counts.succeeded[at] ?? 0) > 0
  return isPartly ? terminal.stylePrinted('green', PARTLY) : terminal.stylePrinted(found.style, found.mark)
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0)
}
