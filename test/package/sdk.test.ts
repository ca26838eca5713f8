import { readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findImportedPackages, installPackedSdk, makeTemporaryFolder, runIn, unpack } from './packed.ts'

const root = join(import.meta.dirname, '../..')

/** A first program with the SDK; must compile and run as it is, by `import` and by `require`. */
const useOfClient = `
const waybill = createClient({ baseUrl: 'http://localhost:8080', token: () => 'secret' })
if (typeof waybill.jobs.submit !== 'function') throw new Error('jobs.submit is missing')
if (typeof waybill.jobs.attach !== 'function') throw new Error('jobs.attach is missing')
if (typeof waybill.raw.GET !== 'function') throw new Error('raw.GET is missing')
`
const useOfMocks = `
async function main() {
  const baseUrl = 'http://waybill.test'
  const mock = createMockWaybill({ baseUrl, scenario: 'partial-failure' })
  const server = setupServer(...mock.handlers)
  server.listen()
  const items = [{ id: 'a' }, { id: 'b' }]
  const job = await createClient({ baseUrl }).jobs.submit({ channel: 'sandbox', objectType: 'product', action: 'update', items })
  const { outcome } = await job.wait()
  const failed = await Array.fromAsync(job.results({ status: 'failed' }))
  server.close()
  if (outcome !== 'partial') throw new Error('the outcome is ' + outcome)
  if (failed.length !== 1 || failed[0].id !== 'b') throw new Error('failed are ' + JSON.stringify(failed))
  if (mock.jobs.length !== 1 || mock.jobs[0].idempotencyKey === null) throw new Error('the job was not seen')
}
`
const typedUse = `
export async function deliver(): Promise<string> {
  const waybill = createClient({ baseUrl: 'http://localhost:8080' })
  const job = await waybill.jobs.submit({
    channel: 'sandbox',
    objectType: 'product',
    action: 'update',
    items: [{ id: 'p1', data: { name: 'Chair' } }],
  })
  const ended = await job.wait({ onProgress: (job) => console.log(job.progress) })
  for await (const item of job.results({ status: 'failed' })) console.log(item.id, item.error)
  // @ts-expect-error: a job has no such field
  console.log(ended.noSuchField)
  // @ts-expect-error: an envelope has no such field
  await waybill.jobs.submit({ channel: 'sandbox', objectType: 'product', action: 'update', items: [], noSuchField: 1 })
  // @ts-expect-error: the API has no such path
  await waybill.raw.GET('/v1/no-such-path')
  // @ts-expect-error: no such action
  await waybill.jobs.submit({ channel: 'sandbox', objectType: 'product', action: 'upsert', items: [] })
  return ended.status
}
`

describe('the packed SDK', () => {
  const temporary = makeTemporaryFolder()
  let project: string
  let packed: ReturnType<typeof unpack>

  beforeAll(() => {
    const installed = installPackedSdk(temporary.path)
    project = installed.project
    packed = unpack(installed.tarball, join(temporary.path, 'unpacked'))
  })

  afterAll(() => temporary[Symbol.dispose]())

  it('installs only ky and openapi-fetch', () => {
    expect(Object.keys(packed.manifest.dependencies ?? {}).sort()).toEqual(['ky', 'openapi-fetch'])
    const installed = Object.keys(
      (JSON.parse(readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8')) as { packages: object })
        .packages,
    )
    expect(installed.map((path) => path.replace('node_modules/', '')).sort()).toEqual([
      '@waybill/sdk',
      'ky',
      'openapi-fetch',
      'openapi-typescript-helpers',
    ])
  })

  it('says nothing that only the workspace understands', () => {
    expect(JSON.stringify(packed.manifest.dependencies)).not.toMatch(/catalog:|workspace:/)
    expect(packed.files.filter((file) => !/^(dist\/|package\.json$|README\.md$|LICENSE$)/.test(file))).toEqual([])
    expect(packed.files).toContain('LICENSE')
  })

  it('imports only what it depends on, types included', () => {
    const dependencies = Object.keys(packed.manifest.dependencies ?? {})
    // Ajv is inside; it has the text of imports that it could write into code, and that the mocks never ask for.
    const ofMocks = [...dependencies, 'msw', 'ajv', 'ajv-formats']
    for (const file of packed.files.filter((file) => /\.(c?js|d\.c?ts)$/.test(file))) {
      const allowed = new Set(/\/mocks\.[^/]+$/.test(file) ? ofMocks : dependencies)
      const imported = findImportedPackages(readFileSync(join(packed.folder, file), 'utf8'))
      expect(
        [...imported].filter((name) => !allowed.has(name)),
        file,
      ).toEqual([])
    }
  })

  it('has its command, which runs by its name', () => {
    const { version } = packed.manifest
    expect(readFileSync(join(packed.folder, 'dist/cli/main.js'), 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true)
    expect(runIn(project, join(project, 'node_modules/.bin/waybill'), ['--version'])).toBe(`${version}\n`)
  })

  it('runs by import', () => {
    writeFileSync(join(project, 'run.mjs'), `import { createClient } from '@waybill/sdk'\n${useOfClient}`)
    runIn(project, 'node', ['run.mjs'])
  })

  it('runs by require', () => {
    writeFileSync(join(project, 'run.cjs'), `const { createClient } = require('@waybill/sdk')\n${useOfClient}`)
    runIn(project, 'node', ['--no-experimental-require-module', 'run.cjs'])
  })

  describe('its mocks', () => {
    // Installed by the user: linked from the workspace, where its own dependencies are.
    beforeAll(() => symlinkSync(realpathSync(join(root, 'sdk/node_modules/msw')), join(project, 'node_modules/msw')))

    it('need MSW as an optional peer', () => {
      expect(packed.manifest.peerDependencies).toEqual({ msw: '^2.10.5 || ^3' })
      expect(packed.manifest.peerDependenciesMeta).toEqual({ msw: { optional: true } })
    })

    it('run by import', () => {
      const imports = `import { createClient } from '@waybill/sdk'\nimport { createMockWaybill } from '@waybill/sdk/mocks'\nimport { setupServer } from 'msw/node'`
      writeFileSync(join(project, 'mocks.mjs'), `${imports}\n${useOfMocks}\nawait main()`)
      runIn(project, 'node', ['mocks.mjs'])
    })

    it('run by require', () => {
      const requires = `const { createClient } = require('@waybill/sdk')\nconst { createMockWaybill } = require('@waybill/sdk/mocks')\nconst { setupServer } = require('msw/node')`
      writeFileSync(join(project, 'mocks.cjs'), `${requires}\n${useOfMocks}\nmain()`)
      runIn(project, 'node', ['mocks.cjs'])
    })
  })

  it.each([
    { file: 'use.mts', module: 'NodeNext', types: ['node'], lib: ['ES2023'] },
    { file: 'use.cts', module: 'NodeNext', types: ['node'], lib: ['ES2023'] },
    { file: 'use.ts', module: 'Preserve', types: [], lib: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'] },
  ])('compiles as $file, module $module', ({ file, module, types, lib }) => {
    writeFileSync(join(project, file), `import { createClient } from '@waybill/sdk'\n${typedUse}`)
    const typeRoots = [join(root, 'test/node_modules/@types')]
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'ES2023',
      module,
      types,
      typeRoots,
      lib,
      skipLibCheck: false,
    }
    const config = join(project, `tsconfig.${file}.json`)
    writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }))
    // Users have the one or the other.
    for (const version of ['typescript', 'typescript-7']) {
      runIn(project, 'node', [join(root, 'node_modules', version, 'bin/tsc'), '-p', config])
    }
  })
})
