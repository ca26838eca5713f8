// A reporter of vitest: writes a run as scripts/sum-reports.ts reads it. Vitest's own JSON report leaves out what differed.
//
//   vitest run --reporter=default --reporter=./scripts/test-report.ts --outputFile.report=.reports/unit.json

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { failureText, type TestFailure } from './failure-text.ts'

export interface TestReport {
  /** Errors outside every test: an unhandled rejection, a worker that died. */
  readonly errors: readonly string[]
  readonly files: readonly {
    readonly path: string
    readonly passed: boolean
    /** Errors outside its tests. */
    readonly errors: readonly string[]
    readonly tests: readonly {
      readonly name: string
      readonly status: 'passed' | 'failed' | 'skipped'
      /** Why it failed. */
      readonly errors: readonly string[]
    }[]
  }[]
}

export default class TestReporter implements Reporter {
  #vitest: Vitest | null = null

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly TestFailure[]): void {
    const { outputFile, root } = this.#vitest!.config
    const path = typeof outputFile === 'object' ? outputFile['report'] : undefined
    if (path === undefined) throw new Error('Cannot write the report as --outputFile.report must be given')
    const report: TestReport = { errors: errors.map(failureText), files: modules.map(fileReport) }
    mkdirSync(dirname(resolve(root, path)), { recursive: true })
    writeFileSync(resolve(root, path), JSON.stringify(report))
  }
}

function fileReport(module: TestModule): TestReport['files'][number] {
  const state = module.state()
  return {
    path: module.moduleId,
    // One that has not finished is one whose worker died.
    passed: state === 'passed' || state === 'skipped',
    errors: [module, ...module.children.allSuites()].flatMap((one) => one.errors()).map(failureText),
    tests: Array.from(module.children.allTests(), (test) => {
      const result = test.result()
      const status = result.state === 'pending' ? 'skipped' : result.state
      return { name: test.fullName, status, errors: (result.errors ?? []).map(failureText) }
    }),
  }
}
