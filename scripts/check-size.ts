// How many bytes of the SDK a program loads, minified and gzipped, as a bundler that splits code makes them of what `build` made.
// Compared with sdk/size.json, the one place where the numbers stand; sdk/README.md repeats them. See decisions/0009.
//
//   npm run check:size               the numbers, and whether they are within the limits and as written down
//   npm run check:size -- --write    writes them down, in both files

import { build } from 'esbuild'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'

interface Sizes {
  /** No more than this may be loaded at once for `createClient`. */
  readonly coreLimitBytes: number
  /** For one guard of an error: what is not imported is not loaded. */
  readonly guardLimitBytes: number
  /** For `verifyWebhook`, which a receiver loads without the client. */
  readonly webhookLimitBytes: number
  readonly coreBytes: number
  readonly allBytes: number
}

const sdk = join(import.meta.dirname, '../sdk')
const sizesPath = join(sdk, 'size.json')
const readmePath = join(sdk, 'README.md')
/** Tolerance, so that the recorded size does not change with every line of code: a 25th is about 700 bytes of the core, which has its limit. */
const tolerance = 0.04
const kilobytesInReadme = /(<!-- size:(core|all) -->)[\d.]+/g

/** Bundles one export of the SDK, of its entry unless another is named, and returns the bytes of the files that are loaded at once. Files behind an `import()` count only if not split. */
async function measure(
  exported: string,
  { splitting, entry = 'index' }: { splitting: boolean; entry?: string },
): Promise<number> {
  const { outputFiles, metafile, warnings } = await build({
    stdin: { contents: `export { ${exported} } from './dist/esm/${entry}.js'`, resolveDir: sdk },
    bundle: true,
    splitting,
    minify: true,
    legalComments: 'none',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    absWorkingDir: sdk,
    outdir: 'bundled',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  for (const { text } of warnings)
    faults.push(`Cannot accept the bundle of ${exported} as it must give no warning: ${text}`)
  const bytesOf = new Map(
    outputFiles.map(({ path, contents }) => [
      relative(sdk, path).replaceAll(sep, '/'),
      gzipSync(contents, { level: 9 }).length,
    ]),
  )
  const loaded = new Set<string>()
  function load(file: string): void {
    if (loaded.has(file)) return
    loaded.add(file)
    for (const { path, kind } of metafile.outputs[file]!.imports) if (kind === 'import-statement') load(path)
  }
  const [first] = Object.keys(metafile.outputs).filter((file) => metafile.outputs[file]!.entryPoint === '<stdin>')
  load(first!)
  return [...loaded].reduce((sum, file) => sum + bytesOf.get(file)!, 0)
}

function toKilobytes(bytes: number): string {
  return (Math.ceil(bytes / 100) / 10).toFixed(1)
}

/** The pages of the dashboard as they are sent: what the first one loads, the client with it, and all of them. */
const dashboardLimits = { firstBytes: 60_000, allBytes: 95_000 }

const written = JSON.parse(readFileSync(sizesPath, 'utf8')) as Sizes
const faults: string[] = []
const coreBytes = await measure('createClient', { splitting: true })
const allBytes = await measure('createClient', { splitting: false })
const guardBytes = await measure('isApiError', { splitting: false })
const webhookBytes = await measure('verifyWebhook', { splitting: false, entry: 'webhooks' })

function checkLimit(name: string, bytes: number, limitBytes: number): void {
  console.log(`${name}: ${bytes} bytes minified and gzipped, at most ${limitBytes}`)
  if (bytes > limitBytes) faults.push(`Cannot accept ${name} as it must be at most ${limitBytes} bytes: it is ${bytes}`)
}

function checkWritten(name: string, bytes: number, writtenBytes: number): void {
  if (Math.abs(bytes - writtenBytes) <= writtenBytes * tolerance) return
  faults.push(
    `Cannot accept sdk/size.json as ${name} must be within ${tolerance * 100} % of ${writtenBytes} bytes: it is ${bytes}`,
  )
}

function checkDashboard(): void {
  const assets = join(import.meta.dirname, '../server/dashboard/dist/assets')
  const page = readFileSync(join(assets, '../index.html'), 'utf8')
  const compressed = readdirSync(assets).filter((name) => name.endsWith('.gz'))
  const sum = (names: readonly string[]): number =>
    names.reduce((bytes, name) => bytes + statSync(join(assets, name)).size, 0)
  const first = compressed.filter((name) => page.includes(name.replace(/\.gz$/, '')))
  checkLimit('the first page of the dashboard', sum(first), dashboardLimits.firstBytes)
  checkLimit('all of the dashboard', sum(compressed), dashboardLimits.allBytes)
}

checkLimit('the core', coreBytes, written.coreLimitBytes)
console.log(`all of it in one file: ${allBytes} bytes`)
checkLimit('isApiError alone', guardBytes, written.guardLimitBytes)
checkLimit('verifyWebhook alone', webhookBytes, written.webhookLimitBytes)

checkDashboard()

const isWriting = process.argv.includes('--write')
const sizes: Sizes = isWriting ? { ...written, coreBytes, allBytes } : written
const readme = readFileSync(readmePath, 'utf8')
const readmeOfSizes = readme.replace(kilobytesInReadme, (_, mark: string, name: string) => {
  return mark + toKilobytes(name === 'core' ? sizes.coreBytes : sizes.allBytes)
})
if (isWriting) {
  writeFileSync(sizesPath, `${JSON.stringify(sizes, null, 2)}\n`)
  writeFileSync(readmePath, readmeOfSizes)
} else {
  checkWritten('the core', coreBytes, written.coreBytes)
  checkWritten('all of it', allBytes, written.allBytes)
  if (readme !== readmeOfSizes) faults.push('Cannot accept sdk/README.md as its sizes must be those of sdk/size.json')
  if (readme.match(kilobytesInReadme)?.length !== 2) faults.push('Cannot find both sizes in sdk/README.md')
}

for (const fault of faults) console.error(fault)
if (faults.length > 0) {
  console.error('After a change of size that is meant: npm run check:size -- --write')
  process.exitCode = 1
}
