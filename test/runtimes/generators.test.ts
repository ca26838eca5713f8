// Clients that others generate from the contract with their own tools.

import { mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeTemporaryFolder, runIn } from '../package/packed.ts'

const root = join(import.meta.dirname, '../..')
const installed = join(root, 'test/node_modules')
const contract = join(root, 'spec/openapi.yaml')
const tsc = join(root, 'node_modules/typescript-7/bin/tsc')

const temporary = makeTemporaryFolder()

beforeAll(() => {
  // What generated code imports.
  mkdirSync(join(temporary.path, 'node_modules'))
  symlinkSync(realpathSync(join(installed, 'zod')), join(temporary.path, 'node_modules/zod'))
})
afterAll(() => temporary[Symbol.dispose]())

interface Generator {
  readonly name: string
  /** Of the program, in the folder of its package. */
  readonly program: readonly [folder: string, file: string]
  readonly args: (output: string) => readonly string[]
  /** A program with one call of what was generated. */
  readonly use: string
}

const envelope = `{ channel: 'shop', objectType: 'product', action: 'update', items: [{ id: 'a' }] }`

const generators: readonly Generator[] = [
  {
    name: 'openapi-typescript-codegen',
    program: ['openapi-typescript-codegen', 'bin/index.js'],
    args: (output) => ['--input', contract, '--output', output, '--client', 'fetch'],
    use: `import { JobsService } from './generated/index'
      export const status: Promise<string> = JobsService.getJob('a').then((job) => job.status)`,
  },
  {
    name: '@hey-api/openapi-ts',
    program: ['@hey-api/openapi-ts', 'bin/run.js'],
    args: (output) => ['--input', contract, '--output', output, '--no-log-file'],
    use: `import { getJob } from './generated/index'
      export const status = getJob({ path: { jobId: 'a' } }).then(({ data }): string | undefined => data?.status)`,
  },
  {
    name: 'orval',
    program: ['orval', 'dist/bin/orval.mjs'],
    args: (output) => ['--input', contract, '--output', join(output, 'index.ts'), '--client', 'fetch'],
    use: `import { getJob } from './generated/index'
      export const code = getJob('a').then(({ status }): number => status)`,
  },
  {
    name: 'orval for zod',
    program: ['orval', 'dist/bin/orval.mjs'],
    args: (output) => ['--input', contract, '--output', join(output, 'index.ts'), '--client', 'zod'],
    use: `import { SubmitJobBody } from './generated/index'
      export const parsed = SubmitJobBody.parse(${envelope})`,
  },
]

const COMPILER_OPTIONS = {
  ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
  ...{ target: 'es2023', lib: ['es2023', 'dom', 'dom.iterable'], module: 'preserve', moduleResolution: 'bundler' },
}

it.for(generators)('the contract becomes code that compiles by $name', ({ name, program, args, use }) => {
  const [packageName, file] = program
  const project = join(temporary.path, name.replaceAll(/\W/g, '-'))
  const output = join(project, 'generated')
  mkdirSync(output, { recursive: true })
  // Colours are escapes in what a failure prints.
  const env = { ...process.env, NO_COLOR: '1' }
  runIn(project, process.execPath, [realpathSync(join(installed, packageName, file)), ...args(output)], env)
  expect(readdirSync(output)).toContain('index.ts')
  writeFileSync(join(project, 'use.ts'), use)
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }))
  runIn(project, process.execPath, [tsc, '-p', project], env)
})
