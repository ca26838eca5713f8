import { expect, test } from 'vitest'
import { runServersSoak } from '../soak/servers/servers-soak.ts'

// The ten minutes of `npm run soak -- --servers 3` in one.
test(
  'ORD-1 ORD-3 ORD-5 REC-1 REC-2 REC-6 RAT-1 PRG-1 SEC-1 three servers to which everything happens lose nothing, do nothing twice and break no order',
  // Of a machine that has much else to do.
  { timeout: 900_000 },
  async () => {
    const report = await runServersSoak({ servers: 3, seconds: 60, seed: 20_261_130 })
    expect(report.faults).toEqual([])
    for (const kind of ['kills', 'freezes', 'stops', 'outages'] as const)
      expect(report.mischief[kind]).toBeGreaterThan(0)
  },
)
