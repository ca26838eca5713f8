// The types of every project of the repository, by TypeScript 7, which takes a tenth of the time of the version whose API our tools use.
// Needs what `build` makes.
//
//   npm run check:types                   all projects
//   npm run check:types -- server sdk     only those of these folders

import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const folders = process.argv.slice(2)
const projects = globSync('{,*/,*/*/}tsconfig.json', { cwd: root, exclude: ['**/node_modules'] })
  .filter((project) => folders.length === 0 || folders.includes(dirname(project)))
  .sort()
if (projects.length === 0)
  throw new Error(`Cannot check types as a project must have a tsconfig.json: ${folders.join(', ')}`)

const tsc = join(root, 'node_modules/typescript-7/bin/tsc')
for (const project of projects) {
  const { status } = spawnSync(process.execPath, [tsc, '--noEmit', '-p', project], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
