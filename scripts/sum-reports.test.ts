import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addReport, emptySum } from './sum-reports.ts'

function file(name: string, statuses: ('passed' | 'failed' | 'skipped')[], errors: string[] = []) {
  return {
    path: join(process.cwd(), name),
    passed: !statuses.includes('failed') && errors.length === 0,
    errors,
    tests: statuses.map((status, at) => ({
      name: `${name} ${at}`,
      status,
      errors: status === 'failed' ? [`expected ${at}\n+ other`] : [],
    })),
  }
}

describe('addReport', () => {
  it('adds up tests over files and runs, and says what failed by its file, and why', () => {
    const sum = emptySum()
    addReport(sum, 'unit', { errors: [], files: [file('a', ['passed', 'passed']), file('b', ['skipped', 'passed'])] })
    addReport(sum, 'flow', { errors: [], files: [file('c', ['failed', 'passed'])] })
    const failures = ['c: c 0\n    expected 0\n    + other']
    expect(sum).toEqual({ passed: 4, failed: 1, skipped: 1, failures })
  })

  it('counts a file that does not load as one failure', () => {
    const sum = emptySum()
    addReport(sum, 'unit', { errors: [], files: [file('a', ['passed']), file('b', [], ['No such file'])] })
    const failures = ['b: failed outside its tests\n    No such file']
    expect(sum).toEqual({ passed: 1, failed: 1, skipped: 0, failures })
  })

  it('counts a hook that fails beside a test that does', () => {
    const sum = emptySum()
    addReport(sum, 'unit', { errors: [], files: [file('a', ['failed', 'skipped'], ['no port'])] })
    expect(sum.failures).toEqual(['a: a 0\n    expected 0\n    + other', 'a: failed outside its tests\n    no port'])
  })

  it('counts a file whose worker died as one failure', () => {
    const sum = emptySum()
    addReport(sum, 'unit', { errors: [], files: [{ ...file('a', ['passed', 'skipped']), passed: false }] })
    expect(sum).toMatchObject({ passed: 1, failed: 1, failures: ['a: failed outside its tests'] })
  })

  it('counts an error outside every test as one failure', () => {
    const sum = emptySum()
    addReport(sum, 'unit', { errors: ['Unhandled'], files: [file('a', ['passed'])] })
    expect(sum).toMatchObject({ passed: 1, failed: 1, failures: ['unit: failed outside its tests\n    Unhandled'] })
  })

  it('counts a suite that left no report as one failure', () => {
    const sum = emptySum()
    addReport(sum, 'faults', null)
    expect(sum).toMatchObject({ passed: 0, failed: 1, failures: ['faults: left no report'] })
  })
})
