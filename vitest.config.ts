import { defineConfig } from 'vitest/config'

/** The suites, each a vitest project: `vitest run --project flow`. Their order is the order of `npm run verify`. */
const unitFiles = ['sdk/src/**/*.test.ts', 'server/src/**/*.test.ts', 'spec/*.test.ts', 'scripts/*.test.ts']

function suite(name: string, include: string[], options: { timeoutMs: number; alone?: boolean; order: number }) {
  return {
    extends: true as const,
    test: {
      name,
      include,
      testTimeout: options.timeoutMs,
      hookTimeout: options.timeoutMs,
      fileParallelism: options.alone !== true,
      sequence: { groupOrder: options.order },
    },
  }
}

export default defineConfig({
  test: {
    passWithNoTests: false,
    // Two cores, and many tests that start processes of their own.
    maxWorkers: 2,
    pool: 'forks',
    projects: [
      suite('unit', unitFiles, { timeoutMs: 10_000, order: 1 }),
      suite('rules', ['test/rules/**/*.test.ts'], { timeoutMs: 30_000, order: 2 }),
      suite('contract', ['test/contract/**/*.test.ts'], { timeoutMs: 30_000, order: 3 }),
      suite('conformance', ['test/conformance/**/*.test.ts'], { timeoutMs: 30_000, order: 4 }),
      suite('package', ['test/package/**/*.test.ts'], { timeoutMs: 120_000, alone: true, order: 5 }),
      suite('flow', ['test/flow/**/*.test.ts'], { timeoutMs: 120_000, alone: true, order: 6 }),
      suite('faults', ['test/faults/**/*.test.ts'], { timeoutMs: 180_000, alone: true, order: 7 }),
    ],
  },
})
