import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Returns the licence of the API reference, and which packages its authors have put into its one file, by the file's source map.
 * @param folder of the package
 * @param mit the text of the MIT licence, which is also the package's: it has no file with it
 */
export function bundledLicenses(folder: string, mit: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>
  const { sources } = JSON.parse(readFileSync(join(folder, 'dist/browser/standalone.js.map'), 'utf8')) as {
    sources: string[]
  }
  const found = sources.flatMap((source) => {
    const [, entry = '', inside] =
      /node_modules\/\.pnpm\/([^/]+)\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source) ?? []
    return inside === undefined ? [] : [`${inside} ${/^@?[^@]+@([^_(]+)/.exec(entry)?.[1] ?? ''}`.trim()]
  })
  const packages = [...new Set(found)].sort()
  const text = mit.replace(/^Copyright .*$/m, 'Copyright (c) 2023-present Scalar')
  return `${name} ${version}\n\n${text}\nIts one file has inside, each under the licence of its package on npm:\n\n${packages.join('\n')}\n`
}
