import type { BenchOptions } from './bench-options.ts'
import { BlockedWorld, randomKeys } from './blocked-world.ts'
import { median, wholeNumber } from './figures.ts'

const RUNNABLE = 100_000
const FEW_BLOCKED = 1000
/** Rounds for each one asked for, and jobs in each: the system counts CPU time in steps of 4 ms, a job takes about 30. */
const ROUNDS_EACH = 5
const JOBS_A_ROUND = 5

/**
 * What the scheduler costs for 100,000 runnable items, from admission to the last freed key, beside 1,000 blocked items and beside as
 * many as are pending at most: CPU time of its thread, the two in turns.
 */
export function measureBlocked({ rounds, pending }: BenchOptions): Promise<void> {
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
  console.log(`| scheduling ${wholeNumber(RUNNABLE)} runnable items beside | CPU | µs an item | ratio |`)
  console.log('|---|---:|---:|---:|')
  for (const { blocked, world, costsMs } of [few, many]) {
    const costMs = median(costsMs)
    const ratio = (costMs / median(few.costsMs)).toFixed(2)
    const each = ((costMs * 1000) / RUNNABLE).toFixed(2)
    console.log(`| ${wholeNumber(blocked)} blocked ones | ${costMs.toFixed(1)} ms | ${each} | ${ratio} |`)
    world.stop()
  }
  return Promise.resolve()
}

interface Side {
  readonly blocked: number
  readonly world: BlockedWorld
  readonly costsMs: number[]
}
