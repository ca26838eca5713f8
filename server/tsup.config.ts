import { cpSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'tsup'

// Every file that runs as a program or as a thread of its own is one flat file of dist/, so that
// `new URL('./<name>.js', import.meta.url)` finds it from whichever file of dist/ asks.
const entries: Record<string, string> = {
  main: 'src/main.ts',
  program: 'src/program.ts',
  index: 'src/index.ts',
  connector: 'src/connector.ts',
  'store-thread': 'src/store/sqlite/thread/store-thread.ts',
  'postgres-thread': 'src/store/postgres/thread/postgres-thread.ts',
  worker: 'src/dispatch/worker.ts',
  'worker-channel-test': 'src/dispatch/worker-channel-test.ts',
}

export default defineConfig({
  entry: Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(path))),
  format: ['esm'],
  // The contract's types are copied into ours, by a path: `dts.resolve` follows the package no further than its first file.
  dts: {
    entry: { index: 'src/index.ts', connector: 'src/connector.ts' },
    compilerOptions: {
      paths: { '@waybill/spec': ['../spec/generated/index.ts'], '@waybill/spec/rules': ['../spec/rules/index.ts'] },
    },
  },
  noExternal: ['@waybill/spec'],
  platform: 'node',
  target: 'node24',
  sourcemap: true,
  clean: true,
  // The pages and the docs, which are served as they are.
  async onSuccess() {
    cpSync(fileURLToPath(new URL('dashboard/dist', import.meta.url)), 'dist/dashboard', { recursive: true })
    cpSync(fileURLToPath(new URL('docs/dist', import.meta.url)), 'dist/docs', { recursive: true })
  },
  // `node:sqlite` exists only under its full name.
  removeNodeProtocol: false,
  // Places at which a test ends the process: nothing of them, nor of runtime/failpoint.ts, is left in dist/.
  esbuildOptions(options) {
    options.dropLabels = ['FAILPOINT']
  },
})
