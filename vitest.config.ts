import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { type Suite, suites } from './scripts/suites.ts'

// Threads and processes that tests start run from source: Node strips the types of each file once, not once per start.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node-compile')

// One project per suite: `vitest run --project flow`.
export default defineConfig({
  test: {
    // Two cores, and many tests that start processes of their own.
    maxWorkers: 2,
    pool: 'forks',
    // A second, the default, is too short for the first call of a library while another suite takes both cores. What comes true does so at once:
    // only what never does takes so long.
    expect: { poll: { timeout: 30_000 } },
    // Node strips types in WebAssembly. While threads that do so end and others start, V8 13.6 sometimes fails as it frees a wrapper: the
    // process ends with SIGSEGV, in FreeCode below TierUpWasmToJSWrapper. With this budget no wrapper is replaced, and so none is freed.
    execArgv: ['--wasm-wrapper-tiering-budget=1000000000'],
    projects: suites.map((suite, at) => ({
      extends: true as const,
      ...replacing(suite),
      test: {
        name: suite.name,
        include: [...suite.include],
        testTimeout: suite.timeoutMs,
        hookTimeout: suite.timeoutMs,
        ...(suite.setup !== undefined && { globalSetup: [suite.setup] }),
        fileParallelism: suite.oneFileAtATime !== true,
        isolate: suite.shareWorkers !== true,
        // Files of one group run beside each other.
        sequence: { groupOrder: suite.oneFileAtATime === true ? 1 + at : 0 },
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
