// Adds up the reports of all runs. The last line it prints is `N passed, N failed`, alone; it fails if anything
// failed, and if no test ran at all.
//
//   node scripts/sum-reports.ts [.reports/unit.json ...]     (default: all of .reports/)

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { TestReport } from './test-report.ts'

export const reportsFolder = '.reports'

export interface Sum {
  passed: number
  failed: number
  skipped: number
  /** The failures: what failed on the first line of each, and why on further ones, which are indented. */
  readonly failures: string[]
}

/** Adds the report of a run to the sum; `null` is one that left no report, which is one failure. @param suites what was run, as a failure names it */
export function addReport(sum: Sum, suites: string, report: TestReport | null): void {
  if (report === null) return addFailure(sum, `${suites}: left no report`)
  for (const file of report.files) {
    const failedBefore = sum.failed
    const path = relative(process.cwd(), file.path)
    for (const test of file.tests) {
      if (test.status === 'passed') sum.passed++
      else if (test.status === 'failed') addFailure(sum, `${path}: ${test.name}`, test.errors)
      else sum.skipped++
    }
    // A file that does not load has no tests that could fail; those of a hook that fails are skipped.
    if (file.errors.length > 0 || (!file.passed && sum.failed === failedBefore))
      addFailure(sum, `${path}: failed outside its tests`, file.errors)
  }
  for (const error of report.errors) addFailure(sum, `${suites}: failed outside its tests`, [error])
}

/** @param why texts of one or more lines; the first two are kept */
export function addFailure(sum: Sum, name: string, why: readonly string[] = []): void {
  sum.failed++
  const lines = why.slice(0, 2).flatMap((text) => text.split('\n'))
  sum.failures.push([name, ...lines].join('\n    '))
}

/** Reads a report; `null` if there is none or it is not whole. */
export function readReport(path: string): TestReport | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as TestReport
  } catch {
    return null
  }
}

/** Prints the sum, its last line alone, and sets the exit code. */
export function printSum(sum: Sum): void {
  for (const failure of sum.failures) console.log(`failed: ${failure}`)
  if (sum.skipped > 0) console.log(`skipped: ${sum.skipped}`)
  if (sum.passed + sum.failed === 0) console.log('no test ran')
  console.log(`${sum.passed} passed, ${sum.failed} failed`)
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0
}

export function emptySum(): Sum {
  return { passed: 0, failed: 0, skipped: 0, failures: [] }
}

if (import.meta.main) {
  const named = process.argv.slice(2)
  const all = existsSync(reportsFolder) ? readdirSync(reportsFolder).filter((name) => name.endsWith('.json')) : []
  const sum = emptySum()
  for (const path of named.length > 0 ? named : all.map((name) => join(reportsFolder, name))) {
    addReport(sum, basename(path, '.json'), readReport(path))
  }
  printSum(sum)
}
