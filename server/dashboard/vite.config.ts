import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** Writes each file a second time, compressed at its best: the server sends it as it is. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  closeBundle() {
    const folder = join(import.meta.dirname, 'dist')
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(js|css|html|svg)$/.test(name)) continue
      const path = join(folder, name)
      const bytes = readFileSync(path)
      writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
    }
  },
}

/** The licences of the libraries that are inside go with every copy: those of this bundle, then those of the client's. */
const licenses: Plugin = {
  name: 'licenses',
  apply: 'build',
  generateBundle() {
    const ids = [...this.getModuleIds()]
    const folders = ids.flatMap((id) => /^\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? [])
    const own = [...new Set(folders)].sort().map(readLicense)
    const ofClient = readFileSync(join(import.meta.dirname, 'node_modules/@waybill/sdk/dist/esm/licenses.txt'), 'utf8')
    this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: [...own, ofClient].join('\n') })
  },
}

function readLicense(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`Cannot bundle ${name} as its licence must be known: it has no such file`)
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}

/**
 * Leaves out what the client loads only to submit items, to read results and to wait for an execution: the pages do none of it, and whoever installs the server need not store it.
 * A page that came to call it would fail at its first try, in its test.
 */
const withoutUploads: Plugin = {
  name: 'without-uploads',
  apply: 'build',
  enforce: 'pre',
  resolveId: (source) =>
    /^\.\/(submit|upload|results|wait-for-execution)-\w+\.js$/.test(source) ? '\0left-out' : null,
  load: (id) => (id === '\0left-out' ? 'export {}' : null),
}

export default defineConfig({
  // The pages work below any path: they know it from their own address.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    sourcemap: false,
    // No `data:` in place of a file, and no inline code: the policy refuses both.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  plugins: [withoutUploads, licenses, compressed],
})
