import { describe, expect, it } from 'vitest'
import type { Keys } from '../load.ts'
import { type Comparison, mergeComparisons } from './comparison.ts'
import { markdownOf, plotOf } from './peers-report.ts'
import type { Run } from './run.ts'

const machine = { node: 'v24.0.0', cpu: 'a CPU', cores: 2 }

function run(itemsPerSecond: number, more: Partial<Run> = {}): Run {
  const deliveryMs = 1_000_000 / itemsPerSecond
  return { items: 1000, intakeMs: deliveryMs, deliveryMs, delivered: 1000, disorders: 0, repeats: 0, ...more }
}

function comparison(id: string, keys: Keys, ours: Run[], theirs: Run[], more: Partial<Comparison> = {}): Comparison {
  return {
    setup: { id, peer: id, description: `${id} as advised`, ordered: true },
    keys,
    measuredAt: '2026-11-29T12:00:00.000Z',
    fsyncMs: 0.19,
    versions: `${id} 1.0.0`,
    ours,
    theirs,
    ...more,
  }
}

const lost = comparison('quick', 1, [run(900), run(500), run(480)], [run(2000), run(1000), run(990)])
const won = comparison('slow', 100, [run(40_000)], [run(100, { disorders: 7, repeats: 2, delivered: 500 })])
const absent = comparison('absent', null, [], [], { missing: 'redis-server is not on the PATH' })

describe('markdownOf', () => {
  const markdown = markdownOf({ machine, comparisons: [lost, won, absent] })

  it('shows medians of delivery and of both phases, with the ratio', () => {
    expect(markdown).toContain(
      '| quick 1.0.0 | quick as advised | 500 | 1,000 | **0.50** | 250 | 500 | **0.50** | 0 | 0 | 0.19 ms |',
    )
  })

  it('names the losses as losses', () => {
    expect(markdown).toContain('- Delivery is **slower** than that of: quick with one key (0.50).')
    expect(markdown).toContain('- Delivery is faster than that of: slow with 100 keys (800).')
  })

  it('shows disorders and repeats, and counts only what was delivered when time was up', () => {
    expect(markdown).toContain('| 40,000 | 50\\* | 800 |')
    expect(markdown).toContain('| 7, 2 repeated |')
  })

  it('says why a peer was not measured', () => {
    expect(markdown).toContain('- Not measured: absent with unique keys: redis-server is not on the PATH')
  })
})

describe('plotOf', () => {
  it('draws what was measured', () => {
    const svg = plotOf({ machine, comparisons: [lost, won, absent] })
    expect(svg).toContain('One key, 1,000 items')
    expect(svg).toContain('slow: slow as advised')
    expect(svg).not.toContain('absent')
  })

  it('draws nothing when nothing was measured', () => {
    expect(plotOf({ machine, comparisons: [absent] })).toBeNull()
  })
})

describe('mergeComparisons', () => {
  it('replaces what was measured again, keeps the rest in its place, and drops setups that are gone', () => {
    const again = { ...lost, fsyncMs: 0.5 }
    const gone = comparison('gone', 1, [], [])
    const merged = mergeComparisons([absent, won, lost, gone], [again], ['quick', 'slow', 'absent'])
    expect(merged).toEqual([again, won, absent])
  })
})
