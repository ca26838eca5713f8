import type { ItemStatus, JobMap } from '@waybill/sdk'

/** The statuses from the bottom of a column to its top, with the colours of bars. */
const layers = [
  { status: 'failed', tone: 'bad' },
  { status: 'succeeded', tone: 'good' },
  { status: 'cancelled', tone: 'gone' },
  { status: 'running', tone: 'busy' },
  { status: 'waiting', tone: 'wait' },
] as const satisfies readonly { status: ItemStatus; tone: string }[]

/** A failure among thousands is seen all the same: the least height of its layer. */
const LEAST_FAILED = 0.25

export interface StripLayer {
  readonly tone: string
  /** As the `d` of a path, a column one wide and 1 high. */
  readonly path: string
}

/** Returns what a strip draws: pending items are its background. */
export function columnsOf({ counts }: Pick<JobMap, 'counts'>): StripLayer[] {
  const paths = new Map<string, string>(layers.map(({ tone }) => [tone, '']))
  for (let at = 0; at < counts.pending.length; at++) {
    const total = sumAt(counts, at)
    if (total === 0) continue
    let bottom = 1
    for (const { status, tone } of layers) {
      const count = counts[status][at]!
      if (count === 0) continue
      const height = Math.min(bottom, status === 'failed' ? Math.max(LEAST_FAILED, count / total) : count / total)
      bottom -= height
      paths.set(tone, `${paths.get(tone)}M${at} ${round(bottom)}h1v${round(height)}h-1z`)
    }
  }
  return [...paths].filter(([, path]) => path !== '').map(([tone, path]) => ({ tone, path }))
}

export interface Stretch {
  readonly from: number
  readonly to: number
  /** Of most of its items. */
  readonly status: ItemStatus
  readonly failed: number
}

/** Returns neighbouring columns of which most items have the same status as one stretch. */
export function stretchesOf({ counts, itemsPerBucket, total }: JobMap): Stretch[] {
  const stretches: { from: number; to: number; status: ItemStatus; failed: number }[] = []
  for (let at = 0; at < counts.pending.length; at++) {
    const status = mostAt(counts, at)
    const last = stretches.at(-1)
    const to = Math.min(total, (at + 1) * itemsPerBucket) - 1
    if (last?.status === status) {
      last.to = to
      last.failed += counts.failed[at]!
    } else stretches.push({ from: at * itemsPerBucket, to, status, failed: counts.failed[at]! })
  }
  return stretches
}

function mostAt(counts: JobMap['counts'], at: number): ItemStatus {
  let most: ItemStatus = 'pending'
  for (const { status } of layers) if (counts[status][at]! > counts[most][at]!) most = status
  return most
}

function sumAt(counts: JobMap['counts'], at: number): number {
  return layers.reduce((sum, { status }) => sum + counts[status][at]!, counts.pending[at]!)
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
