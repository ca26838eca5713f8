// Writes dist/: the guides as static pages, and the API reference. Nothing of it asks another host for anything.

import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bundledLicenses } from './bundled-licenses.ts'
import { guidePage } from './guide-page.ts'
import { readGuides } from './read-guides.ts'

const here = join(import.meta.dirname, '..')
const root = join(here, '../..')
const dist = join(here, 'dist')

rmSync(dist, { recursive: true, force: true })
buildGuides(join(dist, 'guides'))
buildReference(join(dist, 'api'))

function buildGuides(folder: string): void {
  const guides = readGuides(root)
  for (const guide of guides) {
    const path = join(folder, `${guide.source.page === '' ? 'index' : guide.source.page}.html`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, guidePage(guide, guides))
  }
  for (const image of new Set(guides.flatMap(({ images }) => images))) {
    mkdirSync(join(folder, 'images'), { recursive: true })
    copyFileSync(join(root, image), join(folder, 'images', basename(image)))
  }
  cpSync(join(here, 'public/guides'), folder, { recursive: true })
  copyFileSync(join(root, 'server/dashboard/public/icon.svg'), join(folder, 'icon.svg'))
}

function buildReference(folder: string): void {
  cpSync(join(here, 'public/api'), folder, { recursive: true })
  copyFileSync(join(root, 'server/dashboard/public/icon.svg'), join(folder, 'icon.svg'))
  const library = join(here, 'node_modules/@scalar/api-reference')
  const { version } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as { version: string }
  // Its name changes with its content, so that browsers keep it for good. Only compressed: 1.4 MB in place of 4.9.
  const script = `scalar-${version}.js`
  const bytes = readFileSync(join(library, 'dist/browser/standalone.js'))
  writeFileSync(join(folder, `${script}.gz`), gzipSync(bytes, { level: 9 }))
  writeFileSync(join(folder, 'licenses.txt'), bundledLicenses(library, readFileSync(join(root, 'LICENSE'), 'utf8')))
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  writeFileSync(join(folder, 'index.html'), page.replace('scalar.js', script))
}
