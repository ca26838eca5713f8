import { defineConfig } from 'vitest/config'
import { type Suite, suites } from './scripts/suites.ts'

// One project per suite: `vitest run --project flow`.
export default defineConfig({
  test: {
    // Two cores, and many tests that start processes of their own.
    maxWorkers: 2,
    pool: 'forks',
    projects: suites.map((suite, at) => ({
      extends: true as const,
      ...replacing(suite),
      test: {
        name: suite.name,
        include: [...suite.include],
        testTimeout: suite.timeoutMs,
        hookTimeout: suite.timeoutMs,
        fileParallelism: suite.oneFileAtATime !== true,
        sequence: { groupOrder: at },
        // What replaces a package is looked for where it is imported: in what is built, too.
        ...(suite.replaced && { server: { deps: { inline: [/\/sdk\/dist\//] } } }),
      },
    })),
  },
})

function replacing({ replaced }: Suite) {
  if (replaced === undefined) return {}
  return { resolve: { alias: [{ find: new RegExp(`^${replaced.name}(?=$|/)`), replacement: replaced.by }] } }
}
