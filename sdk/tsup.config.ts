import { builtinModules } from 'node:module'
import { defineConfig, type Options } from 'tsup'

// Of the mocks alone: what checks requests and answers is inside, MSW is the user's own.
const mocksOnly = ['ajv', 'ajv-formats']

const shared: Options = {
  entry: { index: 'src/index.ts', mocks: 'src/mocks/index.ts' },
  // The contract's types are copied into ours: @waybill/spec is not a dependency of those who install the SDK. By a path, as
  // `dts.resolve` follows the package no further than its first file.
  dts: { compilerOptions: { paths: { '@waybill/spec': ['../spec/generated/index.ts'] } } },
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
}

/** Libraries that say `stream` mean Node's; in a project of somebody's a package of that name may lie. */
const nodeProtocol: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'node-protocol',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(${builtinModules.join('|')})$`) }, ({ path }) => ({
      path: `node:${path}`,
      external: true,
    }))
  },
}

export default defineConfig([
  { ...shared, format: 'esm', outDir: 'dist/esm', noExternal: ['@waybill/spec', ...mocksOnly] },
  // Both libraries are inside: ky is ESM only, which `require` takes from Node 22.12 on, and openapi-fetch's default export is
  // no function to the CommonJS of a package that is ESM.
  { ...shared, format: 'cjs', outDir: 'dist/cjs', noExternal: ['@waybill/spec', 'ky', 'openapi-fetch', ...mocksOnly] },
  // The command. Its libraries are inside: who installs the SDK for a program gets none of them.
  {
    ...shared,
    entry: { main: 'src/cli/main.ts' },
    dts: false,
    sourcemap: false,
    format: 'esm',
    outDir: 'dist/cli',
    platform: 'node',
    noExternal: ['@waybill/spec', 'cli-progress', 'commander', 'csv-parse', 'csv-stringify'],
    esbuildPlugins: [nodeProtocol],
    // cli-progress asks for Node's modules by `require`, which is not there in an ES module.
    banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" },
  },
])
