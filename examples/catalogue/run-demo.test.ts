import { expect, it, vi } from 'vitest'
import { runDemo } from './run-demo.ts'

/** As few as bring every fault of the storefronts about. */
const PRODUCTS = 900

it('brings the catalogue to three storefronts, each in its own API and in order, beside another tenant', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const runs = await runDemo({ products: PRODUCTS })
  expect(runs.map(({ channel }) => channel.name)).toEqual(['shop-eu', 'marketplace', 'search-index'])
  // 40 categories, 60 brands, each product, a ninth of them again, and an offer of each. Seven products have no price.
  const total = 100 + PRODUCTS * 2 + PRODUCTS / 9
  for (const { channel, jobs, report } of runs) {
    const sum = (what: 'total' | 'succeeded' | 'failed') => jobs.reduce((all, { ended }) => all + ended.counts[what], 0)
    expect([sum('total'), sum('succeeded'), sum('failed')]).toEqual([total, total - 14, 14])
    expect(report).toMatchObject({ orderViolations: 0, repeats: 0, foreignRequests: [] })
    expect(report.items).toBeGreaterThan(total)
    expect(report.calls).toBeGreaterThan(total / channel.connector.batchSize!)
  }
  expect(runs.map(({ report }) => Object.keys(report.faults).toSorted())).toEqual([
    ['429'],
    ['THROTTLED'],
    ['429 for a document', '503'],
  ])
  const printed = log.mock.calls.map((line) => line.join(' ')).join('\n')
  expect(printed).toContain('order violations seen by the storefronts: 0')
  expect(printed).toMatch(/globex: (\d+) of \1 products updated in shop-eu; a job of acme is not there for it/)
  expect(printed).toContain(
    'webhooks: 12 ends of jobs of acme and 1 of globex, each verified with its secret; 0 refused',
  )
})
