// Adds up the vitest JSON reports of all runs. The last line it prints is `N passed, N failed`, alone; it fails if anything
// failed, and if no test ran at all.
//
//   node scripts/sum-reports.ts [.reports/unit.json ...]     (default: all of .reports/)

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'

export const reportsFolder = '.reports'

export interface Sum {
  passed: number
  failed: number
  skipped: number
  /** The failures, one line each. */
  readonly failures: string[]
}

/** The part of vitest's JSON report that is read here. */
interface VitestReport {
  success: boolean
  testResults: {
    name: string
    status: string
    message?: string
    assertionResults: { fullName: string; status: string }[]
  }[]
}

/** Adds the report of a run to the sum; `null` is one that left no report, which is one failure. @param suites what was run, as a failure names it */
export function addReport(sum: Sum, suites: string, report: VitestReport | null): void {
  const failedBefore = sum.failed
  for (const file of report?.testResults ?? []) {
    const failedInOtherFiles = sum.failed
    const path = relative(process.cwd(), file.name)
    for (const test of file.assertionResults) {
      if (test.status === 'passed') sum.passed++
      else if (test.status === 'failed') addFailure(sum, `${path}: ${test.fullName}`)
      else sum.skipped++
    }
    // A file that does not load has no tests that could fail.
    if (file.status === 'failed' && sum.failed === failedInOtherFiles) {
      addFailure(sum, `${path}: ${file.message?.split('\n')[0] ?? ''}`)
    }
  }
  // An error outside every test (an unhandled rejection, a worker that died) fails the run and nothing in it.
  if (report?.success !== true && sum.failed === failedBefore) {
    addFailure(sum, report === null ? `${suites}: left no report` : `${suites}: failed outside its tests`)
  }
}

export function addFailure(sum: Sum, failure: string): void {
  sum.failed++
  sum.failures.push(failure)
}

/** Reads a report; `null` if there is none or it is not whole. */
export function readReport(path: string): VitestReport | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as VitestReport
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
