import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { defineConfig, type Options } from 'tsup'

// Of the mocks alone: what checks requests and answers is inside, MSW is the user's own.
const mocksOnly = ['ajv', 'ajv-formats']

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/** The licences of the libraries that are inside want to go with every copy: `licenses.txt` beside the bundle has their texts. */
const licenses: Plugin = {
  name: 'licenses',
  setup(build) {
    build.initialOptions.metafile = true
    build.onEnd(({ metafile }) => {
      const { absWorkingDir = process.cwd(), outdir } = build.initialOptions
      if (metafile === undefined || outdir === undefined) return
      const folders = Object.keys(metafile.inputs).flatMap(
        (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
      )
      const texts = [...new Set(folders)].sort().map((path) => readLicense(join(absWorkingDir, path)))
      mkdirSync(outdir, { recursive: true })
      writeFileSync(join(outdir, 'licenses.txt'), texts.join('\n'))
    })
  },
}

function readLicense(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`Cannot bundle ${name} as its licence must be known: it has no such file`)
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}

const shared: Options = {
  entry: { index: 'src/index.ts', mocks: 'src/mocks/index.ts', webhooks: 'src/webhooks/index.ts' },
  // The contract's types are copied into ours: @waybill/spec is not a dependency of those who install the SDK. By a path, as
  // `dts.resolve` follows the package no further than its first file.
  dts: {
    compilerOptions: {
      paths: { '@waybill/spec': ['../spec/generated/index.ts'], '@waybill/spec/rules': ['../spec/rules/index.ts'] },
    },
  },
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
  esbuildPlugins: [licenses],
}

/** Libraries that say `stream` mean Node's; in a project of somebody's a package of that name may lie. */
const nodeProtocol: Plugin = {
  name: 'node-protocol',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(${builtinModules.join('|')})$`) }, ({ path }) => ({
      path: `node:${path}`,
      external: true,
    }))
  },
}

export default defineConfig([
  {
    ...shared,
    format: 'esm',
    outDir: 'dist/esm',
    noExternal: ['@waybill/spec', '@noble/hashes', ...mocksOnly],
    // A chunk repeats the imports of the chunks that it imports, without names. As this package has no side effects, they do nothing,
    // and esbuild warns of every one.
    treeshake: { moduleSideEffects: false },
  },
  // Both libraries are inside: ky is ESM only, which `require` takes from Node 22.12 on, and openapi-fetch's default export is
  // no function to the CommonJS of a package that is ESM.
  {
    ...shared,
    format: 'cjs',
    outDir: 'dist/cjs',
    noExternal: ['@waybill/spec', '@noble/hashes', 'ky', 'openapi-fetch', ...mocksOnly],
  },
  // The command. Its libraries are inside: who installs the SDK for a program gets none of them.
  {
    ...shared,
    entry: { main: 'src/cli/main.ts' },
    dts: false,
    sourcemap: false,
    format: 'esm',
    outDir: 'dist/cli',
    platform: 'node',
    noExternal: ['@waybill/spec', '@noble/hashes', 'cli-progress', 'commander', 'csv-parse', 'csv-stringify', 'yaml'],
    esbuildPlugins: [licenses, nodeProtocol],
    // cli-progress asks for Node's modules by `require`, which is not there in an ES module.
    banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" },
  },
])
