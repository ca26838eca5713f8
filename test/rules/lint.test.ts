import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ESLint } from 'eslint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const FOLDERS = ['scripts', 'sdk', 'server', 'test']

/** A mistake for each rule that must find it, and the file it stands in. */
const mistakes: { file: string; rule: string; text: string }[] = [
  {
    file: 'server/src/floating.ts',
    rule: 'typescript/no-floating-promises',
    text: 'export async function start() {}\nexport function run() {\n  start()\n}',
  },
  {
    file: 'server/src/floating.test.ts',
    rule: 'typescript/no-floating-promises',
    text: 'declare function it(name: string, run: () => void): void\nasync function start() {}\nit("starts", () => {\n  start()\n})',
  },
  {
    file: 'test/flow/order.test.ts',
    rule: 'typescript/no-floating-promises',
    text: 'declare function expect(p: Promise<unknown>): { rejects: { toThrow(): Promise<void> } }\nexpect(Promise.reject(new Error())).rejects.toThrow()',
  },
  {
    file: 'sdk/src/misused.ts',
    rule: 'typescript/no-misused-promises',
    text: 'export function each(list: string[], save: (one: string) => Promise<void>) {\n  list.forEach(async (one) => {\n    await save(one)\n  })\n}',
  },
  {
    file: 'sdk/src/thenable.ts',
    rule: 'typescript/await-thenable',
    text: 'export async function wait(ms: number) {\n  await ms\n}',
  },
  {
    file: 'server/src/returned.ts',
    rule: 'typescript/return-await',
    text: 'export async function read(load: () => Promise<string>) {\n  try {\n    return load()\n  } catch {\n    return ""\n  }\n}',
  },
  { file: 'server/src/chatty.ts', rule: 'eslint/no-console', text: 'console.log("started")' },
  { file: 'sdk/src/chatty.ts', rule: 'eslint/no-console', text: 'console.log("submitted")' },
  { file: 'server/src/http/port.ts', rule: 'no-restricted-properties', text: 'export const port = process.env.PORT' },
  {
    file: 'sdk/src/alone.test.ts',
    rule: 'vitest/no-focused-tests',
    text: 'import { it } from "vitest"\nit.only("runs", () => {})',
  },
  {
    file: 'server/src/progress/by-id.ts',
    rule: 'no-restricted-syntax',
    text: 'export function find(liveJobs: { byId(id: string): unknown }, id: string) {\n  return liveJobs.byId(id)\n}',
  },
  {
    file: 'server/src/jobs/of-store.ts',
    rule: 'no-restricted-syntax',
    text: 'interface Deps { store: { findJob(id: string): Promise<unknown> } }\nexport async function find(deps: Deps, id: string) {\n  return await deps.store.findJob(id)\n}',
  },
  {
    file: 'server/src/ingest/whose.ts',
    rule: 'no-restricted-syntax',
    text: 'interface Job { record: { subscription: string } }\nexport function isMine(job: Job | undefined, subscription: string) {\n  return job?.record.subscription === subscription\n}',
  },
  {
    file: 'server/src/ingest/whose-record.ts',
    rule: 'no-restricted-syntax',
    text: 'export function isOther(record: { subscription: string }, subscription: string) {\n  return subscription !== record.subscription\n}',
  },
  { file: 'server/src/unnamed.ts', rule: 'import/no-default-export', text: 'export default function () {}' },
]

const allowed: { file: string; text: string }[] = [
  { file: 'sdk/src/cli/print.ts', text: 'console.log("done")' },
  { file: 'scripts/print.ts', text: 'console.log("done")' },
  {
    file: 'server/src/store/find-job.ts',
    text: 'interface Deps { store: { findJob(id: string): Promise<unknown> } }\nexport async function findJob(deps: Deps, id: string) {\n  return await deps.store.findJob(id)\n}',
  },
  {
    file: 'server/src/jobs/by-the-door.ts',
    text: 'declare function findJob(id: string, subscription: string): unknown\nexport const one = findJob("a", "default")',
  },
  { file: 'server/src/config.ts', text: 'export const port = process.env.PORT' },
  {
    file: 'server/src/started.ts',
    text: 'export async function start() {}\nexport async function run() {\n  await start()\n}',
  },
]

describe('lint', () => {
  let folder: string
  const found = new Map<string, string[]>()

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-lint-'))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const compilerOptions = { strict: true, target: 'ES2024', module: 'NodeNext', types: ['node'], noEmit: true }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*.ts'] }))
    for (const { file, text } of [...mistakes, ...allowed]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text + '\n')
    }
    // Its patterns are relative to where it is.
    copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
    const eslint = new ESLint({ cwd: folder, overrideConfigFile: join(root, 'eslint.config.mjs') })
    const [results, diagnostics] = await Promise.all([eslint.lintFiles(['server/src', 'sdk/src']), oxlint(folder)])
    for (const { filePath, messages } of results)
      for (const { ruleId, message } of messages) add(filePath.slice(folder.length + 1), ruleId ?? message)
    for (const { filename, code } of diagnostics) add(filename, code.replace(/\((.*)\)$/, '/$1'))
  })

  function add(file: string, rule: string): void {
    found.set(file, [...(found.get(file) ?? []), rule])
  }

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(mistakes)('finds $rule in $file', ({ file, rule }) => {
    expect(found.get(file)).toContain(rule)
  })

  it.each(allowed)('lets $file pass', ({ file }) => {
    expect(found.get(file)).toBeUndefined()
  })
})

interface Diagnostic {
  /** `plugin(rule)` */
  readonly code: string
  readonly filename: string
}

function oxlint(cwd: string): Promise<readonly Diagnostic[]> {
  return new Promise((resolve) => {
    // It ends with 1 as it finds something.
    execFile(join(root, 'node_modules/.bin/oxlint'), ['--format', 'json', ...FOLDERS], { cwd }, (_error, stdout) => {
      resolve((JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics)
    })
  })
}
