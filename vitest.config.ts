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
    // Node strips types in WebAssembly. V8 (13.6) frees a wrapper of it twice, now and then, when threads that use it are ended while
    // others start: the process ends with SIGSEGV in TierUpWasmToJSWrapper. Without tier-up there is no such wrapper.
    execArgv: ['--wasm-wrapper-tiering-budget=1000000000'],
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
