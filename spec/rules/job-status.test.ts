import { describe, expect, test } from 'vitest'
import { jobStatus, type JobStanding } from './job-status.ts'

function status(over: Partial<JobStanding>) {
  const plain = { isStopped: false, isPaused: false, isDue: true, hasDependencies: false, hasStarted: false }
  return jobStatus({ phase: 'eligible', ...plain, ...over })
}

describe('jobStatus', () => {
  test('is the first of ended, cancelling, open, paused that applies', () => {
    const all = { isStopped: true, isPaused: true, isDue: false, hasDependencies: true, hasStarted: true }
    expect(status({ ...all, phase: 'ended' })).toBe('ended')
    expect(status({ ...all, phase: 'open' })).toBe('cancelling')
    expect(status({ ...all, phase: 'open', isStopped: false })).toBe('open')
    expect(status({ ...all, phase: 'waiting', isStopped: false })).toBe('paused')
    expect(status({ ...all, phase: 'eligible', isStopped: false })).toBe('paused')
  })

  test('of a waiting job is scheduled until its time has come, then blocked until released', () => {
    expect(status({ phase: 'waiting', isDue: false, hasDependencies: true })).toBe('scheduled')
    expect(status({ phase: 'waiting', hasDependencies: true })).toBe('blocked')
    expect(status({ phase: 'waiting' })).toBe('pending')
  })

  test('of an eligible job is pending until something of it has started', () => {
    expect(status({})).toBe('pending')
    expect(status({ hasStarted: true })).toBe('running')
  })
})
