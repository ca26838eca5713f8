// Generated files equal what their source makes: runs the generators and says which files changed. They are left as they are
// now made, so that a commit of them is all that is needed.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'

const generatedFolders = ['spec/generated']

function readHashes(): Map<string, string> {
  const files = generatedFolders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => globSync(`${folder}/**/*`, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
  return new Map(files.map((file) => [file, createHash('sha256').update(readFileSync(file)).digest('hex')]))
}

const before = readHashes()
execFileSync('turbo', ['run', 'generate', '--force', '--output-logs=errors-only'], { stdio: 'inherit' })
const after = readHashes()

const changed = [...new Set([...before.keys(), ...after.keys()])].filter((file) => before.get(file) !== after.get(file))
for (const file of changed.sort())
  console.error(`Cannot accept ${file} as it must be what its source makes: commit it as it is now`)
process.exitCode = changed.length > 0 ? 1 : 0
