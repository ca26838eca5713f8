import { expect, test } from 'vitest'
import type { JobId } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import { firstWaiting } from './waiting-job.ts'

const NOW = 1_800_000_000_000
const idOf = (n: number) => `job_${String(n).padStart(32, '0')}` as JobId
const ids = Array.from({ length: 11 }, (_, n) => idOf(n))
const dependsOn = [...ids, ids[0]].map((job) => ({ job, require: 'ended' }))

function waitingOf(phase: JobRecord['phase'], envelope: object = {}, over: object = {}) {
  const held = { stop: null, pausedAtMs: null, sealedAtMs: NOW - 1, ...over }
  const record = { phase, ...held, envelope: { runAtMs: null, dependsOn: [], ...envelope } } as unknown as JobRecord
  return firstWaiting(record, 7, NOW)
}

test('items of a job that is just published wait for its time, then for other jobs, then for their turn', () => {
  expect(waitingOf('waiting', { runAtMs: NOW + 1, dependsOn })).toEqual([
    { reason: 'schedule', items: 7, untilMs: NOW + 1 },
  ])
  expect(waitingOf('waiting', { runAtMs: NOW, dependsOn })).toEqual([
    { reason: 'dependency', items: 7, untilMs: null, jobs: ids.slice(0, 10) },
  ])
  expect(waitingOf('eligible')).toEqual([{ reason: 'backlog', items: 7, untilMs: null }])
})

test('nothing waits in an open or a stopped job, nor where nothing is left', () => {
  expect(waitingOf('open')).toEqual([])
  expect(waitingOf('waiting', { runAtMs: NOW + 1 }, { stop: { reason: 'cancelled', atMs: NOW } })).toEqual([])
  expect(firstWaiting({ phase: 'eligible', stop: null } as JobRecord, 0, NOW)).toEqual([])
})
