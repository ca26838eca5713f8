import type { BenchOptions } from './bench-options.ts'
import { BlockedWorld, randomKeys } from './blocked-world.ts'
import { wholeNumber } from './figures.ts'
import type { Row } from './report.ts'

const RUNNABLE = 100_000
const FEW_BLOCKED = 1000
/** Rounds for each one asked for, and jobs in each: the system counts CPU time in steps of 4 ms, a job takes about 30. */
const ROUNDS_EACH = 5
const JOBS_A_ROUND = 5

/**
 * The scheduler's cost for 100,000 runnable items, from admission to the last freed key, beside 1,000 blocked items and beside as
 * many as are pending at most: CPU time of its thread, the two in turns.
 */
export function measureBlocked({ rounds, pending }: BenchOptions): Promise<Row[]> {
  const [few, many] = [FEW_BLOCKED, pending].map((blocked) => {
    const world = new BlockedWorld()
    world.block(blocked)
    return { blocked, world, costsMs: [] as number[] }
  }) as [Side, Side]
  // The first rounds pay for compiling, which is nobody's cost.
  for (let round = -ROUNDS_EACH; round < rounds * ROUNDS_EACH; round++) {
    for (const { world, costsMs } of round % 2 === 0 ? [few, many] : [many, few]) {
      const jobs = Array.from({ length: JOBS_A_ROUND }, () => randomKeys(RUNNABLE))
      const before = process.threadCpuUsage()
      for (const keys of jobs) world.deliver(keys)
      const { user, system } = process.threadCpuUsage(before)
      if (round >= 0) costsMs.push((user + system) / 1000 / JOBS_A_ROUND)
    }
  }
  for (const { world } of [few, many]) world.stop()
  return Promise.resolve([
    {
      id: 'scheduling/blocked',
      work: `CPU of the scheduler per item, with ${wholeNumber(many.blocked)} blocked items`,
      unit: 'µs',
      rounds: perItem(many),
      reference: { work: `with ${wholeNumber(few.blocked)}`, rounds: perItem(few) },
    },
  ])
}

function perItem({ costsMs }: Side): number[] {
  return costsMs.map((costMs) => (costMs * 1000) / RUNNABLE)
}

interface Side {
  readonly blocked: number
  readonly world: BlockedWorld
  readonly costsMs: number[]
}
