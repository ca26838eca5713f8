import { expect, test } from 'vitest'
import { seededBugs } from '../soak/servers/seeded-bugs.ts'
import { runServersSoak } from '../soak/servers/servers-soak.ts'

test.each(Object.entries(seededBugs))(
  'the record of several servers shows %s',
  { timeout: 600_000 },
  async (_, bug) => {
    const { faults } = await runServersSoak({ servers: 3, seconds: 12, seed: 7, bug })
    expect(faults.filter((fault) => bug.shows.test(fault))).not.toEqual([])
  },
)
