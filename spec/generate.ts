/**
 * openapi.yaml and examples/ -> generated/, which is committed and never edited.
 * `node generate.ts` writes; `node generate.ts --check` compares and ends with 1 if a file is not what it would be.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { addExamples } from './generate/add-examples.ts'
import { emitIndex } from './generate/emit-index.ts'
import { emitOperations } from './generate/emit-operations.ts'
import { emitProblems } from './generate/emit-problems.ts'
import { emitSchemas } from './generate/emit-schemas.ts'
import { emitTypes } from './generate/emit-types.ts'
import { inlineResponses } from './generate/inline-responses.ts'
import { readSpec } from './generate/spec-document.ts'

const header = '// Generated from openapi.yaml by generate.ts: do not edit.\n\n'
const folder = new URL('./generated/', import.meta.url)

const spec = readSpec(new URL('./openapi.yaml', import.meta.url))
const files: Record<string, string> = {
  'types.ts': header + (await emitTypes(spec)),
  'schemas.ts': header + emitSchemas(spec),
  'operations.ts': header + emitOperations(spec),
  'problems.ts': header + emitProblems(spec),
  'index.ts': header + emitIndex(spec),
  // JSON has no comments: this one is known by its place.
  'openapi.json':
    JSON.stringify(inlineResponses(addExamples(spec, new URL('./examples/', import.meta.url))), null, 2) + '\n',
}

mkdirSync(folder, { recursive: true })
const present = readdirSync(folder)
if (process.argv.includes('--check')) {
  const names = new Set([...Object.keys(files), ...present])
  const stale = [...names].filter((name) => !present.includes(name) || read(name) !== files[name])
  if (stale.length > 0) {
    console.error(
      `Cannot pass as generated/ must be what generate.ts makes: differs in ${stale.join(', ')}. Run it and commit`,
    )
    process.exitCode = 1
  }
} else {
  for (const name of present) if (!(name in files)) rmSync(new URL(name, folder))
  for (const [name, text] of Object.entries(files)) {
    if (!present.includes(name) || read(name) !== text) writeFileSync(new URL(name, folder), text)
  }
}

function read(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8')
}
