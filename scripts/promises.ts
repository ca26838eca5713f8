// The table of ARCHITECTURE.md that leads from each promise to its files: the sources whose comments name it, and the files of tests
// whose names bear it. What stands between the two marks of the page is written by this script.
//
//   node scripts/promises.ts        writes the table (a part of `npm run generate`)

import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { withWrittenTable } from './written-table.ts'

export interface SourceText {
  /** Relative to the root. */
  readonly path: string
  readonly text: string
}

export interface PromiseFiles {
  readonly id: string
  readonly sources: readonly string[]
  readonly tests: readonly string[]
}

const root = join(import.meta.dirname, '..')
const PAGE = 'ARCHITECTURE.md'

const SOURCE_FILES = ['server/src/**/*.ts', 'sdk/src/**/*.ts', 'spec/rules/*.ts']
/** Where tests of the engine are: beside its sources, and across packages. Suites are run by test files of their own. */
const TEST_FILES = ['server/src/**/*.test.ts', 'spec/rules/*.test.ts', 'test/**/*.test.ts', 'test/**/*-suite.ts']
/** They test what judges the engine, not the engine. */
const OF_CHECKERS = /^test\/(rules|flow\/check-record)/
const OF_SEEDED_BUGS = /seeded bug/

/** The ids that the page of promises gives, as `**ORD-1**`. */
export function promisedIds(page: string): string[] {
  return Array.from(page.matchAll(/\*\*([A-Z]{3,4}-\d)\*\*/g), ([, id]) => id!)
}

/** First argument of every `test(...)`, `it(...)` and `describe(...)`, `.each` and the like included. */
export function testNames(text: string): string[] {
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(test|it|describe)$/.test(rootName(node.expression))) {
      const [name] = node.arguments
      if (name !== undefined && (ts.isStringLiteralLike(name) || ts.isTemplateExpression(name)))
        names.push(name.getText())
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('test.ts', text, ts.ScriptTarget.Latest, true))
  return names
}

/** `test` of `test`, `test.each(...)` and `describe.concurrent`. */
function rootName(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text
  if (ts.isPropertyAccessExpression(expression) || ts.isCallExpression(expression))
    return rootName(expression.expression)
  return ''
}

/** Which of the files name each promise, in the order of `ids`. Tests of seeded bugs test a checker. */
export function findPromises(
  ids: readonly string[],
  sources: readonly SourceText[],
  tests: readonly SourceText[],
): PromiseFiles[] {
  const named = tests.map(({ path, text }) => ({
    path,
    text: testNames(text)
      .filter((name) => !OF_SEEDED_BUGS.test(name))
      .join('\n'),
  }))
  return ids.map((id) => {
    const word = new RegExp(`\\b${id}\\b`)
    const naming = (files: readonly SourceText[]): string[] =>
      files.filter(({ text }) => word.test(text)).map(({ path }) => path)
    return { id, sources: naming(sources), tests: naming(named) }
  })
}

/** The page with the table between its marks. @throws Error when a mark is missing */
export function withTable(page: string, promises: readonly PromiseFiles[]): string {
  const rows = promises.map(({ id, sources, tests }) => `| ${id} | ${links(sources)} | ${links(tests)} |`)
  return withWrittenTable(page, 'scripts/promises.ts', ['| promise | kept in | tested in |', '|---|---|---|', ...rows])
}

function links(paths: readonly string[]): string {
  return paths
    .map(
      (path) =>
        `[${path
          .split('/')
          .at(-1)!
          .replace(/(\.test)?\.ts$/, '')}](${path})`,
    )
    .join(', ')
}

/** Reads the project's files as they are now. */
export function readPromises(): PromiseFiles[] {
  const read = (globs: readonly string[]): SourceText[] =>
    globSync(globs, { cwd: root, exclude: (name) => name === 'node_modules' || name === 'dist' })
      .map((path) => path.replaceAll('\\', '/'))
      .toSorted()
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  const sources = read(SOURCE_FILES).filter(({ path }) => !path.endsWith('.test.ts') && !path.includes('/testing/'))
  const tests = read(TEST_FILES).filter(({ path }) => !OF_CHECKERS.test(path))
  return findPromises(promisedIds(readFileSync(join(root, PAGE), 'utf8')), sources, tests)
}

if (import.meta.main) {
  const page = join(root, PAGE)
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), readPromises()))
}
