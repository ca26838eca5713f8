import type { Keys } from '../load.ts'
import { median } from '../figures.ts'
import { deliveryRate, type Run, totalRate } from './run.ts'
import type { Setup } from './setups.ts'

/** Ours and one setup of a peer with one number of keys, run alternately. */
export interface Comparison {
  readonly setup: Pick<Setup, 'id' | 'peer' | 'description' | 'ordered'>
  readonly keys: Keys
  readonly measuredAt: string
  /** Median of 4 KiB writes with fsync before each round; null where nothing was measured. */
  readonly fsyncMs: number | null
  /** The versions of the peer and of what it stores in. */
  readonly versions: string
  readonly ours: readonly Run[]
  readonly theirs: readonly Run[]
  /** Why there are no runs of theirs. */
  readonly missing?: string
}

/** Medians over the rounds. */
export interface Figures {
  readonly deliveryPerSecond: number
  readonly totalPerSecond: number
  /** The worst round. */
  readonly disorders: number
  readonly repeats: number
  /** Whether time was up in some round before everything was delivered. */
  readonly cut: boolean
}

export function figuresOf(runs: readonly Run[]): Figures {
  return {
    deliveryPerSecond: median(runs.map(deliveryRate)),
    totalPerSecond: median(runs.map(totalRate)),
    disorders: Math.max(...runs.map(({ disorders }) => disorders)),
    repeats: Math.max(...runs.map(({ repeats }) => repeats)),
    cut: runs.some(({ delivered, items }) => delivered < items),
  }
}

export function isMeasured({ ours, theirs }: Comparison): boolean {
  return ours.length > 0 && theirs.length > 0
}

/** Few keys first, and of equal ones in the order of the setups; those measured again take the place of the old ones. */
export function mergeComparisons(
  old: readonly Comparison[],
  measured: readonly Comparison[],
  setupIds: readonly string[],
): readonly Comparison[] {
  const name = ({ setup, keys }: Comparison): string => `${setup.id}/${keys}`
  const fresh = new Set(measured.map(name))
  const kept = old.filter((comparison) => setupIds.includes(comparison.setup.id) && !fresh.has(name(comparison)))
  return [...kept, ...measured].sort(
    (a, b) =>
      (a.keys ?? Number.MAX_VALUE) - (b.keys ?? Number.MAX_VALUE) ||
      setupIds.indexOf(a.setup.id) - setupIds.indexOf(b.setup.id),
  )
}
