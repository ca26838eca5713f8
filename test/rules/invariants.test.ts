import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import ts from 'typescript'

const root = join(import.meta.dirname, '../..')

/** Where tests of the engine are: beside its sources, and across packages. Suites are run by test files of their own. */
const TEST_FILES = ['server/src/**/*.test.ts', 'spec/rules/*.test.ts', 'test/**/*.test.ts', 'test/**/*-suite.ts']
/** They test what judges the engine, not the engine. */
const OF_CHECKERS = /^test\/(rules|flow\/check-record)/
const OF_SEEDED_BUGS = /seeded bug/

/** The ids that the page of promises gives, as `**ORD-1**`. */
function promisedIds(page: string): string[] {
  return Array.from(page.matchAll(/\*\*([A-Z]{3,4}-\d)\*\*/g), ([, id]) => id!)
}

/** First argument of every `test(...)`, `it(...)` and `describe(...)`, `.each` and the like included. */
function testNames(text: string): string[] {
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

function untested(ids: readonly string[], names: readonly string[]): string[] {
  return ids.filter((id) => !names.some((name) => new RegExp(`\\b${id}\\b`).test(name)))
}

describe('every promise of ARCHITECTURE.md', () => {
  const ids = promisedIds(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'))
  const names = globSync(TEST_FILES, { cwd: root })
    .filter((file) => !OF_CHECKERS.test(file) && !file.includes('node_modules'))
    .flatMap((file) => testNames(readFileSync(join(root, file), 'utf8')))
    .filter((name) => !OF_SEEDED_BUGS.test(name))

  it('is read from there', () => {
    const series = { ORD: 6, RTY: 4, RAT: 4, FAIR: 3, REC: 6, PRG: 3, SEC: 2 }
    const wanted = Object.entries(series).flatMap(([name, count]) =>
      Array.from({ length: count }, (_, n) => `${name}-${n + 1}`),
    )
    expect(ids.toSorted()).toEqual(wanted.toSorted())
  })

  it('stands in the name of a test', () => {
    expect(untested(ids, names)).toEqual([])
  })

  it('would be missed without one', () => {
    const text = "test('ORD-1: holds', run)\nit.each([['a', 'ORD-2']])(`RAT-1 %s`, run) // RAT-2\ncall('RAT-3')"
    expect(testNames(text)).toEqual(["'ORD-1: holds'", '`RAT-1 %s`'])
    expect(untested(['ORD-1', 'ORD-2', 'RAT-1', 'RAT-2'], testNames(text))).toEqual(['ORD-2', 'RAT-2'])
  })
})
