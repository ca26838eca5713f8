import { defineConfig } from 'vitest/config'
import { suites } from './scripts/suites.ts'

// One project per suite: `vitest run --project flow`.
export default defineConfig({
  test: {
    // Two cores, and many tests that start processes of their own.
    maxWorkers: 2,
    pool: 'forks',
    projects: suites.map((suite, at) => ({
      extends: true as const,
      test: {
        name: suite.name,
        include: [...suite.include],
        testTimeout: suite.timeoutMs,
        hookTimeout: suite.timeoutMs,
        fileParallelism: suite.oneFileAtATime !== true,
        sequence: { groupOrder: at },
      },
    })),
  },
})
