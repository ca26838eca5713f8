import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addReport, emptySum } from './sum-reports.ts'

function file(name: string, statuses: string[], status = statuses.includes('failed') ? 'failed' : 'passed') {
  return {
    name: join(process.cwd(), name),
    status,
    assertionResults: statuses.map((status, at) => ({ fullName: `${name} ${at}`, status })),
  }
}

describe('addReport', () => {
  it('adds up tests over files and runs, and names what failed by its file', () => {
    const sum = emptySum()
    addReport(sum, 'unit', {
      success: true,
      testResults: [file('a', ['passed', 'passed']), file('b', ['skipped', 'passed'])],
    })
    addReport(sum, 'flow', { success: false, testResults: [file('c', ['failed', 'passed'])] })
    expect(sum).toEqual({ passed: 4, failed: 1, skipped: 1, failures: ['c: c 0'] })
  })

  it('counts a file that does not load as one failure', () => {
    const sum = emptySum()
    addReport(sum, 'unit', {
      success: false,
      testResults: [file('a', ['passed']), { ...file('b', [], 'failed'), message: 'No such file\n at' }],
    })
    expect(sum).toEqual({ passed: 1, failed: 1, skipped: 0, failures: ['b: No such file'] })
  })

  it('counts an error outside every test as one failure', () => {
    const sum = emptySum()
    addReport(sum, 'unit', { success: false, testResults: [file('a', ['passed'])] })
    expect(sum).toMatchObject({ passed: 1, failed: 1 })
  })

  it('counts a suite that left no report as one failure', () => {
    const sum = emptySum()
    addReport(sum, 'faults', null)
    expect(sum).toMatchObject({ passed: 0, failed: 1, failures: ['faults: left no report'] })
  })
})
