import { describe, expect, test } from 'vitest'
import type { JobRecord } from '../model/job.ts'
import { type LiveJob, liveJob } from '../model/live-job.ts'
import { phasesOf, recordStatus } from './job-status.ts'

const NOW = 1_800_000_000_000
const DEPENDENCY = { job: 'job_1' as never, require: 'ended' as const }

function status(over: Partial<JobRecord>, envelope: object = {}, live: Partial<LiveJob> = {}) {
  const record = {
    phase: 'eligible',
    stop: null,
    pausedAtMs: null,
    releasedAtMs: null,
    ...over,
    envelope: { runAtMs: null, dependsOn: [], ...envelope },
  } as unknown as JobRecord
  return recordStatus(record, { ...liveJob(record), ...live }, NOW)
}

describe('recordStatus', () => {
  test('a waiting job is scheduled until its time has come, then blocked until released', () => {
    const dependsOn = [DEPENDENCY]
    expect(status({ phase: 'waiting' }, { runAtMs: NOW + 1, dependsOn })).toBe('scheduled')
    expect(status({ phase: 'waiting' }, { runAtMs: NOW, dependsOn })).toBe('blocked')
    expect(status({ phase: 'waiting', releasedAtMs: NOW }, { dependsOn })).toBe('pending')
  })

  test('an eligible job is pending until something of it has started', () => {
    expect(status({})).toBe('pending')
    expect(status({}, {}, { inFlight: 1 })).toBe('running')
    expect(status({}, {}, { startedAtMs: NOW })).toBe('running')
  })

  test('phasesOf names the phases in which a status can be found', () => {
    expect(phasesOf(undefined)).toBeUndefined()
    expect(phasesOf(['scheduled', 'blocked'])).toEqual(['waiting'])
    expect(phasesOf(['running', 'paused'])).toEqual(['eligible', 'waiting'])
  })
})
